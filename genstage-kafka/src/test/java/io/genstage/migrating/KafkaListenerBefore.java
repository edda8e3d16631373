package io.genstage.migrating;

import java.util.ArrayList;
import java.util.List;

import io.genstage.migrating.Shop.Order;
import io.genstage.migrating.Shop.Priced;
import io.genstage.migrating.Shop.Prices;
import io.genstage.migrating.Shop.Table;

import org.springframework.context.annotation.Bean;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.core.KafkaOperations;
import org.springframework.kafka.listener.BatchListenerFailedException;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.support.ExponentialBackOffWithMaxRetries;
import org.springframework.kafka.support.converter.JacksonJsonMessageConverter;
import org.springframework.stereotype.Component;

// tag::kafkaListenerBefore[]
@Component
class KafkaListenerBefore {

	private final Prices prices;

	private final Table table;

	KafkaListenerBefore(Prices prices, Table table) {
		this.prices = prices;
		this.table = table;
	}

	@KafkaListener(topics = "shop.orders", groupId = "shop", batch = "true")
	void importOrders(List<Order> orders) {
		List<Priced> batch = new ArrayList<>();
		for (Order order : orders) {
			try {
				batch.add(new Priced(order, this.prices.of(order)));
			}
			catch (RuntimeException ex) {
				this.table.insert(batch);
				throw new BatchListenerFailedException("no price", ex, batch.size());
			}
		}
		this.table.insert(batch);
	}

	@Bean
	static DefaultErrorHandler errorHandler(KafkaOperations<?, ?> operations) {
		ExponentialBackOffWithMaxRetries backOff = new ExponentialBackOffWithMaxRetries(3);
		backOff.setInitialInterval(100);
		return new DefaultErrorHandler(new DeadLetterPublishingRecoverer(operations), backOff);
	}

	@Bean
	static JacksonJsonMessageConverter converter() {
		return new JacksonJsonMessageConverter();
	}

}
// end::kafkaListenerBefore[]
