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

	/**
	 * Refuses that a stage finishes an event only when it gets a result that takes the
	 * stage itself.
	 * @throws IllegalStateException if it would have to wait for itself
	 */
	static void refuseToFollow(CompletableFuture<?> result, StageRef follower) {
		if (result instanceof Answer<?> answer && !answer.isDone() && answer.takesPart.test(follower)) {
			throw new IllegalStateException(
					"stage '%s' must not return what can't happen before its event is finished: let it follow by thenRun, and return another future"
						.formatted(follower.name()));
		}
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
