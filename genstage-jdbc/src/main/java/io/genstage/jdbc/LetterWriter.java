package io.genstage.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

import io.genstage.deadletter.DeadLetter;

import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;

/**
 * Writes letters in the order in which they come. Those that have come while others were
 * written go together.
 */
final class LetterWriter {

	private static final int MOST_LETTERS = 100;

	private static final long MOST_BYTES = 8_000_000;

	private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();

	private final Executor executor;

	private final StoredEvents events;

	private final Function<List<Wanted>, List<Optional<DeadLetter>>> store;

	/**
	 * Creates a writer.
	 * @param executor runs one task at a time
	 * @param store stores letters, all that are wanted or none
	 */
	LetterWriter(Executor executor, StoredEvents events, Function<List<Wanted>, List<Optional<DeadLetter>>> store) {
		this.executor = executor;
		this.events = events;
		this.store = store;
	}

	/**
	 * Writes a letter.
	 * @param behind whether it is only wanted behind another one of its key
	 */
	CompletionStage<Optional<DeadLetter>> write(DeadLetter letter, Object event, boolean behind) {
		Waiting added = new Waiting(letter, event, behind, new CompletableFuture<>());
		this.waiting.add(added);
		try {
			this.executor.execute(this::writeWaiting);
		}
		catch (RejectedExecutionException ex) {
			this.waiting.remove(added);
			added.done().completeExceptionally(new IllegalStateException("the store of dead letters is closed"));
		}
		return added.done().minimalCompletionStage();
	}

	/** There are as many calls as letters, and most of them find nothing left to do. */
	private void writeWaiting() {
		List<Waiting> taken = new ArrayList<>();
		List<Wanted> letters = new ArrayList<>();
		long bytes = 0;
		while (taken.size() < MOST_LETTERS && bytes < MOST_BYTES) {
			Waiting next = this.waiting.poll();
			if (next == null) {
				break;
			}
			try {
				LetterTable.Written written = this.events.write(next.letter(), next.event());
				taken.add(next);
				letters.add(new Wanted(written, next.behind()));
				bytes += written.payload().length;
			}
			catch (Throwable ex) {
				next.done().completeExceptionally(ex);
			}
		}
		if (!taken.isEmpty()) {
			store(taken, letters);
		}
	}

	private void store(List<Waiting> taken, List<Wanted> letters) {
		List<Optional<DeadLetter>> stored;
		try {
			stored = this.store.apply(letters);
		}
		catch (Throwable ex) {
			if (taken.size() == 1 || isOfAll(ex)) {
				taken.forEach((one) -> one.done().completeExceptionally(ex));
			}
			else {
				storeOneByOne(taken, letters);
			}
			return;
		}
		for (int index = 0; index < taken.size(); index++) {
			taken.get(index).done().complete(stored.get(index));
		}
	}

	/** One of them may have been refused, and must not take the others along. */
	private void storeOneByOne(List<Waiting> taken, List<Wanted> letters) {
		for (int index = 0; index < taken.size(); index++) {
			CompletableFuture<Optional<DeadLetter>> done = taken.get(index).done();
			try {
				done.complete(this.store.apply(List.of(letters.get(index))).get(0));
			}
			catch (Throwable ex) {
				done.completeExceptionally(ex);
				if (isOfAll(ex)) {
					taken.subList(index, taken.size()).forEach((one) -> one.done().completeExceptionally(ex));
					return;
				}
			}
		}
	}

	/** Returns whether a failure has nothing to do with what was to be written. */
	private static boolean isOfAll(Throwable failure) {
		return failure instanceof CannotCreateTransactionException || failure instanceof TransientDataAccessException;
	}

	/** Lets nobody wait for what is never written. */
	void close() {
		Waiting next = this.waiting.poll();
		while (next != null) {
			next.done().completeExceptionally(new IllegalStateException("the store of dead letters is closed"));
			next = this.waiting.poll();
		}
	}

	/**
	 * A letter that is to be written.
	 */
	private record Waiting(DeadLetter letter, Object event, boolean behind,
			CompletableFuture<Optional<DeadLetter>> done) {
	}

	/**
	 * A letter as it is to be stored.
	 *
	 * @param behind whether only if another one of its key is there
	 */
	record Wanted(LetterTable.Written letter, boolean behind) {
	}

}
