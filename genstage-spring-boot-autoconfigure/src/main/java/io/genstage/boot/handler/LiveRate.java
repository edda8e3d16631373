package io.genstage.boot.handler;

import java.util.List;

import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.Stage;
import io.genstage.rate.RateLimit;
import io.genstage.rate.RateLimited;
import io.genstage.rate.RateLimitedConsumer;
import io.genstage.rate.RateLimitedProducer;
import io.genstage.rate.RateLimitedProducerConsumer;

/**
 * The rate of all instances of a stage, which can be changed while they run. Each has the
 * limit for itself.
 */
public final class LiveRate {

	private final SharedSetting<RateLimit, RateLimited> limit;

	public LiveRate(RateLimit configured) {
		this.limit = new SharedSetting<>(configured, RateLimited::change);
	}

	/** Limits the stage of one instance. */
	public Stage limit(Stage stage) {
		return (Stage) this.limit.instance((current) -> limit(stage, current));
	}

	private static RateLimited limit(Stage stage, RateLimit limit) {
		if (stage instanceof ProducerStage<?> producer) {
			return RateLimitedProducer.of(limit, producer);
		}
		if (stage instanceof ConsumerStage<?> consumer) {
			return RateLimitedConsumer.of(limit, consumer);
		}
		return RateLimitedProducerConsumer.of(limit, (ProducerConsumerStage<?, ?>) stage);
	}

	/** Changes the limit of instances of now and later. */
	public void change(RateLimit limit) {
		this.limit.change(limit);
	}

	/** Returns the limit of each instance. */
	public List<RateLimit> limits() {
		return this.limit.ofEach(RateLimited::limit);
	}

	public void reset() {
		this.limit.reset();
	}

}
