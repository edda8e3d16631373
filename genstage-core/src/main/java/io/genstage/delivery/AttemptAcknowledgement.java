package io.genstage.delivery;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * The acknowledgement of one attempt: it sees to it that one answer counts, and hands it
 * on. Of the engine.
 */
public final class AttemptAcknowledgement implements Acknowledgement {

	private static final VarHandle ANSWER = Handles.of(MethodHandles.lookup(), "answer", Answer.class);

	private final int attempt;

	private final Target target;

	/** The one that counts, or that of an attempt that has ended without one. */
	private volatile @Nullable Answer answer;

	private volatile @Nullable SourceHint hint;

	/**
	 * Creates the acknowledgement of an attempt.
	 * @param attempt which one it is, at least 1
	 * @param target gets the answer
	 */
	public AttemptAcknowledgement(int attempt, Target target) {
		if (attempt < 1) {
			throw new IllegalArgumentException("attempt must be >= 1, was " + attempt);
		}
		this.attempt = attempt;
		this.target = Objects.requireNonNull(target, "target must not be null");
	}

	@Override
	public boolean accept() {
		return settle(Answer.ACCEPTED);
	}

	@Override
	public boolean retry() {
		return settle(Answer.RETRY);
	}

	@Override
	public boolean retry(Duration delay) {
		return settle(Answer.retry(delay));
	}

	@Override
	public boolean reject(Throwable cause) {
		Objects.requireNonNull(cause, "cause must not be null");
		return settle(new Answer(Answer.Kind.REJECTED, null, cause, null));
	}

	@Override
	public boolean reject(String reason) {
		Objects.requireNonNull(reason, "reason must not be null");
		return settle(new Answer(Answer.Kind.REJECTED, reason, null, null));
	}

	private boolean settle(Answer answer) {
		if (!end(answer)) {
			this.target.late();
			return false;
		}
		this.target.settled(answer, this.hint);
		return true;
	}

	@Override
	public boolean extend(Duration time) {
		if (time.isNegative() || time.isZero()) {
			throw new IllegalArgumentException("expected a time greater than zero, but got " + time);
		}
		return whileOpen(() -> this.target.extended(time));
	}

	@Override
	public boolean tellSource(SourceHint hint) {
		Objects.requireNonNull(hint, "hint must not be null");
		return whileOpen(() -> this.hint = hint);
	}

	private boolean whileOpen(Runnable step) {
		if (isSettled()) {
			this.target.late();
			return false;
		}
		step.run();
		return true;
	}

	@Override
	public int attempt() {
		return this.attempt;
	}

	@Override
	public boolean isSettled() {
		return this.answer != null;
	}

	/**
	 * Ends the attempt without an answer: whatever the handler says from now on is late.
	 * @return false if it has ended, or was answered, before
	 */
	public boolean close() {
		return end(Answer.UNTOUCHED);
	}

	private boolean end(Answer answer) {
		return ANSWER.compareAndSet(this, null, answer);
	}

	/**
	 * Returns whether the answer is that the event is done, also before the target has
	 * got it.
	 * @return whether the event is accepted
	 */
	public boolean isAccepted() {
		Answer answer = this.answer;
		return answer != null && answer.kind() == Answer.Kind.ACCEPTED;
	}

	/**
	 * Returns how the source is to settle the event, as far as the handler has said so.
	 * @return the last hint, or {@code null}
	 */
	public @Nullable SourceHint hint() {
		return this.hint;
	}

	/**
	 * Gets the answer of an attempt. Called by the thread that answers.
	 */
	public interface Target {

		/**
		 * Takes the one answer.
		 * @param answer what is to become of the event
		 * @param hint how its source is to settle it, or {@code null}
		 */
		void settled(Answer answer, @Nullable SourceHint hint);

		/**
		 * Grants more time.
		 * @param time how much from now on
		 */
		void extended(Duration time);

		/** Counts a call that came when the attempt was over. */
		void late();

	}

}
