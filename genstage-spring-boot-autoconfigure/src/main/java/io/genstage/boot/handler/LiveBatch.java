package io.genstage.boot.handler;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;

import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.Stage;
import io.genstage.Subscription;
import io.genstage.batch.BatchConsumer;
import io.genstage.batch.BatchOptions;
import io.genstage.batch.BatchProducerConsumer;
import io.genstage.batch.Batching;
import org.jspecify.annotations.Nullable;

/**
 * The batches of all instances of a stage, whose size and time can be changed while they
 * run. Each collects batches of its own.
 */
public final class LiveBatch {

	/** An event without a key has one as well, as it has a partition. */
	private static final Object NO_KEY = new Object();

	private final SharedSetting<BatchOptions, Batching> options;

	private final Function<Object, Object> key;

	private final int largest;

	/**
	 * Creates batches.
	 * @param configured how to collect
	 * @param key returns what the events of a batch have in common
	 * @param largest the most events that a batch can have, by the demand of the stage
	 */
	public LiveBatch(BatchOptions configured, Function<Object, @Nullable Object> key, int largest) {
		this.options = new SharedSetting<>(configured, Batching::change);
		this.key = (event) -> Objects.requireNonNullElse(key.apply(event), NO_KEY);
		this.largest = largest;
	}

	/**
	 * Collects events before the stage of one instance.
	 * @throws UnusableStageException if the stage can't be given batches
	 */
	public Stage before(Stage stage) throws UnusableStageException {
		if (stage instanceof HandlingStage handling && !handling.parameter().takesBatches()) {
			throw new UnusableStageException(
					"it takes one event at a time, but has a 'batch': let it take a List of events, or remove that");
		}
		try {
			return (Stage) this.options.instance((current) -> before(stage, current));
		}
		catch (IllegalArgumentException ex) {
			throw new UnusableStageException(String.valueOf(ex.getMessage()));
		}
	}

	@SuppressWarnings("unchecked") // the graph says what it takes
	private Batching before(Stage stage, BatchOptions options) {
		if (stage instanceof ConsumerStage<?> consumer) {
			return BatchConsumer.before(this.key, options, arrival(stage), (ConsumerStage<Object>) consumer);
		}
		return BatchProducerConsumer.before(this.key, options, arrival(stage),
				(ProducerConsumerStage<Object, Object>) stage);
	}

	private static BiFunction<Object, Subscription, Object> arrival(Stage stage) {
		boolean messages = stage instanceof HandlingStage handling && handling.parameter().takesMessages();
		return messages ? ReceivedEvent::new : (event, from) -> event;
	}

	/**
	 * Changes the options of instances of now and later.
	 * @throws IllegalArgumentException if they are impossible
	 */
	public void change(int size, Duration timeout) {
		if (size > this.largest) {
			throw new IllegalArgumentException("size must be from 1 to %d, the maximum demand of the stage, but is %d"
				.formatted(this.largest, size));
		}
		this.options.change(BatchOptions.defaults().withSize(size).withTimeout(timeout));
	}

	/** Returns the options of each instance. */
	public List<BatchOptions> options() {
		return this.options.ofEach(Batching::options);
	}

	public void reset() {
		this.options.reset();
	}

}
