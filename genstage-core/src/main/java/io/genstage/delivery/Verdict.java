package io.genstage.delivery;

import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * An outcome with what is known of it.
 *
 * @param outcome what has become of the event
 * @param reason why, in words for people and without data of the event; {@code null} if
 * there is nothing to be said
 * @param cause what was thrown, or {@code null}
 * @param hint how the source is to settle it, or {@code null} if nobody has said so
 * @param retry what the source is to keep for another attempt, after the delay of the
 * hint, or {@code null} if it isn't given back for one
 */
public record Verdict(Outcome outcome, @Nullable String reason, @Nullable Throwable cause, @Nullable SourceHint hint,
		@Nullable HeldRetry retry) {

	private static final Verdict ACCEPTED = new Verdict(Outcome.ACCEPTED, null, null, null, null);

	public Verdict {
		Objects.requireNonNull(outcome, "outcome must not be null");
	}

	/**
	 * Returns the verdict of an event that was handled.
	 * @return always the same one
	 */
	public static Verdict accepted() {
		return ACCEPTED;
	}

	/**
	 * Returns the verdict of an event that is kept by an engine, which hands it on.
	 * @param reason why, without data of the event
	 * @return the verdict
	 */
	public static Verdict handedOver(String reason) {
		return new Verdict(Outcome.HANDED_OVER, reason, null, null, null);
	}

	/**
	 * Returns the verdict of an event that was left out.
	 * @param reason why, without data of the event
	 * @return the verdict
	 */
	public static Verdict skipped(String reason) {
		return new Verdict(Outcome.SKIPPED, reason, null, null, null);
	}

	/**
	 * Returns the verdict of an event that has become a dead letter.
	 * @param reason why, without data of the event
	 * @param cause what was thrown, or {@code null}
	 * @return the verdict
	 */
	public static Verdict deadLettered(String reason, @Nullable Throwable cause) {
		return new Verdict(Outcome.DEAD_LETTERED, reason, cause, null, null);
	}

	/**
	 * Returns the verdict of an event that its source is to send again or to reject.
	 * @param reason why, without data of the event
	 * @param cause what was thrown, or {@code null}
	 * @return the verdict
	 */
	public static Verdict failed(String reason, @Nullable Throwable cause) {
		return new Verdict(Outcome.FAILED, reason, cause, null, null);
	}

	/**
	 * Returns the verdict of an event that its source is to keep for another attempt.
	 * @param reason why, without data of the event
	 * @param cause what was thrown, or {@code null}
	 * @param retry what is to be known then
	 * @param delay how long it has to wait, not negative
	 * @return the verdict
	 */
	public static Verdict heldFor(String reason, @Nullable Throwable cause, HeldRetry retry, Duration delay) {
		return new Verdict(Outcome.FAILED, reason, cause, SourceHint.delay(delay), retry);
	}

	/**
	 * Returns the same verdict with another hint.
	 * @param hint how the source is to settle the event, or {@code null}
	 * @return the verdict
	 */
	public Verdict withHint(@Nullable SourceHint hint) {
		return Objects.equals(hint, this.hint) ? this
				: new Verdict(this.outcome, this.reason, this.cause, hint, this.retry);
	}

	/** Returns whether there is nothing to be said but that all went well. */
	boolean isPlain() {
		return this.outcome == Outcome.ACCEPTED && this.reason == null && this.cause == null && this.hint == null;
	}

	/**
	 * Returns the worse of two verdicts, this one if they are alike, with the hint of the
	 * other one if it has none itself.
	 */
	@SuppressWarnings("ReferenceEquality") // one of these two
	Verdict worse(Verdict other) {
		Verdict worse = (this.outcome.worse(other.outcome) != this.outcome) ? other : this;
		Verdict better = (worse == this) ? other : this;
		return (worse.hint == null && better.hint != null) ? worse.withHint(better.hint) : worse;
	}

	/** Returns an equal verdict that is another object. */
	Verdict copy() {
		return new Verdict(this.outcome, this.reason, this.cause, this.hint, this.retry);
	}

}
