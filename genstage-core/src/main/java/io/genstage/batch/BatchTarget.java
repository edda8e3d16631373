package io.genstage.batch;

import java.util.List;

import io.genstage.Cancellation;
import io.genstage.StageContext;
import io.genstage.Subscription;

/**
 * What batches come to, and what has to wait for them.
 *
 * @param <K> the type of the keys
 * @param <T> the type of the events in batches
 * @param <O> the type of the events to emit
 */
@FunctionalInterface
interface BatchTarget<K, T, O> {

	List<O> handle(Batch<K, T> batch) throws Exception;

	/** Called at the end of a subscription. */
	default List<O> leave(Subscription subscription, Cancellation cancellation) throws Exception {
		return List.of();
	}

	/** Called when no batch comes any more; completes the stage when it likes. */
	default List<O> drain(StageContext context) throws Exception {
		context.complete();
		return List.of();
	}

}
