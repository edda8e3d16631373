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

// tag::scheduledAfter[]
@Component
class ScheduledAfter {

	private final Feed feed;

	private final Prices prices;

	private final Table table;

	ScheduledAfter(Feed feed, Prices prices, Table table) {
		this.feed = feed;
		this.prices = prices;
		this.table = table;
	}

	@Producer(poll = @Producer.Poll(pause = "500ms", maxPause = "30s"))
	List<Order> orders(int demand) {
		return this.feed.take(demand);
	}

	@ProducerConsumer(subscribeTo = "orders")
	Priced price(Order order) {
		return new Priced(order, this.prices.of(order));
	}

	@Consumer(subscribeTo = "price", batch = @Batch(size = 100))
	void insert(List<Priced> batch) {
		this.table.insert(batch);
	}

}
// end::scheduledAfter[]
