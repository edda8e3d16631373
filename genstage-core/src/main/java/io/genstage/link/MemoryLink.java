package io.genstage.link;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import io.genstage.log.StageLog;
import io.genstage.thread.StageScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one destination in memory, and the ends that are open. Both ends change
 * it within {@link #changing}, which calls listeners and completes futures behind it.
 */
final class MemoryLink {

	private static final System.Logger logger = StageLog.of(MemoryLink.class);

	private final String name;

	private final int capacity;

	private final StageScheduler scheduler;

	private final ReentrantLock lock = new ReentrantLock();

	// Guarded by the lock

	/** What can be delivered, by its number, so that what comes back is in its place. */
	private final NavigableMap<Long, StoredMessage> waiting = new TreeMap<>();

	/** Sent, and to be confirmed when there is room and the link can be reached. */
	private final Deque<Unconfirmed> unconfirmed = new ArrayDeque<>();

	/** The latest ones. */
	private final Deque<LinkMessage> rejected = new ArrayDeque<>();

	/** The first one gets what is delivered, the others stand by. */
	private final List<MemoryReader> readers = new ArrayList<>();

	private final List<MemoryWriter> writers = new ArrayList<>();

	/** How many messages are not done: they wait, are delayed, or are delivered. */
	private int kept;

	private int delayed;

	private long lastNumber;

	private @Nullable Throwable interruption;

	MemoryLink(String name, int capacity, StageScheduler scheduler, @Nullable Throwable interruption) {
		this.name = name;
		this.capacity = capacity;
		this.scheduler = scheduler;
		this.interruption = interruption;
	}

	LinkReader openReader(LinkReader.Listener listener) {
		MemoryReader reader = new MemoryReader(this, listener);
		return changing(() -> {
			this.readers.add(reader);
			if (this.interruption != null) {
				reader.report(this.interruption);
			}
			return reader;
		});
	}

	LinkWriter openWriter(LinkListener listener) {
		MemoryWriter writer = new MemoryWriter(this, listener);
		return changing(() -> {
			this.writers.add(writer);
			if (this.interruption != null) {
				writer.report(this.interruption);
			}
			return writer;
		});
	}

	List<LinkMessage> rejected() {
		return changing(() -> List.copyOf(this.rejected));
	}

	/** Gives up all that is not done. */
	void end() {
		int lost = changing(() -> {
			this.readers.forEach(MemoryReader::takeBack);
			int unhandled = this.kept + this.unconfirmed.size();
			this.waiting.clear();
			this.kept = this.delayed;
			return unhandled;
		});
		if (lost > 0) {
			logger.log(Level.ERROR,
					() -> "%d messages of the link '%s' in memory are lost: they were not handled before it has ended"
						.formatted(lost, this.name));
		}
	}

	void change(@Nullable Throwable cause) {
		this.lock.lock();
		try {
			this.interruption = cause;
			if (cause != null) {
				this.readers.forEach(MemoryReader::takeBack);
			}
			this.readers.forEach((reader) -> reader.report(cause));
			this.writers.forEach((writer) -> writer.report(cause));
		}
		finally {
			this.lock.unlock();
		}
	}

	void makeCalls() {
		changing(() -> null);
	}

	/**
	 * Changes something, then hands out and confirms what can be, and makes the calls
	 * that this leads to without the lock.
	 */
	<T extends @Nullable Object> T changing(Supplier<T> change) {
		List<SerialCalls> calls = new ArrayList<>();
		List<CompletableFuture<Void>> confirmed = new ArrayList<>();
		T result;
		this.lock.lock();
		try {
			result = change.get();
			if (this.interruption == null) {
				confirm(confirmed);
				handOut();
			}
			this.readers.forEach((reader) -> calls.add(reader.calls()));
			this.writers.forEach((writer) -> calls.add(writer.calls()));
		}
		finally {
			this.lock.unlock();
		}
		confirmed.forEach((future) -> future.complete(null));
		calls.forEach(SerialCalls::makeAll);
		return result;
	}

	private void confirm(List<CompletableFuture<Void>> confirmed) {
		while (this.kept < this.capacity && !this.unconfirmed.isEmpty()) {
			Unconfirmed next = this.unconfirmed.remove();
			this.lastNumber++;
			this.waiting.put(this.lastNumber, new StoredMessage(this.lastNumber, next.message()));
			this.kept++;
			confirmed.add(next.confirmation());
		}
	}

	private void handOut() {
		if (!this.readers.isEmpty()) {
			this.readers.get(0).takeFrom(this.waiting);
		}
	}

	// By the ends, within a change

	void send(Unconfirmed message) {
		this.unconfirmed.add(message);
	}

	/** Gives up what a writer has sent and nobody has confirmed. */
	List<CompletableFuture<Void>> leave(MemoryWriter writer) {
		this.writers.remove(writer);
		List<CompletableFuture<Void>> given = new ArrayList<>();
		this.unconfirmed.removeIf((message) -> message.writer() == writer && given.add(message.confirmation()));
		return given;
	}

	void leave(MemoryReader reader) {
		reader.takeBack();
		this.readers.remove(reader);
	}

	long backlog() {
		return (long) this.waiting.size() + this.delayed + this.unconfirmed.size();
	}

	void done() {
		this.kept--;
	}

	/** Returns what reports it. */
	Runnable reject(StoredMessage message, @Nullable String reason) {
		this.kept--;
		if (this.rejected.size() == this.capacity) {
			this.rejected.remove();
		}
		this.rejected.add(message.message());
		return () -> logger.log(Level.ERROR, () -> "message %d of the link '%s' in memory is rejected: %s"
			.formatted(message.number(), this.name, reason));
	}

	void putBack(StoredMessage message) {
		this.waiting.put(message.number(), message);
	}

	void putBackLater(StoredMessage message, Duration delay) {
		this.delayed++;
		StageScheduler.Timer unused = this.scheduler.schedule(delay, () -> changing(() -> {
			this.delayed--;
			putBack(message);
			return null;
		}));
	}

	/**
	 * A message that was sent.
	 *
	 * @param message the message
	 * @param writer who has sent it
	 * @param confirmation is completed when it is kept
	 */
	record Unconfirmed(LinkMessage message, MemoryWriter writer, CompletableFuture<Void> confirmation) {
	}

}
