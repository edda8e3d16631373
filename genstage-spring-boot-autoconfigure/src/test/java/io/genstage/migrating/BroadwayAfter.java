package io.genstage.migrating;

import java.util.List;

import io.genstage.annotation.Batch;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.annotation.Rate;
import io.genstage.migrating.Shop.Feed;
import io.genstage.migrating.Shop.Order;
import io.genstage.migrating.Shop.Priced;
import io.genstage.migrating.Shop.Prices;
import io.genstage.migrating.Shop.Table;

import org.springframework.stereotype.Component;

// tag::broadwayAfter[]
@Component
class BroadwayAfter {

	private final Feed feed;

	private final Prices prices;

	private final Table table;

	BroadwayAfter(Feed feed, Prices prices, Table table) {
		this.feed = feed;
		this.prices = prices;
		this.table = table;
	}

	@Producer(rate = @Rate(events = 1000, period = "1s"))
	List<Order> orders(int demand) {
		return this.feed.take(demand);
	}

	@ProducerConsumer(subscribeTo = "orders", concurrency = 10)
	Priced price(Order order) {
		return new Priced(order, this.prices.of(order));
	}

	@Consumer(subscribeTo = "price", concurrency = 2, batch = @Batch(size = 100, timeout = "1s"))
	void insert(List<Priced> batch) {
		this.table.insert(batch);
	}

}
// end::broadwayAfter[]
