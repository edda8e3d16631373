package io.genstage.jdbc;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

import io.genstage.jdbc.LetterChanges.Sequence;

/**
 * How many letters an event of some key has to wait behind, in memory, so that nobody
 * waits for the database. What this instance changes is seen at once, what others do when
 * it is read the next time.
 */
final class HeldKeys {

	/**
	 * Changes share it; reading everything excludes them, since nobody could say which of
	 * them it has seen. Whoever asks for a key takes none of it.
	 */
	private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

	/** By stage and key; nothing that is empty. */
	private volatile Map<String, Map<String, Integer>> held = new ConcurrentHashMap<>();

	/** Returns whether any key of a stage has letters. Never blocks. */
	boolean ofStage(String stage) {
		return this.held.containsKey(stage);
	}

	/** Returns how many letters of a key are there. Never blocks. */
	int of(Sequence sequence) {
		return this.held.getOrDefault(sequence.stage(), Map.of()).getOrDefault(sequence.key(), 0);
	}

	/** Changes letters, then what is known of their keys. */
	<T> T changing(LetterChanges changes, Supplier<T> change) {
		Lock shared = this.lock.readLock();
		shared.lock();
		try {
			T result = change.get();
			changes.held().forEach((sequence, letters) -> add(this.held, sequence, letters));
			return result;
		}
		finally {
			shared.unlock();
		}
	}

	private static void add(Map<String, Map<String, Integer>> held, Sequence sequence, int letters) {
		held.compute(sequence.stage(), (stage, known) -> {
			Map<String, Integer> keys = (known != null) ? known : new ConcurrentHashMap<>();
			keys.compute(sequence.key(), (key, before) -> {
				int sum = ((before != null) ? before : 0) + letters;
				return (sum > 0) ? sum : null;
			});
			return keys.isEmpty() ? null : keys;
		});
	}

	/** Reads everything while nothing changes here. */
	void read(Supplier<Map<Sequence, Integer>> reading) {
		Lock exclusive = this.lock.writeLock();
		exclusive.lock();
		try {
			Map<String, Map<String, Integer>> read = new ConcurrentHashMap<>();
			reading.get().forEach((sequence, letters) -> add(read, sequence, letters));
			this.held = read;
		}
		finally {
			exclusive.unlock();
		}
	}

}
