package io.genstage.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.boot.Sink;
import io.genstage.boot.TestContexts;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.Settlement;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Events that carry their settlement.
 */
class DeliveryExampleTests {

	@Test
	void eventsAreSettledAtTheirSource() {
		Examples.runner(Shop.class).run((context) -> {
			Shop shop = context.getBean(Shop.class);
			Awaitility.await()
				.untilAsserted(() -> assertThat(shop.broker.acknowledged).containsExactlyInAnyOrder(1, 2));
			TestContexts.sink(context).awaitExactly(Invoice.of(new Order("ann", 3)), Invoice.of(new Order("bob", 5)));
		});
	}

	static class Shop {

		private final Broker broker = new Broker();

		private final Sink books;

		Shop(Sink books) {
			this.books = books;
		}

		// tag::deliveries[]
		@Producer
		List<Delivery<Order>> orders(int demand) {
			return this.broker.take(demand)
				.stream()
				.map((message) -> Delivery.of(message.order(), this.broker::settle, "orders", message.tag()))
				.toList();
		}

		@ProducerConsumer(subscribeTo = "orders")
		List<Delivery<Invoice>> invoices(List<Delivery<Order>> orders) {
			return orders.stream().map((order) -> order.with(Invoice.of(order.event()))).toList();
		}

		@Consumer(subscribeTo = "invoices")
		void book(Invoice invoice) {
			this.books.add(invoice);
		}
		// end::deliveries[]

	}

	/**
	 * Has two messages, and notes which of them are acknowledged.
	 */
	private static final class Broker {

		private final Queue<Message> messages = new ConcurrentLinkedQueue<>(
				List.of(new Message(1, new Order("ann", 3)), new Message(2, new Order("bob", 5))));

		private final List<Object> acknowledged = new CopyOnWriteArrayList<>();

		List<Message> take(int most) {
			List<Message> taken = new ArrayList<>();
			while (taken.size() < most && !this.messages.isEmpty()) {
				taken.add(this.messages.remove());
			}
			return taken;
		}

		void settle(String channel, List<Settlement> accepted, List<Settlement> failed) {
			accepted.forEach((settlement) -> this.acknowledged.add(settlement.reference()));
		}

	}

	private record Message(int tag, Order order) {
	}

}
