package io.genstage.examples;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.boot.Sink;
import io.genstage.boot.TestContexts;
import io.genstage.boot.autoconfigure.GenStageLinkAutoConfiguration;
import io.genstage.boot.link.LinkConverter;
import io.genstage.boot.link.LinkEnd;
import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkListener;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkProvider;
import io.genstage.link.LinkReader;
import io.genstage.link.LinkWriter;
import io.genstage.link.MemoryLinks;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.ResolvableType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The examples of links.
 */
class LinkExampleTests {

	@Test
	void linksByWhatIsSaidOfTheStage() {
		Examples.runnerWith("links.yaml", Shop.class)
			.withConfiguration(AutoConfigurations.of(GenStageLinkAutoConfiguration.class))
			.run((context) -> {
				assertThat(TestContexts.registry(context).link("orders-to-link"))
					.contains(new LinkEnd("orders", "jdbc", "shop.orders", LinkEnd.Direction.SEND));
				assertThat(Examples.stage(context, "orders-from-link").options().maxUnsettled()).isEqualTo(500);
				Shop shop = context.getBean(Shop.class);
				shop.orders.offer(new Order("Ada", 7));
				TestContexts.sink(context).awaitExactly(new Order("Ada", 7));
				assertThat(shop.sent).extracting(LinkMessage::key).containsExactly("Ada");
				assertThat(shop.opened).hasSize(2)
					.containsOnly(new LinkDefinition("orders", "shop.orders", Map.of("poll-interval", "1s")));
			});
	}

	@Test
	void linksToDestinationsOfOthers() {
		Examples.runner(Invoicing.class)
			.withConfiguration(
					AutoConfigurations.of(GenStageLinkAutoConfiguration.class, JacksonAutoConfiguration.class))
			.withPropertyValues("genstage.links[shop.orders].type=memory", "genstage.links.invoice.type=memory")
			.run((context) -> {
				assertThat(TestContexts.registry(context).link("shop.orders-from-link"))
					.contains(new LinkEnd("shop.orders", "memory", "shop.orders", LinkEnd.Direction.RECEIVE));
				assertThat(TestContexts.registry(context).link("invoice-to-link"))
					.contains(new LinkEnd("invoice", "memory", "shop.invoices", LinkEnd.Direction.SEND));
			});
	}

	/**
	 * A stage between destinations of others.
	 */
	static class Invoicing {

		// tag::destinations[]
		@ProducerConsumer(subscribeTo = "kafka:shop.orders", publishTo = "kafka:shop.invoices")
		Invoice invoice(Order order) {
			return Invoice.of(order);
		}
		// end::destinations[]

	}

	@Test
	void linksInMemory() {
		Examples.runnerWith("link-in-memory.yaml", Line.class)
			.withConfiguration(
					AutoConfigurations.of(GenStageLinkAutoConfiguration.class, JacksonAutoConfiguration.class))
			.run((context) -> {
				assertThat(TestContexts.registry(context).link("orders-from-link"))
					.contains(new LinkEnd("orders", "memory", "orders", LinkEnd.Direction.RECEIVE));
				assertThat(context.getBean(Line.class).orders.offer(new Order("Ada", 7))).isTrue();
				TestContexts.sink(context).awaitExactly(new Order("Ada", 7));
			});
	}

	/**
	 * An application whose stages are joined by a link.
	 */
	static class Line {

		private final EventQueue<Order> orders = new EventQueue<>(10);

		private final Sink sink;

		Line(Sink sink) {
			this.sink = sink;
		}

		@Bean
		@Producer
		EventQueue<Order> orders() {
			return this.orders;
		}

		@Consumer(subscribeTo = "orders")
		void book(Order order) {
			this.sink.add(order);
		}

	}

	/**
	 * An application with a converter, and something that carries its links.
	 */
	static class Shop {

		private final EventQueue<Order> orders = new EventQueue<>(10);

		private final List<LinkDefinition> opened = new CopyOnWriteArrayList<>();

		private final List<LinkMessage> sent = new CopyOnWriteArrayList<>();

		private final Sink sink;

		Shop(Sink sink) {
			this.sink = sink;
		}

		@Bean
		@Producer
		EventQueue<Order> orders() {
			return this.orders;
		}

		@Consumer(subscribeTo = "orders")
		void book(Order order) {
			this.sink.add(order);
		}

		@Bean
		LinkConverter ordersAsText() {
			return new LinkConverter() {

				@Override
				public LinkMessage write(Object event, ResolvableType type) {
					Order order = (Order) event;
					LinkMessage message = LinkMessage
						.of((order.customer() + " " + order.amount()).getBytes(StandardCharsets.UTF_8));
					return message;
				}

				@Override
				public Object read(LinkMessage message, ResolvableType type) {
					Shop.this.sent.add(message);
					String[] words = new String(Objects.requireNonNull(message.payload()), StandardCharsets.UTF_8)
						.split(" ");
					return new Order(words[0], Integer.parseInt(words[1]));
				}

			};
		}

		@Bean
		LinkProvider provider() {
			return new Carrier(this.opened, new MemoryLinks());
		}

	}

	/**
	 * Carries links in memory by another name, and takes any settings.
	 *
	 * @param opened what was opened
	 * @param links carries them
	 */
	record Carrier(List<LinkDefinition> opened, MemoryLinks links) implements LinkProvider {

		@Override
		public String type() {
			return "jdbc";
		}

		@Override
		public LinkReader openReader(LinkDefinition link, LinkReader.Listener listener) {
			this.opened.add(link);
			return this.links.openReader(link.withSettings(Map.of()), listener);
		}

		@Override
		public LinkWriter openWriter(LinkDefinition link, LinkListener listener) {
			this.opened.add(link);
			return this.links.openWriter(link.withSettings(Map.of()), listener);
		}

	}

}
