package io.genstage.examples;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

import io.genstage.AsyncConsumerStage;
import io.genstage.ConsumerStage;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.delivery.Outcome;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class DeliveringExampleTests {

	@Test
	void answersWhenTheOrderIsStored() {
		List<String> invoiced = new CopyOnWriteArrayList<>();
		EventQueue<String> orders = new EventQueue<>(100);
		EventQueue<String> invoices = new EventQueue<>(100);
		// tag::handOn[]
		AsyncConsumerStage<String> book = (order, from) -> invoices.deliver("invoice for " + order);
		// end::handOn[]
		try (StageSystem system = StageSystem.create()) {
			StageRef first = system.start("orders", orders);
			StageRef second = system.start("invoices", invoices);
			system.start("book", book).subscribeTo(first, SubscribeOptions.defaults());
			system.start("store", (ConsumerStage<String>) (events, from) -> invoiced.addAll(events))
				.subscribeTo(second, SubscribeOptions.defaults());
			// tag::deliver[]
			CompletionStage<Outcome> stored = orders.deliver("book");
			CompletionStage<Integer> status = stored.handle((outcome, failure) -> (failure == null) ? 200 : 503);
			// end::deliver[]
			assertThat(status.toCompletableFuture().join()).isEqualTo(200);
		}
		assertThat(invoiced).containsExactly("invoice for book");
	}

}
