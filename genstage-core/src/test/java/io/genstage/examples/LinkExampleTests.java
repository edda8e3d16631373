package io.genstage.examples;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.genstage.PerEventConsumerStage;
import io.genstage.PerEventProducerConsumerStage;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.delivery.Outcome;
import io.genstage.failure.FailurePolicy;
import io.genstage.intake.InFlight;
import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkOptions;
import io.genstage.link.LinkProvider;
import io.genstage.link.LinkReceiver;
import io.genstage.link.LinkSender;
import io.genstage.link.MemoryLinks;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class LinkExampleTests {

	private static final SubscribeOptions OPTIONS = SubscribeOptions.defaults().withMaxDemand(100);

	@Test
	void aLinkIsTwoStages() throws Exception {
		EventQueue<Integer> orders = new EventQueue<>(100);
		BlockingQueue<Integer> booked = new LinkedBlockingQueue<>();
		StageOptions failing = StageOptions.defaults().withFailure(FailurePolicy.defaults());
		LinkProvider links = new MemoryLinks();
		LinkDefinition link = LinkDefinition.of("orders");
		try (StageSystem system = StageSystem.create()) {
			StageRef queue = system.start("orders", orders);
			// tag::sender[]
			LinkSender<Integer> sender = new LinkSender<>(links, link,
					(order) -> LinkMessage.of(order.toString().getBytes(StandardCharsets.UTF_8)));
			system.start("orders to link", sender, failing.withInFlight(InFlight.of(500))).subscribeTo(queue, OPTIONS);
			// end::sender[]
			// tag::receiver[]
			StageRef receiver = system.start("orders from link", new LinkReceiver(links, link, LinkOptions.defaults()),
					StageOptions.defaults().withMaxUnsettled(500));
			PerEventProducerConsumerStage<LinkMessage, Integer> read = (message, from, results) -> results
				.accept(Integer.valueOf(new String(message.payload(), StandardCharsets.UTF_8)));
			StageRef received = system.start("orders read", read, failing);
			received.subscribeTo(receiver, OPTIONS);
			// end::receiver[]
			PerEventConsumerStage<Integer> book = (order, from) -> booked.add(order);
			system.start("book", book).subscribeTo(received, OPTIONS);
			CompletionStage<Outcome> outcome = orders.deliver(17);
			assertThat(outcome.toCompletableFuture()).succeedsWithin(10, TimeUnit.SECONDS)
				.isEqualTo(Outcome.HANDED_OVER);
			assertThat(booked.poll(10, TimeUnit.SECONDS)).isEqualTo(17);
			assertThat(List.copyOf(booked)).isEmpty();
		}
	}

}
