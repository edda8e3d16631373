package io.genstage.delivery;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * The answer of a handler that says for each event of its call what has become of it.
 *
 * <pre>{@code
 * Outcomes outcomes = Outcomes.none();
 * for (Order order : orders) {
 *     outcomes = outcomes.and(isPayable(order) ? Outcomes.accepted(order) : Outcomes.failed(order, "not payable"));
 * }
 * return outcomes;
 * }</pre>
 *
 * It is a whole answer. An event that it doesn't name has failed, as if the handler had
 * thrown for it. If it names an event more often than it is there, the first word stands;
 * what is named and is no event of the call is logged. Events are found by identity, and
 * by {@code equals} where no event is the very object; equal ones in their order.
 * <p>
 * Nobody can change it: {@link #and} returns another one.
 */
public final class Outcomes {

	private static final Outcomes NONE = new Outcomes(null, null);

	private final @Nullable Outcomes before;

	private final @Nullable Statement last;

	private Outcomes(@Nullable Outcomes before, @Nullable Statement last) {
		this.before = before;
		this.last = last;
	}

	/**
	 * Names nobody, as a beginning or as the answer to a call without events.
	 * @return the outcomes
	 */
	public static Outcomes none() {
		return NONE;
	}

	/**
	 * Says that an event is done.
	 * @param event the event
	 * @return its outcome
	 */
	public static Outcomes accepted(@Nullable Object event) {
		return of(event, Answer.ACCEPTED);
	}

	/**
	 * Says that events are done.
	 * @param events the events
	 * @return their outcomes
	 */
	public static Outcomes allAccepted(Iterable<?> events) {
		Outcomes outcomes = NONE;
		for (Object event : events) {
			outcomes = outcomes.and(accepted(event));
		}
		return outcomes;
	}

	/**
	 * Says that the handling of an event has failed, as if the handler had thrown for it
	 * alone: the policy of the stage decides whether it is handled again.
	 * @param event the event
	 * @param cause why
	 * @return its outcome
	 */
	public static Outcomes failed(@Nullable Object event, Throwable cause) {
		return of(event, Answer.failed(Objects.requireNonNull(cause, "cause must not be null")));
	}

	/**
	 * Says that an event can't be handled and that another attempt is of no use, without
	 * an exception and its stack.
	 * @param event the event
	 * @param reason why, in words for people and without data of the event
	 * @return its outcome
	 */
	public static Outcomes failed(@Nullable Object event, String reason) {
		return of(event, Answer.rejected(Objects.requireNonNull(reason, "reason must not be null")));
	}

	/**
	 * Asks for another attempt with an event, which counts and comes after the time that
	 * the policy of the stage says.
	 * @param event the event
	 * @return its outcome
	 */
	public static Outcomes retry(@Nullable Object event) {
		return of(event, Answer.RETRY);
	}

	/**
	 * Asks for another attempt with an event after some time of its own.
	 * @param event the event
	 * @param delay how long to wait, not negative
	 * @return its outcome
	 * @throws IllegalArgumentException if the delay is negative
	 */
	public static Outcomes retry(@Nullable Object event, Duration delay) {
		return of(event, Answer.retry(delay));
	}

	private static Outcomes of(@Nullable Object event, Answer answer) {
		return new Outcomes(null, new Statement(event, answer));
	}

	/**
	 * Adds outcomes behind these.
	 * @param others the others, the fewer the cheaper
	 * @return all outcomes
	 */
	public Outcomes and(Outcomes others) {
		Outcomes all = this;
		for (Statement statement : others.statements()) {
			all = new Outcomes((all.last != null) ? all : null, statement);
		}
		return all;
	}

	/**
	 * Finds out what is said of each event of a call. Of the engine.
	 * @param call the events as the handler saw them
	 * @return an answer for each
	 */
	public Answers answersTo(List<?> call) {
		return Statements.of(call, statements()).answersForAll("the returned Outcomes");
	}

	private List<Statement> statements() {
		Deque<Statement> inOrder = new ArrayDeque<>();
		for (Outcomes outcomes = this; outcomes != null; outcomes = outcomes.before) {
			if (outcomes.last != null) {
				inOrder.addFirst(outcomes.last);
			}
		}
		return new ArrayList<>(inOrder);
	}

	/**
	 * Says how many events are named, without them.
	 */
	@Override
	public String toString() {
		return "outcomes of %d events".formatted(statements().size());
	}

}
