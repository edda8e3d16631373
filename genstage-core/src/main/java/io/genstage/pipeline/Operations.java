package io.genstage.pipeline;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * What is done to one stage by its name: one thing after the other, in the order in which
 * it was asked for. Used under the pipeline's lock.
 */
final class Operations {

	private final PipelineLock lock;

	private final Deque<Waiting> waiting = new ArrayDeque<>();

	private boolean busy;

	Operations(PipelineLock lock) {
		this.lock = lock;
	}

	/**
	 * Does something at once, or when what was asked for before is done.
	 * @param name what it is called if asking for it twice in a row means the same as
	 * once, or null
	 * @return what becomes of it
	 * @throws RuntimeException what is thrown by it if it is done at once
	 */
	CompletionStage<Void> perform(@Nullable String name, Supplier<CompletionStage<Void>> operation) {
		if (!this.busy) {
			return begin(operation);
		}
		Waiting last = this.waiting.peekLast();
		if (last != null && last.name() != null && last.name().equals(name)) {
			return last.answer().minimalCompletionStage();
		}
		Waiting next = new Waiting(name, operation, new CompletableFuture<>());
		this.waiting.add(next);
		return next.answer().minimalCompletionStage();
	}

	private CompletionStage<Void> begin(Supplier<CompletionStage<Void>> operation) {
		CompletionStage<Void> result = operation.get();
		if (!result.toCompletableFuture().isDone()) {
			this.busy = true;
			result.whenComplete((done, failure) -> this.lock.run(this::goOn));
		}
		return result;
	}

	private void goOn() {
		this.busy = false;
		while (!this.busy && !this.waiting.isEmpty()) {
			Waiting next = this.waiting.remove();
			try {
				begin(next.operation()).whenComplete((done, failure) -> tell(next.answer(), failure));
			}
			catch (RuntimeException ex) {
				tell(next.answer(), ex);
			}
		}
	}

	/** Without the lock, since whoever waits for the answer goes on by it. */
	private void tell(CompletableFuture<Void> answer, @Nullable Throwable failure) {
		this.lock.run(() -> this.lock.tell(() -> {
			if (failure == null) {
				answer.complete(null);
			}
			else {
				answer.completeExceptionally(causeOf(failure));
			}
		}));
	}

	private static Throwable causeOf(Throwable failure) {
		return (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause() : failure;
	}

	/**
	 * An operation that has not begun, and who waits for it.
	 */
	private record Waiting(@Nullable String name, Supplier<CompletionStage<Void>> operation,
			CompletableFuture<Void> answer) {
	}

}
