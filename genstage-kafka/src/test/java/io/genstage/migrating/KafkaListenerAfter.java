package io.genstage.migrating;

import java.util.List;

import io.genstage.annotation.Batch;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.migrating.Shop.Order;
import io.genstage.migrating.Shop.Priced;
import io.genstage.migrating.Shop.Prices;
import io.genstage.migrating.Shop.Table;

import org.springframework.stereotype.Component;

// tag::kafkaListenerAfter[]
@Component
class KafkaListenerAfter {

	private final Prices prices;

	private final Table table;

	KafkaListenerAfter(Prices prices, Table table) {
		this.prices = prices;
		this.table = table;
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
// end::kafkaListenerAfter[]
