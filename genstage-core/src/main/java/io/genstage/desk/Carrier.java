package io.genstage.desk;

import org.jspecify.annotations.Nullable;

/**
 * Makes what is emitted for an event of a letter, so that it becomes known what has come
 * of it.
 */
@FunctionalInterface
interface Carrier {

	/**
	 * Returns what to emit.
	 * @param event the event of a letter
	 * @param fate one of its methods is to be called, once, by any thread that may block
	 */
	Object carry(Object event, Fate fate);

	/**
	 * Gets to know what has come of a replayed event.
	 */
	interface Fate {

		/** It was handled. */
		void accepted();

		/**
		 * It was not handled.
		 * @param cause what was thrown, if anything
		 * @param reason why it was not, if nothing was thrown
		 */
		void failed(@Nullable Throwable cause, @Nullable String reason);

	}

}
