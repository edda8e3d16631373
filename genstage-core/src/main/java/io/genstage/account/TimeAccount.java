package io.genstage.account;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.LongSupplier;

import io.genstage.demand.FieldHandle;
import org.jspecify.annotations.Nullable;

/**
 * What one run of a stage spends its time on. The stage writes it in its turns, which
 * costs a look at the clock for each change of what it does; any thread reads it.
 */
public final class TimeAccount {

	/*
	 * A number is odd while the stage writes. Whoever reads looks at the number before
	 * and after, and reads again if it has changed or was odd: so what is read belongs to
	 * one moment, and the writer never waits.
	 */

	/** Stands for a moment that nobody knows. */
	public static final long NO_MOMENT = Long.MIN_VALUE;

	/** Calls are timed one by one from here on. */
	private static final long LONG_CALL = 50_000;

	/** Of short calls, one of so many is timed. A power of two. */
	private static final int ONE_OF = 64;

	/** A call for so many events is always timed. */
	private static final int MANY = 16;

	private static final VarHandle VERSION = FieldHandle.of(MethodHandles.lookup(), "version", int.class);

	private static final VarHandle BESIDE_CALLS = FieldHandle.of(MethodHandles.lookup(), "besideCalls", long.class);

	private static final VarHandle BESIDE_NANOS = FieldHandle.of(MethodHandles.lookup(), "besideNanos", long.class);

	private static final VarHandle BESIDE_SQUARES = FieldHandle.of(MethodHandles.lookup(), "besideSquares",
			double.class);

	private static final VarHandle BESIDE_FAILED = FieldHandle.of(MethodHandles.lookup(), "besideFailed", long.class);

	private static final VarHandle BESIDE_REFUSED = FieldHandle.of(MethodHandles.lookup(), "besideRefused", long.class);

	private final LongSupplier clock;

	/** Made when the first event comes: producers get none, and most stages are idle. */
	private volatile @Nullable QueueAccount queue;

	private volatile int version;

	/** Null while no time is counted. */
	private @Nullable Activity activity;

	private long since;

	private final long[] nanos = new long[Activity.values().length];

	private int places;

	private int taken;

	private long takenSince;

	private long takenNanos;

	private long calls;

	private long failed;

	private long refused;

	private long timedEvents;

	private long timedNanos;

	private long samples;

	private long sampleNanos;

	private double sampleSquares;

	// By many threads

	private volatile long besideCalls;

	private volatile long besideNanos;

	private volatile double besideSquares;

	private volatile long besideFailed;

	private volatile long besideRefused;

	// Of the stage alone

	/** The last look at the clock. */
	private long now;

	/** Whether that was in this turn. */
	private boolean looked;

	private boolean timesEach;

	private boolean timing;

	private long began;

	/** How many calls there were since one was timed. */
	private int untimed = ONE_OF - 1;

	/** How many there were of several at once. */
	private int unsampled = ONE_OF - 1;

	private long sampleBegan;

	/**
	 * Creates an account that counts no time yet.
	 * @param clock returns the time, of which only differences mean something
	 */
	public TimeAccount(LongSupplier clock) {
		this.clock = clock;
		this.now = clock.getAsLong();
		this.since = this.now;
		this.takenSince = this.now;
	}

	// Written by the stage

	/** A turn begins. */
	public void turn() {
		this.looked = false;
	}

	private long look() {
		this.now = this.clock.getAsLong();
		this.looked = true;
		return this.now;
	}

	/**
	 * Returns the time of this turn. Looks at the clock again only if that was not done
	 * in it, or if it is worth it since calls take long.
	 */
	public long moment() {
		return (this.looked && !this.timesEach) ? this.now : look();
	}

	/**
	 * Another activity begins now.
	 * @param activity the activity, or null to count no time from now on
	 */
	public void enter(@Nullable Activity activity) {
		if (this.activity == activity) {
			return;
		}
		int version = beginWriting();
		// Not before: what a reader has counted already must not be taken back.
		long now = look();
		if (this.activity != null) {
			this.nanos[ActivityTimes.place(this.activity)] += now - this.since;
		}
		this.activity = activity;
		this.since = now;
		endWriting(version);
	}

	/** Returns whether this is what the stage does. Only the stage may ask. */
	public boolean is(Activity activity) {
		return this.activity == activity;
	}

	/** A callback is going to be called that is not timed. */
	public void handling() {
		enter(Activity.HANDLING);
	}

	/**
	 * Some places are taken from now on.
	 * @param places how many there are
	 * @param taken how many are taken
	 */
	public void places(int places, int taken) {
		if (this.places == places && this.taken == taken) {
			return;
		}
		int version = beginWriting();
		long now = look();
		this.takenNanos += this.taken * (now - this.takenSince);
		this.places = places;
		this.taken = taken;
		this.takenSince = now;
		endWriting(version);
	}

	/**
	 * A call of the handler begins, or several calls for one event each.
	 * @param events how many events there are
	 */
	public void begin(int events) {
		boolean enters = this.activity != Activity.HANDLING;
		enter(Activity.HANDLING);
		this.timing = this.timesEach || events >= MANY || ++this.untimed >= ONE_OF;
		if (this.timing) {
			this.untimed = 0;
			this.began = enters ? this.now : look();
		}
	}

	/**
	 * The call has ended, and all has gone well.
	 * @param events how many events it has handled
	 */
	public void endCall(int events) {
		long nanos = this.timing ? look() - this.began : -1;
		int version = beginWriting();
		this.calls++;
		if (nanos >= 0 && events > 0) {
			add(events, nanos);
			addSample((double) nanos / events);
			this.timesEach = nanos > LONG_CALL;
		}
		endWriting(version);
	}

	/**
	 * Calls for one event each have ended, and all has gone well.
	 * @param events how many calls there were, maybe none
	 */
	public void endCalls(int events) {
		if (events == 0) {
			return;
		}
		long nanos = this.timing ? look() - this.began : -1;
		int version = beginWriting();
		this.calls += events;
		if (nanos >= 0) {
			add(events, nanos);
		}
		endWriting(version);
	}

	/** Returns whether the next one of several calls is to be timed by itself. */
	public boolean samplesNext() {
		if (this.timesEach || ++this.unsampled >= ONE_OF) {
			this.unsampled = 0;
			this.sampleBegan = look();
			return true;
		}
		return false;
	}

	/** One of several calls has ended that is timed by itself. */
	public void sample() {
		long nanos = look() - this.sampleBegan;
		int version = beginWriting();
		addSample((double) nanos);
		endWriting(version);
		this.timesEach = nanos > LONG_CALL;
	}

	/**
	 * An attempt that was begun in an earlier turn has ended, and all has gone well.
	 * @param began the {@link #moment()} when it was begun
	 */
	public void attempted(long began) {
		long nanos = moment() - began;
		int version = beginWriting();
		this.calls++;
		add(1, nanos);
		addSample((double) nanos);
		endWriting(version);
		this.timesEach = nanos > LONG_CALL;
	}

	private void add(int events, long nanos) {
		this.timedEvents += events;
		this.timedNanos += nanos;
	}

	private void addSample(double nanos) {
		this.samples++;
		this.sampleNanos += (long) nanos;
		this.sampleSquares += nanos * nanos;
	}

	/**
	 * A call, or what it has begun, has failed.
	 * @param refused whether it has asked to be tried again after some time
	 */
	public void fail(boolean refused) {
		int version = beginWriting();
		this.failed++;
		this.refused += refused ? 1 : 0;
		endWriting(version);
	}

	/**
	 * Events have come.
	 * @param events how many
	 * @param sent the {@link #moment()} of who has sent them, or {@link #NO_MOMENT} for
	 * that of now
	 */
	public void arrived(int events, long sent) {
		QueueAccount known = this.queue;
		QueueAccount queue = (known != null) ? known : new QueueAccount();
		queue.add(events, (sent != NO_MOMENT) ? sent : moment());
		if (known == null) {
			this.queue = queue;
		}
	}

	/**
	 * The stage has handled events that have come.
	 * @param events how many
	 */
	public void handled(int events) {
		QueueAccount queue = this.queue;
		if (queue != null) {
			queue.done(events, moment());
		}
	}

	/**
	 * The stage has given events up, or lost them, after a time that nothing has measured
	 * yet.
	 * @param events how many
	 */
	public void lost(int events) {
		QueueAccount queue = this.queue;
		if (queue != null) {
			queue.done(events, look());
		}
	}

	private int beginWriting() {
		int version = (int) VERSION.getOpaque(this) + 1;
		VERSION.setOpaque(this, version);
		VarHandle.releaseFence();
		return version;
	}

	private void endWriting(int version) {
		VERSION.setRelease(this, version + 1);
	}

	// For tasks, on any thread

	/**
	 * A task for one event has ended on a thread of its own, and all has gone well.
	 * @param nanos how long it took
	 */
	public void besideEnded(long nanos) {
		BESIDE_CALLS.getAndAdd(this, 1L);
		BESIDE_NANOS.getAndAdd(this, nanos);
		BESIDE_SQUARES.getAndAdd(this, (double) nanos * nanos);
	}

	/**
	 * A task for one event has failed on a thread of its own.
	 * @param refused whether it has asked to be tried again after some time
	 */
	public void besideFailed(boolean refused) {
		BESIDE_FAILED.getAndAdd(this, 1L);
		BESIDE_REFUSED.getAndAdd(this, refused ? 1L : 0L);
	}

	/** Returns the time. Any thread may ask. */
	public long time() {
		return this.clock.getAsLong();
	}

	// Read by any thread

	/** Returns what was spent up to now, with what goes on. */
	public StageTimes read() {
		while (true) {
			int before = this.version;
			StageTimes times = copy();
			VarHandle.acquireFence();
			if ((before & 1) == 0 && before == (int) VERSION.getOpaque(this)) {
				return times;
			}
		}
	}

	private StageTimes copy() {
		QueueAccount queue = this.queue;
		long now = this.clock.getAsLong();
		Activity activity = this.activity;
		long[] nanos = this.nanos.clone();
		if (activity != null) {
			// A clock that this thread has read earlier than the stage is no step back.
			nanos[ActivityTimes.place(activity)] += Math.max(now - this.since, 0);
		}
		long beside = this.besideCalls;
		long area = this.takenNanos + this.taken * Math.max(now - this.takenSince, 0);
		return new StageTimes(activity, new ActivityTimes(nanos), new Places(this.places, this.taken, area),
				new HandlingTimes(this.calls + beside, this.failed + this.besideFailed,
						this.refused + this.besideRefused, this.timedEvents + beside,
						this.timedNanos + this.besideNanos, this.samples + beside, this.sampleNanos + this.besideNanos,
						this.sampleSquares + this.besideSquares),
				(queue != null) ? queue.read(now) : QueueTimes.NONE);
	}

}
