package io.genstage;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * What becomes of something that some stages have to take part in, so that none of their
 * callbacks may wait for it. What is derived from it is the same.
 *
 * @param <T> the type of the result
 */
final class Answer<T extends @Nullable Object> extends CompletableFuture<T> {

	private final Predicate<StageRef> takesPart;

	private Answer(Predicate<StageRef> takesPart) {
		this.takesPart = takesPart;
	}

	static <T extends @Nullable Object> CompletionStage<T> of(CompletionStage<T> result,
			Predicate<StageRef> takesPart) {
		Answer<T> answer = new Answer<>(takesPart);
		result.whenComplete((value, failure) -> answer.settle(value, failure));
		return answer;
	}

	private void settle(T value, @Nullable Throwable failure) {
		if (failure == null) {
			complete(value);
		}
		else {
			completeExceptionally(failure);
		}
	}

	@Override
	public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
		return new Answer<>(this.takesPart);
	}

	@Override
	public T join() {
		refuseToWaitForItself();
		return super.join();
	}

	@Override
	public T get() throws InterruptedException, ExecutionException {
		refuseToWaitForItself();
		return super.get();
	}

	@Override
	public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
		refuseToWaitForItself();
		return super.get(timeout, unit);
	}

	private void refuseToWaitForItself() {
		StageRef current = isDone() ? null : CurrentStage.get();
		if (current != null && this.takesPart.test(current)) {
			throw new IllegalStateException(
					"stage '%s' must not wait for what can't happen before its callback returns: let it follow by thenRun, for instance"
						.formatted(current.name()));
		}
	}

}
