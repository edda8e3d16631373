package io.genstage.desk;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import io.genstage.deadletter.DeadLetter;

/**
 * A replay of dead letters, which goes on beside whoever has asked for it. Any thread may
 * look at it.
 */
public final class Replay {

	private final List<DeadLetter> planned;

	/** Held for moments only. */
	private final ReentrantLock lock = new ReentrantLock();

	private final Map<UUID, String> left = new LinkedHashMap<>();

	private final CompletableFuture<Replay> done = new CompletableFuture<>();

	private int accepted;

	private int failedAgain;

	private volatile boolean stopped;

	Replay(List<DeadLetter> planned) {
		this.planned = List.copyOf(planned);
	}

	/**
	 * Returns what this replay is about.
	 * @return the letters as they were when it began, the oldest first
	 */
	public List<DeadLetter> planned() {
		return this.planned;
	}

	/**
	 * Returns how many events were handled with success, so that their letters are gone.
	 * @return the number up to now
	 */
	public int accepted() {
		return locked(() -> this.accepted);
	}

	/**
	 * Returns how many events failed again, so that their letters wait again.
	 * @return the number up to now
	 */
	public int failedAgain() {
		return locked(() -> this.failedAgain);
	}

	/**
	 * Returns which letters were not replayed after all.
	 * @return the reasons up to now by the id of the letter
	 */
	public Map<UUID, String> left() {
		return locked(() -> Map.copyOf(this.left));
	}

	/**
	 * Returns the end of this replay.
	 * @return completes with this replay when each letter has been replayed or left, on
	 * any thread; never fails
	 */
	public CompletionStage<Replay> whenDone() {
		return this.done.minimalCompletionStage();
	}

	/**
	 * Ends this replay within a second: what was not handed on yet is left. Events that
	 * were handed on are still handled.
	 */
	public void stop() {
		this.stopped = true;
	}

	boolean isStopped() {
		return this.stopped;
	}

	void accept() {
		count(() -> this.accepted++);
	}

	void failAgain() {
		count(() -> this.failedAgain++);
	}

	void leave(UUID id, String reason) {
		count(() -> this.left.put(id, reason));
	}

	/** Ends it without having done anything more. */
	void end() {
		this.done.complete(this);
	}

	/** Ends it if there is nothing to do. */
	void endIfDone() {
		if (locked(() -> this.accepted + this.failedAgain + this.left.size() >= this.planned.size())) {
			end();
		}
	}

	private void count(Supplier<?> counting) {
		locked(counting);
		endIfDone();
	}

	private <T> T locked(Supplier<T> action) {
		this.lock.lock();
		try {
			return action.get();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public String toString() {
		return "replay of %d dead letters: %d accepted, %d failed again, %d left".formatted(this.planned.size(),
				accepted(), failedAgain(), left().size());
	}

}
