package io.genstage.migrating;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.genstage.annotation.Batch;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.migrating.Shop.Order;
import io.genstage.migrating.Shop.Priced;
import io.genstage.migrating.Shop.Prices;
import io.genstage.migrating.Shop.Table;

import org.springframework.stereotype.Component;

// tag::reactorKafkaAfter[]
@Component
class ReactorKafkaAfter {

	private final Prices prices;

	private final Table table;

	ReactorKafkaAfter(Prices prices, Table table) {
		this.prices = prices;
		this.table = table;
	}

	@ProducerConsumer(subscribeTo = "orders", inFlight = 50)
	CompletionStage<Priced> price(Order order) {
		return CompletableFuture.supplyAsync(() -> new Priced(order, this.prices.of(order)));
	}

	@Consumer(subscribeTo = "price", batch = @Batch(size = 100))
	void insert(List<Priced> batch) {
		this.table.insert(batch);
	}

}
// end::reactorKafkaAfter[]
