package io.genstage.migrating;

import java.util.List;

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

// tag::integrationAfter[]
@Component
class IntegrationAfter {

	private final Feed feed;

	private final Prices prices;

	private final Table table;

	IntegrationAfter(Feed feed, Prices prices, Table table) {
		this.feed = feed;
		this.prices = prices;
		this.table = table;
	}

	@Producer(poll = @Producer.Poll(pause = "500ms"))
	List<Order> orders(int demand) {
		return this.feed.take(demand);
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
// end::integrationAfter[]
