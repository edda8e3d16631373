package io.genstage.boot.handler;

import java.util.List;
import java.util.Objects;

import io.genstage.delivery.Answer;
import io.genstage.delivery.Answers;
import io.genstage.delivery.BatchFailure;
import io.genstage.delivery.Outcome;
import io.genstage.delivery.Outcomes;
import io.genstage.failure.EventRejectedException;
import io.genstage.failure.RetryAfterException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Passes on to the engine what a handler has said by {@link Outcomes}: nothing if all
 * events of its call are accepted, else by throwing for those that aren't.
 */
final class HandlerAnswer {

	private static final Log logger = LogFactory.getLog(HandlerAnswer.class);

	private HandlerAnswer() {
	}

	/**
	 * Looks at what a handler has said.
	 * @param said the outcomes, or {@code null} where there should be some
	 * @param call the events of its call
	 * @throws Exception if not all events are accepted
	 */
	static void check(@Nullable Object said, List<?> call) throws Exception {
		if (!(said instanceof Outcomes outcomes)) {
			throw new IllegalStateException("the handler must return Outcomes, but returned "
					+ ((said != null) ? said.getClass().getName() : "null"));
		}
		Answers answers = outcomes.answersTo(call);
		answers.complaints().forEach(logger::warn);
		BatchFailure failure = null;
		for (int place = 0; place < call.size(); place++) {
			Exception cause = failureOf(answers.each().get(place));
			if (cause != null && call.size() == 1) {
				throw cause;
			}
			if (cause != null) {
				failure = (failure != null) ? failure.and(call.get(place), cause)
						: BatchFailure.of(call.get(place), cause);
			}
		}
		if (failure != null) {
			throw failure.othersAccepted();
		}
	}

	/**
	 * Looks at the outcome of another event, which is that of the event in hand.
	 * @param said the outcome, or {@code null} where there should be one
	 * @throws Exception if that event has failed
	 */
	static void checkOutcome(@Nullable Object said) throws Exception {
		if (!(said instanceof Outcome outcome)) {
			throw new IllegalStateException("the handler must return an Outcome, but returned "
					+ ((said != null) ? said.getClass().getName() : "null"));
		}
		if (!outcome.isDone()) {
			throw new IllegalStateException("the event whose outcome the handler has returned has failed");
		}
	}

	private static @Nullable Exception failureOf(Answer answer) {
		return switch (answer.kind()) {
			case ACCEPTED -> null;
			case RETRY -> new RetryAfterException(answer.delay());
			case REJECTED ->
				new EventRejectedException(Objects.requireNonNullElse(answer.reason(), "rejected"), answer.cause());
			case FAILED, UNTOUCHED -> (answer.cause() instanceof Exception cause) ? cause
					: new IllegalStateException("not handled", answer.cause());
		};
	}

}
