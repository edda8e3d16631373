package io.genstage.desk;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import io.genstage.deadletter.DeadLetter;
import io.genstage.log.StageLog;

/**
 * A replay of dead letters, which goes on beside whoever has asked for it. Any thread may
 * look at it.
 */
public final class Replay {

	private static final System.Logger logger = StageLog.of(Replay.class);

	private final List<DeadLetter> planned;

	/** Held for moments only. */
	private final ReentrantLock lock = new ReentrantLock();

	private final Map<UUID, String> left = new LinkedHashMap<>();

	/** Letters that are taken along and that no producer knows of yet. */
	private final List<DeadLetter> following = new ArrayList<>();

	private final CompletableFuture<Replay> done = new CompletableFuture<>();

	/** How many letters it is about by now. */
	private int letters;

	/** How many of those that come meanwhile it still takes along. */
	private int room;

	private int accepted;

	private int failedAgain;

	private volatile boolean stopped;

	/**
	 * Creates a replay.
	 * @param max how many letters it is about at most, with those that it takes along
	 */
	Replay(List<DeadLetter> planned, int max) {
		this.planned = List.copyOf(planned);
		this.letters = planned.size();
		this.room = max - planned.size();
	}

	/**
	 * Returns what this replay was about when it began. Those that it
	 * {@linkplain DeadLetterDesk#replay takes along} are not among them.
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
		if (this.done.complete(this) && failedAgain() > 0) {
			logger.log(Level.WARNING, this::toString);
		}
	}

	/** Returns how many letters it may take along. */
	int room() {
		return locked(() -> this.room);
	}

	/** Takes letters along, as many of the first as there is room for. */
	void takeAlong(List<DeadLetter> found) {
		locked(() -> {
			List<DeadLetter> taken = found.subList(0, Math.max(Math.min(found.size(), this.room), 0));
			this.room -= taken.size();
			this.letters += taken.size();
			return this.following.addAll(taken);
		});
	}

	/** Returns letters of a stage that were taken along since this was asked last. */
	List<DeadLetter> following(String stage) {
		return locked(() -> {
			List<DeadLetter> taken = this.following.stream().filter((letter) -> letter.stage().equals(stage)).toList();
			this.following.removeAll(taken);
			return taken;
		});
	}

	/** Ends it if there is nothing to do. */
	void endIfDone() {
		if (locked(() -> this.accepted + this.failedAgain + this.left.size() >= this.letters)) {
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
		int all = locked(() -> this.letters);
		return "replay of %d dead letters: %d accepted, %d failed again, %d left".formatted(all, accepted(),
				failedAgain(), left().size());
	}

}
