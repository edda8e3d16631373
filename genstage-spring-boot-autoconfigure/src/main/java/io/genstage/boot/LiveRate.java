package io.genstage.boot;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;

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
final class LiveRate {

	private final RateLimit configured;

	/** Those that nobody else knows any more are forgotten. */
	private final Set<RateLimited> limited = Collections.newSetFromMap(new WeakHashMap<>());

	private final ReentrantLock lock = new ReentrantLock();

	private RateLimit current;

	LiveRate(RateLimit configured) {
		this.configured = configured;
		this.current = configured;
	}

	/** Limits the stage of one instance. */
	Stage limit(Stage stage) {
		// A change either comes before this one is made, or knows it.
		this.lock.lock();
		try {
			Stage limitedStage = limit(stage, this.current);
			this.limited.add((RateLimited) limitedStage);
			return limitedStage;
		}
		finally {
			this.lock.unlock();
		}
	}

	private static Stage limit(Stage stage, RateLimit limit) {
		if (stage instanceof ProducerStage<?> producer) {
			return RateLimitedProducer.of(limit, producer);
		}
		if (stage instanceof ConsumerStage<?> consumer) {
			return RateLimitedConsumer.of(limit, consumer);
		}
		return RateLimitedProducerConsumer.of(limit, (ProducerConsumerStage<?, ?>) stage);
	}

	/** Changes the limit of instances of now and later. */
	void change(RateLimit limit) {
		this.lock.lock();
		try {
			this.current = limit;
			this.limited.forEach((stage) -> stage.change(limit));
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Returns the limit of each instance. */
	List<RateLimit> limits() {
		this.lock.lock();
		try {
			return this.limited.stream().map(RateLimited::limit).toList();
		}
		finally {
			this.lock.unlock();
		}
	}

	void reset() {
		change(this.configured);
	}

}
