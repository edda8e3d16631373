package io.genstage.source;

import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

import io.genstage.log.StageLog;
import org.jspecify.annotations.Nullable;

/**
 * Reads elements that somebody may have to wait for, on a thread beside the stage, and
 * hands them over: never more than the stage has granted, each as soon as it is read.
 *
 * @param <E> the type of the elements
 */
final class Reader<E> implements Runnable {

	/*
	 * One thread reads at a time: who sets the state from IDLE to READING sees to it. The
	 * one who finds it CLOSED when it wants to rest closes the elements; if none is
	 * reading, the stage does. An element is in its chunk before it is counted, and the
	 * end is set behind the last element; so the stage looks at the end, or whether
	 * anybody reads, before it counts. The reader counts an element and looks then
	 * whether the stage waits for one; the stage waits and looks then at the count, so
	 * that one of them sees the other (ReaderLincheckTests finds the schedule).
	 */

	private static final System.Logger logger = StageLog.of(Reader.class);

	/** The stage is notified of this many elements while there are more to read. */
	static final int CHUNK = 1024;

	/** The most elements of one task, so that others get the thread. */
	static final int TASK = 10_000;

	private final Elements<E> elements;

	private final Executor executor;

	private final Runnable bell;

	private final String stage;

	private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);

	private final AtomicBoolean rung = new AtomicBoolean();

	// Written by the stage

	private volatile long granted;

	private volatile long fetched;

	private volatile boolean finishing;

	private volatile boolean awaited;

	/** Where the next element to fetch is. */
	private Chunk oldest;

	private int position;

	// Written by who reads

	private volatile long read;

	private volatile @Nullable End end;

	private Chunk newest;

	private int filled;

	// Guarded by the lock

	private final ReentrantLock lock = new ReentrantLock();

	private @Nullable Thread thread;

	private boolean interrupted;

	private long counted;

	private boolean closedByReader;

	/**
	 * Creates a reader that has nothing to read yet.
	 * @param elements what to read
	 * @param executor where to read, which may take long
	 * @param bell notifies the stage, by any thread, that there is something to fetch;
	 * not rung again before the stage has {@linkplain #answer answered}
	 * @param stage whose elements they are, for what is logged
	 */
	Reader(Elements<E> elements, Executor executor, Runnable bell, String stage) {
		this.elements = elements;
		this.executor = executor;
		this.bell = bell;
		this.stage = stage;
		this.newest = new Chunk(0);
		this.oldest = this.newest;
	}

	// What the stage calls

	/** Lets so many more elements be read. */
	@SuppressWarnings("NonAtomicVolatileUpdate") // only the stage writes it
	void grant(long more) {
		this.granted += more;
		if (this.state.compareAndSet(State.IDLE, State.READING)) {
			this.executor.execute(this);
		}
	}

	/** Returns how many elements it has granted and not fetched. */
	long outstanding() {
		return this.granted - this.fetched;
	}

	/** Returns how many elements have been read. */
	long read() {
		return this.read;
	}

	/** Returns how many elements wait to be fetched. Any thread may call this. */
	long waiting() {
		return Math.max(this.read - this.fetched, 0);
	}

	boolean isReading() {
		return this.state.get() == State.READING;
	}

	/** Returns how the elements ended, or null if they haven't yet. */
	@Nullable End end() {
		return this.end;
	}

	/** Notes that the bell was heard. */
	void answer() {
		this.rung.set(false);
	}

	/** Wants to be notified of the next element, and returns how many have been read. */
	long await() {
		this.awaited = true;
		return this.read;
	}

	/** Returns elements in order, up to a limit. */
	@SuppressWarnings({ "unchecked", "NonAtomicVolatileUpdate" }) // filled with elements;
																	// only the stage
																	// writes
	List<E> fetch(long limit) {
		int count = (int) Math.min(Math.min(this.read - this.fetched, limit), Integer.MAX_VALUE);
		if (count <= 0) {
			return List.of();
		}
		@Nullable Object[] events = new Object[count];
		int copied = 0;
		while (copied < count) {
			if (this.position == this.oldest.elements.length) {
				this.oldest = this.oldest.next();
				this.position = 0;
			}
			int part = Math.min(count - copied, this.oldest.elements.length - this.position);
			System.arraycopy(this.oldest.elements, this.position, events, copied, part);
			this.position += part;
			copied += part;
		}
		this.fetched += count;
		return (List<E>) Arrays.asList(events);
	}

	/**
	 * Lets no further element be read; the one that is being read is still handed over.
	 */
	void finish() {
		this.finishing = true;
	}

	/** Interrupts who is reading. */
	void interrupt() {
		this.lock.lock();
		try {
			this.interrupted = true;
			if (this.thread != null) {
				this.thread.interrupt();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Returns whether the end may be the work of an interrupt. */
	boolean isInterrupted() {
		this.lock.lock();
		try {
			return this.interrupted;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Ends the reading; a read that goes on is interrupted.
	 * @return the elements that have been read and will not be fetched
	 */
	List<E> stop() {
		this.lock.lock();
		try {
			this.closedByReader = this.state.getAndSet(State.CLOSED) == State.READING;
			this.counted = this.read;
		}
		finally {
			this.lock.unlock();
		}
		if (this.closedByReader) {
			interrupt();
		}
		return fetch(this.counted - this.fetched);
	}

	/**
	 * Closes the elements, unless a read goes on: then they are closed when it returns.
	 * To be called when the reading was ended.
	 */
	void close() throws Exception {
		if (!this.closedByReader) {
			this.elements.close();
		}
	}

	// What the executor runs

	@Override
	public void run() {
		do {
			enter();
			boolean goesOn;
			try {
				goesOn = readUpToLimit();
			}
			finally {
				leave();
			}
			if (goesOn) {
				this.executor.execute(this);
				return;
			}
			if (!this.state.compareAndSet(State.READING, State.IDLE)) {
				closeBehindStage();
				return;
			}
			ring();
		}
		while (mayRead() && this.state.compareAndSet(State.IDLE, State.READING));
	}

	private void enter() {
		this.lock.lock();
		try {
			this.thread = Thread.currentThread();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** What has not been noticed of an interrupt is not meant for what comes next. */
	private void leave() {
		this.lock.lock();
		try {
			this.thread = null;
			if (this.interrupted) {
				Thread.interrupted();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean mayRead() {
		return this.read < this.granted && this.end == null && !this.finishing;
	}

	/** Returns whether there is more to read by another task. */
	private boolean readUpToLimit() {
		long count = this.read;
		long most = count + TASK;
		long limit = this.granted;
		while (count < limit && !this.finishing && this.state.get() == State.READING) {
			if (count == most) {
				ring();
				return true;
			}
			E element = next();
			if (element == null) {
				return false;
			}
			put(element, limit - count);
			count++;
			this.read = count;
			ringIfWanted();
			limit = (count < limit) ? limit : this.granted;
		}
		return false;
	}

	private @Nullable E next() {
		try {
			E element = this.elements.next();
			if (element == null) {
				this.end = End.COMPLETE;
			}
			return element;
		}
		catch (Throwable ex) {
			this.end = new End(ex);
			return null;
		}
	}

	private void put(E element, long expected) {
		if (this.filled == this.newest.elements.length) {
			Chunk next = new Chunk((int) Math.min(expected, CHUNK));
			this.newest.next = next;
			this.newest = next;
			this.filled = 0;
		}
		this.newest.elements[this.filled++] = element;
	}

	private void ringIfWanted() {
		if (this.awaited) {
			this.awaited = false;
			ring();
		}
		else if (this.filled == CHUNK) {
			ring();
		}
	}

	private void ring() {
		if (!this.rung.getAndSet(true)) {
			this.bell.run();
		}
	}

	private void closeBehindStage() {
		this.lock.lock();
		try {
			long lost = this.read - this.counted;
			if (lost > 0) {
				logger.log(Level.WARNING, () -> "stage '%s' stopped while its source was read: %d events are lost"
					.formatted(this.stage, lost));
			}
		}
		finally {
			this.lock.unlock();
		}
		try {
			this.elements.close();
		}
		catch (Throwable ex) {
			logger.log(Level.ERROR, () -> "the source of stage '%s' could not be closed".formatted(this.stage), ex);
		}
	}

	/**
	 * How the elements ended.
	 *
	 * @param failure why there are no more, or null if all have been read
	 */
	record End(@Nullable Throwable failure) {

		static final End COMPLETE = new End(null);

	}

	private enum State {

		IDLE, READING, CLOSED

	}

	/**
	 * Some elements in a row.
	 */
	private static final class Chunk {

		private final @Nullable Object[] elements;

		private @Nullable Chunk next;

		Chunk(int size) {
			this.elements = new Object[size];
		}

		Chunk next() {
			if (this.next == null) {
				throw new IllegalStateException("there is no element that was not fetched");
			}
			return this.next;
		}

	}

}
