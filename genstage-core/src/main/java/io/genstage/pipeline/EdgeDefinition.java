package io.genstage.pipeline;

import io.genstage.SubscribeOptions;
import io.genstage.dispatch.Subscriber;
import org.jspecify.annotations.Nullable;

/**
 * One edge of a graph, as its consumer defines it.
 *
 * @param producer the name of the stage to get events from
 * @param options the demand of each instance, or {@code null} for the default, which
 * depends on how many instances share the work; the cancel mode doesn't matter, since the
 * pipeline decides what the end of a stage means for the others
 */
public record EdgeDefinition(String producer, @Nullable SubscribeOptions options) {

	private static final SubscribeOptions ALONE = SubscribeOptions.defaults();

	private static final SubscribeOptions SHARED = SubscribeOptions.defaults().withMaxDemand(10);

	/**
	 * Returns the demand that applies.
	 * @param instances how many instances the consumer has
	 * @return what was defined, or else 1000 to 500 for one instance, and 10 to 5 for
	 * each of several
	 */
	public SubscribeOptions optionsFor(int instances) {
		if (this.options != null) {
			return this.options;
		}
		return (instances > 1) ? SHARED : ALONE;
	}

	/** Returns whether the partition is chosen by the user. */
	boolean namesPartition() {
		return this.options != null && this.options.attributes().containsKey(Subscriber.PARTITION);
	}

}
