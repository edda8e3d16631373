package io.genstage.boot.handler;

import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.Stage;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import io.genstage.rate.RateLimitedConsumer;
import io.genstage.rate.RateLimitedProducer;
import io.genstage.rate.RateLimitedProducerConsumer;

/**
 * The rate of a stage, which its instances share, and which can be changed while they
 * run.
 */
public final class LiveRate {

	private final RateLimit configured;

	private final RateAccount account;

	public LiveRate(RateLimit configured) {
		this.configured = configured;
		this.account = new RateAccount(configured);
	}

	/** Limits the stage of one instance. */
	public Stage limit(Stage stage) {
		if (stage instanceof ProducerStage<?> producer) {
			return RateLimitedProducer.of(this.account, producer);
		}
		if (stage instanceof ConsumerStage<?> consumer) {
			return RateLimitedConsumer.of(this.account, consumer);
		}
		return RateLimitedProducerConsumer.of(this.account, (ProducerConsumerStage<?, ?>) stage);
	}

	/** Changes the limit of instances of now and later. */
	public void change(RateLimit limit) {
		this.account.change(limit);
	}

	/** Returns the limit in force. */
	public RateLimit limit() {
		return this.account.limit();
	}

	public void reset() {
		change(this.configured);
	}

}
