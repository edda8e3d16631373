package io.genstage.jdbc;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What is to become of a row whose event was handed out.
 */
sealed interface WorkResult {

	/** Returns by what it was handed out. */
	WorkClaim claim();

	/**
	 * It is done.
	 *
	 * @param claim by what it was handed out
	 */
	record Done(WorkClaim claim) implements WorkResult {
	}

	/**
	 * It is to be handed out again.
	 *
	 * @param claim by what it was handed out
	 * @param attempts how often it was tried
	 * @param delay how long it is to wait
	 * @param reason why it has failed, if that is known
	 * @param note what its stage is to know of its attempts then, if it goes on with them
	 */
	record Later(WorkClaim claim, int attempts, Duration delay, @Nullable String reason,
			@Nullable String note) implements WorkResult {
	}

	/**
	 * It is never handed out again, unless somebody changes the row.
	 *
	 * @param claim by what it was handed out
	 * @param reason why
	 */
	record Dead(WorkClaim claim, String reason) implements WorkResult {
	}

}
