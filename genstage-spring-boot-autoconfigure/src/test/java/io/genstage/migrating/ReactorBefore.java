package io.genstage.migrating;

import java.time.Duration;

import io.genstage.migrating.Shop.Feed;
import io.genstage.migrating.Shop.Order;
import io.genstage.migrating.Shop.Priced;
import io.genstage.migrating.Shop.Prices;
import io.genstage.migrating.Shop.Table;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

// tag::reactorBefore[]
@Component
class ReactorBefore implements DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(ReactorBefore.class);

	private final Feed feed;

	private final Prices prices;

	private final Table table;

	private @Nullable Disposable running;

	ReactorBefore(Feed feed, Prices prices, Table table) {
		this.feed = feed;
		this.prices = prices;
		this.table = table;
	}

	@EventListener(ContextRefreshedEvent.class)
	void start() {
		this.running = Flux.fromStream(this.feed::read)
			.flatMap(this::price, 8)
			.bufferTimeout(500, Duration.ofSeconds(1), true)
			.concatMap((batch) -> blocking(() -> this.table.insert(batch)), 1)
			.subscribe((done) -> {
			}, (failure) -> logger.error("The import has ended", failure));
	}

	private Mono<Priced> price(Order order) {
		return Mono.fromCallable(() -> new Priced(order, this.prices.of(order)))
			.subscribeOn(Schedulers.boundedElastic())
			.retryWhen(Retry.backoff(3, Duration.ofSeconds(1)))
			.onErrorResume((failure) -> {
				logger.error("An order is lost: {}", order.id(), failure);
				return Mono.empty();
			});
	}

	private static Mono<Void> blocking(Runnable work) {
		return Mono.<Void>fromRunnable(work).subscribeOn(Schedulers.boundedElastic());
	}

	@Override
	public void destroy() {
		if (this.running != null) {
			this.running.dispose();
		}
	}

}
// end::reactorBefore[]
