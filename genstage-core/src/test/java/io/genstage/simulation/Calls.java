package io.genstage.simulation;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

import io.genstage.Caller;
import io.genstage.StageContext;
import io.genstage.StageNotRunningException;
import org.jspecify.annotations.Nullable;

/**
 * The questions that stages are asked. Each gets one answer, and gets it behind the
 * events that it leads to.
 */
final class Calls {

	private static final Duration LATER = Duration.ofMillis(2);

	private static final Duration TIMEOUT = Duration.ofMillis(20);

	private int open;

	void ask(SimulatedStage stage, Answer answer, int events) {
		Question question = new Question(answer, events);
		this.open++;
		stage.ref().call(question, TIMEOUT).whenComplete((value, failure) -> {
			this.open--;
			stage.violations()
				.unless((failure == null) ? isExpected(stage, question, value) : isExpected(stage, question, failure),
						() -> "%s answered %s by %s, %s".formatted(stage, question, value, failure));
		});
	}

	private static boolean isExpected(SimulatedStage stage, Question question, @Nullable Object value) {
		boolean emitted = !(stage instanceof SimulatedEmitter emitter) || emitter.isAccumulating()
				|| emitter.outbox().isAllDispatched();
		return question.equals(value) && (emitted || question.answer() != Answer.BEHIND_EVENTS);
	}

	private static boolean isExpected(SimulatedStage stage, Question question, Throwable failure) {
		Throwable cause = (failure instanceof CompletionException) ? failure.getCause() : failure;
		return (cause instanceof TimeoutException) ? question.answer() == Answer.NEVER
				: cause instanceof StageNotRunningException && !stage.isRunning();
	}

	/** Checks, at rest, that nobody still waits. */
	void checkAllAreAnswered(Violations violations) {
		violations.unless(this.open == 0, () -> "%d calls were not answered".formatted(this.open));
	}

	// The stage's side

	/** Returns how many events a question leads to. */
	static int eventsOf(Object request) {
		return ((Question) request).events();
	}

	/** Answers in the way that the question says. */
	static void answer(Object request, Caller caller, StageContext context) {
		Question question = (Question) request;
		switch (question.answer()) {
			case BEHIND_EVENTS -> caller.reply(question);
			case NOW -> caller.replyNow(question);
			case LATER -> context.tellLater(LATER, new Late(question, caller));
			case NEVER -> {
				// The caller is left alone.
			}
		}
	}

	static boolean answerLate(Object message) {
		if (message instanceof Late late) {
			late.caller().reply(late.question());
			return true;
		}
		return false;
	}

	/**
	 * When a stage answers.
	 */
	enum Answer {

		BEHIND_EVENTS, NOW, LATER, NEVER

	}

	/**
	 * What a stage is asked: to answer and to emit events.
	 */
	private record Question(Answer answer, int events) {
	}

	/**
	 * Reminds a stage of an answer that it owes.
	 */
	private record Late(Question question, Caller caller) {
	}

}
