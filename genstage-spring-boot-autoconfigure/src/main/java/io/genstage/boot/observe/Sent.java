package io.genstage.boot.observe;

import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * What an event carries.
 *
 * @param observation in which it was sent or made, or null if nobody observes that
 * @param context what was set where it was sent, or where the first of those was that it
 * was made from; null if nothing was
 */
record Sent(@Nullable Observation observation, @Nullable SenderContext context) {

	static @Nullable Sent of(@Nullable Observation observation, @Nullable SenderContext context) {
		return (observation != null || context != null) ? new Sent(observation, context) : null;
	}

}
