package io.genstage;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

/**
 * Who waits for the answer to a {@linkplain StageRef#call call}. Any thread may answer,
 * within the callback or later; the first answer counts.
 * <p>
 * Source: the {@code from} argument of {@code handle_call/3} and
 * {@code GenStage.reply/2}.
 */
public final class Caller {

	private final CompletableFuture<@Nullable Object> answer = new CompletableFuture<>();

	private final CompletableFuture<@Nullable Void> eventsEmitted = new CompletableFuture<>();

	private final CompletableFuture<@Nullable Object> received = this.answer.thenCombine(this.eventsEmitted,
			(value, emitted) -> value);

	Caller() {
	}

	/**
	 * Answers, after the events that the callback returns have been emitted.
	 * @param value the answer
	 */
	public void reply(@Nullable Object value) {
		this.answer.complete(value);
	}

	/**
	 * Answers at once, before the events that the callback returns are emitted.
	 * @param value the answer
	 */
	public void replyNow(@Nullable Object value) {
		if (this.answer.complete(value)) {
			this.received.complete(value);
		}
	}

	void eventsEmitted() {
		this.eventsEmitted.complete(null);
	}

	void fail(Throwable failure) {
		this.received.completeExceptionally(failure);
	}

	boolean isAnswered() {
		return this.received.isDone();
	}

	CompletionStage<@Nullable Object> received() {
		return this.received.minimalCompletionStage();
	}

}
