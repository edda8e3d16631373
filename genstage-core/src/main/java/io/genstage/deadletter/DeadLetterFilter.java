package io.genstage.deadletter;

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Which dead letters are meant. A {@code null} component means any.
 *
 * <pre>{@code
 * DeadLetterFilter.all().withStage("book").withCauseType("java.net.ConnectException")
 * }</pre>
 *
 * @param stage the name of the stage that has failed
 * @param causeType the name of the class of the last failure
 * @param key the key of the event
 * @param batch what letters of one call have in common
 * @param status what is being done about them
 * @param lastFailedBefore when they have failed for the last time, at the latest but one
 * moment
 */
public record DeadLetterFilter(@Nullable String stage, @Nullable String causeType, @Nullable String key,
		@Nullable UUID batch, DeadLetter.@Nullable Status status, @Nullable Instant lastFailedBefore) {

	private static final DeadLetterFilter ALL = new DeadLetterFilter(null, null, null, null, null, null);

	/**
	 * Returns the filter that all letters pass.
	 * @return the filter
	 */
	public static DeadLetterFilter all() {
		return ALL;
	}

	/**
	 * Returns this filter for one stage.
	 * @param stage the name of the stage that has failed
	 * @return the changed filter
	 */
	public DeadLetterFilter withStage(String stage) {
		return new DeadLetterFilter(stage, this.causeType, this.key, this.batch, this.status, this.lastFailedBefore);
	}

	/**
	 * Returns this filter for one type of failure.
	 * @param causeType the name of the class; subclasses don't count
	 * @return the changed filter
	 */
	public DeadLetterFilter withCauseType(String causeType) {
		return new DeadLetterFilter(this.stage, causeType, this.key, this.batch, this.status, this.lastFailedBefore);
	}

	/**
	 * Returns this filter for one key.
	 * @param key the key of the event as text
	 * @return the changed filter
	 */
	public DeadLetterFilter withKey(String key) {
		return new DeadLetterFilter(this.stage, this.causeType, key, this.batch, this.status, this.lastFailedBefore);
	}

	/**
	 * Returns this filter for letters of one call.
	 * @param batch the identity of the call
	 * @return the changed filter
	 */
	public DeadLetterFilter withBatch(UUID batch) {
		return new DeadLetterFilter(this.stage, this.causeType, this.key, batch, this.status, this.lastFailedBefore);
	}

	/**
	 * Returns this filter for one status.
	 * @param status what is being done about the letters
	 * @return the changed filter
	 */
	public DeadLetterFilter withStatus(DeadLetter.Status status) {
		return new DeadLetterFilter(this.stage, this.causeType, this.key, this.batch, status, this.lastFailedBefore);
	}

	/**
	 * Returns this filter for letters that have not failed for some time.
	 * @param lastFailedBefore letters that have failed at this moment or later don't pass
	 * @return the changed filter
	 */
	public DeadLetterFilter withLastFailedBefore(Instant lastFailedBefore) {
		return new DeadLetterFilter(this.stage, this.causeType, this.key, this.batch, this.status, lastFailedBefore);
	}

	/**
	 * Returns whether a letter passes.
	 * @param letter the letter
	 * @return whether it is as each component says
	 */
	public boolean matches(DeadLetter letter) {
		return isAnyOr(this.stage, letter.stage()) && isAnyOr(this.causeType, letter.causeType())
				&& isAnyOr(this.key, letter.key()) && isAnyOr(this.batch, letter.batch())
				&& isAnyOr(this.status, letter.status())
				&& (this.lastFailedBefore == null || letter.lastFailedAt().isBefore(this.lastFailedBefore));
	}

	private static boolean isAnyOr(@Nullable Object wanted, @Nullable Object found) {
		return wanted == null || wanted.equals(found);
	}

}
