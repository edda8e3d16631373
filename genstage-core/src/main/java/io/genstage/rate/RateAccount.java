package io.genstage.rate;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * The rate of a stage, which its instances share: all of them together let no more events
 * pass than the limit allows.
 *
 * <pre>{@code
 * RateAccount rate = new RateAccount(RateLimit.of(100, Duration.ofSeconds(1)));
 * StageDefinition.of("mailer", StageKind.CONSUMER, Mailer::new).withConcurrency(4)
 *     .withOptions(StageOptions.defaults().withRate(rate));
 * }</pre>
 *
 * Instances that want more than there is get equal parts, to a token. What one doesn't
 * want is there for the others, and what it was granted and doesn't use is so as well:
 * when it lets other events pass, when it stops, or after 100 ms.
 * <p>
 * The burst is saved up when the first instance starts for the first time. A restart
 * gives nothing away: the account goes on over it. The instances have to be of systems
 * with the same time. Any thread may use an account.
 */
public final class RateAccount {

	/** Held for the few steps of a calculation, never while others are called. */
	private final ReentrantLock lock = new ReentrantLock();

	/** What lets each stage that runs look at the account. */
	private final List<Runnable> running = new ArrayList<>();

	private final RateLimit configured;

	private volatile RateLimit limit;

	/** Made by the first instance, which knows the time. */
	private @Nullable SharedBucket bucket;

	private RateLimit applied;

	/**
	 * Creates an account.
	 * @param limit the limit to begin with
	 */
	public RateAccount(RateLimit limit) {
		this.configured = limit;
		this.limit = limit;
		this.applied = limit;
	}

	/**
	 * Returns the limit in force.
	 * @return the limit
	 */
	public RateLimit limit() {
		return this.limit;
	}

	/**
	 * Returns the limit that it was made with.
	 * @return the limit
	 */
	public RateLimit configured() {
		return this.configured;
	}

	/**
	 * Changes the limit, for all instances at once. What was saved up stays, as far as
	 * the new burst allows, so that a change gives nothing away; events that wait go on
	 * by the new limit at once.
	 * @param limit the new limit
	 */
	public void change(RateLimit limit) {
		List<Runnable> waiting;
		this.lock.lock();
		try {
			this.limit = limit;
			waiting = List.copyOf(this.running);
		}
		finally {
			this.lock.unlock();
		}
		waiting.forEach(Runnable::run);
	}

	/**
	 * Changes the limit to the one that it was made with.
	 */
	public void reset() {
		change(this.configured);
	}

	/** Gives an instance that starts its share. */
	BucketShare join(Runnable wakeUp, long now) {
		this.lock.lock();
		try {
			BucketShare share = new BucketShare();
			current(now).add(share);
			this.running.add(wakeUp);
			return share;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Takes back the share of an instance that has stopped, with what it had left. */
	void leave(Runnable wakeUp, BucketShare share, long now) {
		List<Runnable> waiting;
		this.lock.lock();
		try {
			this.running.remove(wakeUp);
			waiting = (share.granted() > 0) ? List.copyOf(this.running) : List.of();
			current(now).remove(share);
		}
		finally {
			this.lock.unlock();
		}
		waiting.forEach(Runnable::run);
	}

	long want(BucketShare share, long tokens, boolean able, long now) {
		this.lock.lock();
		try {
			return current(now).want(share, tokens, able, now);
		}
		finally {
			this.lock.unlock();
		}
	}

	void take(BucketShare share, long events, long now) {
		this.lock.lock();
		try {
			current(now).take(share, events, now);
		}
		finally {
			this.lock.unlock();
		}
	}

	long nanosUntil(BucketShare share, long tokens, long now) {
		this.lock.lock();
		try {
			return current(now).nanosUntil(share, tokens, now);
		}
		finally {
			this.lock.unlock();
		}
	}

	long portion(long now) {
		this.lock.lock();
		try {
			return current(now).portion();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Returns the bucket with the limit that was set last. */
	private SharedBucket current(long now) {
		RateLimit latest = this.limit;
		SharedBucket known = this.bucket;
		if (known == null) {
			known = new SharedBucket(latest, now);
			this.bucket = known;
		}
		else if (!latest.equals(this.applied)) {
			known.change(latest, now);
		}
		this.applied = latest;
		return known;
	}

}
