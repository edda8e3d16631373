package io.genstage.migrating;

import java.util.ArrayList;
import java.util.List;

import io.genstage.migrating.Shop.Feed;
import io.genstage.migrating.Shop.Order;
import io.genstage.migrating.Shop.Priced;
import io.genstage.migrating.Shop.Prices;
import io.genstage.migrating.Shop.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

// tag::scheduledBefore[]
@Component
class ScheduledBefore {

	private static final Logger logger = LoggerFactory.getLogger(ScheduledBefore.class);

	private final Feed feed;

	private final Prices prices;

	private final Table table;

	ScheduledBefore(Feed feed, Prices prices, Table table) {
		this.feed = feed;
		this.prices = prices;
		this.table = table;
	}

	@Scheduled(fixedDelay = 500)
	void importOrders() {
		List<Order> orders = this.feed.take(100);
		while (!orders.isEmpty()) {
			List<Priced> batch = new ArrayList<>();
			for (Order order : orders) {
				price(order, batch);
			}
			this.table.insert(batch);
			orders = this.feed.take(100);
		}
	}

	private void price(Order order, List<Priced> batch) {
		for (int attempt = 1; attempt <= 4; attempt++) {
			try {
				batch.add(new Priced(order, this.prices.of(order)));
				return;
			}
			catch (RuntimeException ex) {
				logger.warn("Attempt {} for order {} failed", attempt, order.id(), ex);
			}
		}
		logger.error("An order is lost: {}", order.id());
	}

}
// end::scheduledBefore[]
