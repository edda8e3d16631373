package io.genstage.boot.declaration;

import org.jspecify.annotations.Nullable;

/**
 * What one place says about a subscription.
 *
 * @param maxDemand the maximum demand, or {@code null} if it is not set
 * @param minDemand the minimum demand, or {@code null} if it is not set
 * @param partition the partition, or {@code null} if it is not set
 * @param selector the name of a predicate bean, or {@code null} if it is not set
 */
public record EdgeValues(@Nullable Integer maxDemand, @Nullable Integer minDemand, @Nullable String partition,
		@Nullable String selector) {

	public static final EdgeValues NOTHING = new EdgeValues(null, null, null, null);

	/** The demand of a stage with a task for each event if nobody says another. */
	public static final EdgeValues OF_TASKS = new EdgeValues(10, null, null, null);

	/** What is said for all subscriptions of a stage. */
	public static EdgeValues of(GenStageProperties.Stage values) {
		return new EdgeValues(values.maxDemand(), values.minDemand(), null, null);
	}

	public static EdgeValues of(GenStageProperties.Subscription values) {
		return new EdgeValues(values.maxDemand(), values.minDemand(), values.partition(), null);
	}

}
