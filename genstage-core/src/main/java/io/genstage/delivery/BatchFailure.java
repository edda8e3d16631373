package io.genstage.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a handler of several events to say which of them have failed, and why.
 *
 * <pre>{@code
 * throw BatchFailure.of(order, cause).and(other, otherCause).othersAccepted();
 * }</pre>
 *
 * The others are handled again, which counts as no attempt, unless they are said to be
 * accepted. Events are found by identity, and by {@code equals} where no event is the
 * very object; equal ones in their order. One that names no event of its call is the
 * failure of all of them.
 */
public final class BatchFailure extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient List<Statement> failed = new ArrayList<>();

	private int named;

	private boolean othersAccepted;

	private BatchFailure(Throwable cause) {
		super(cause);
	}

	/**
	 * Names the first event that has failed.
	 * @param event the event
	 * @param cause why
	 * @return the exception to throw
	 */
	public static BatchFailure of(@Nullable Object event, Throwable cause) {
		return new BatchFailure(cause).and(event, cause);
	}

	/**
	 * Names one more event that has failed.
	 * @param event the event
	 * @param cause why
	 * @return this exception
	 */
	public BatchFailure and(@Nullable Object event, Throwable cause) {
		Objects.requireNonNull(cause, "cause must not be null");
		this.named++;
		this.failed.add(new Statement(event, Answer.failed(cause)));
		return this;
	}

	/**
	 * Says that all events that aren't named are done.
	 * @return this exception
	 */
	public BatchFailure othersAccepted() {
		this.othersAccepted = true;
		return this;
	}

	/**
	 * Finds out what is said of each event of a call. Of the engine.
	 * @param call the events as the handler saw them
	 * @return an answer for each
	 */
	public Answers answersTo(List<?> call) {
		Statements statements = Statements.of(call, this.failed);
		return statements.answers(ofOthers(statements));
	}

	/*
	 * A handler that names what is no event of its call has meant one that isn't named
	 * then. So nobody is accepted on its word; and if it has named nobody else, somebody
	 * has to count an attempt, or it would be called for ever.
	 */
	private Answer ofOthers(Statements statements) {
		if (statements.foundMembers() == 0 || (this.othersAccepted && statements.hasStrangers())) {
			return Answer.failed(this);
		}
		return this.othersAccepted ? Answer.ACCEPTED : Answer.UNTOUCHED;
	}

	/**
	 * Says how many events have failed, without them.
	 */
	@Override
	public String getMessage() {
		return "%d events of the call have failed, and the others are %s".formatted(this.named,
				this.othersAccepted ? "accepted" : "to be handled again");
	}

}
