package io.genstage.migrating;

import java.util.List;
import java.util.stream.Stream;

import io.genstage.annotation.Batch;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.migrating.Shop.Feed;
import io.genstage.migrating.Shop.Order;
import io.genstage.migrating.Shop.Priced;
import io.genstage.migrating.Shop.Prices;
import io.genstage.migrating.Shop.Table;

import org.springframework.stereotype.Component;

// tag::reactorAfter[]
@Component
class ReactorAfter {

	private final Feed feed;

	private final Prices prices;

	private final Table table;

	ReactorAfter(Feed feed, Prices prices, Table table) {
		this.feed = feed;
		this.prices = prices;
		this.table = table;
	}

	@Producer
	Stream<Order> orders() {
		return this.feed.read();
	}

	@ProducerConsumer(subscribeTo = "orders", concurrency = 8)
	Priced price(Order order) {
		return new Priced(order, this.prices.of(order));
	}

	@Consumer(subscribeTo = "price", batch = @Batch(size = 500, timeout = "1s"))
	void insert(List<Priced> batch) {
		this.table.insert(batch);
	}

}
// end::reactorAfter[]
