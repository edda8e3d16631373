package io.genstage.boot;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.autoconfigure.GenStageLinkAutoConfiguration;
import io.genstage.boot.link.LinkEnd;
import io.genstage.boot.link.LinkHeaders;
import io.genstage.delivery.Outcome;
import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkListener;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkProvider;
import io.genstage.link.LinkReader;
import io.genstage.link.LinkRecord;
import io.genstage.link.LinkWriter;
import io.genstage.link.MemoryLinks;
import io.genstage.pipeline.StageDefinition;
import io.genstage.source.EventQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Links by properties: the stages are the same, at one end or at both.
 */
class LinkWiringTests {

	private static final LinkDefinition ORDERS = LinkDefinition.of("orders");

	private final ApplicationContextRunner contextRunner = TestContexts.runner()
		.withConfiguration(AutoConfigurations.of(GenStageLinkAutoConfiguration.class, JacksonAutoConfiguration.class))
		.withPropertyValues("genstage.links.orders.type=memory");

	@AfterEach
	void leavesNothingRunning() {
		TestContexts.awaitNoThreads();
	}

	@Nested
	class InOneApplication {

		private final ApplicationContextRunner contextRunner = LinkWiringTests.this.contextRunner
			.withUserConfiguration(Shop.class);

		@Test
		void cutsTheGraphInTwo() {
			this.contextRunner.run((context) -> {
				assertThat(TestContexts.registry(context).definitions())
					.flatExtracting((stage) -> stage.producers()
						.stream()
						.map((edge) -> edge.producer() + " > " + stage.name())
						.toList())
					.containsExactlyInAnyOrder("orders > orders-to-link", "orders-from-link > orders-read",
							"orders-read > book");
				assertThat(TestContexts.registry(context).pipelines()).extracting("name")
					.containsExactlyInAnyOrder("orders", "orders-from-link");
			});
		}

		@Test
		void letsTheReceivingEndPartition() {
			this.contextRunner.run((context) -> {
				StageRegistry registry = TestContexts.registry(context);
				assertThat(registry.definition("orders").orElseThrow().options().dispatcherName()).isEqualTo("demand");
				assertThat(registry.definition("orders-read").orElseThrow().options().dispatcherName())
					.isEqualTo("partition");
			});
		}

		@Test
		void handsOverAllOrdersInTheOrderOfTheirAccounts() {
			this.contextRunner.run((context) -> {
				List<CompletionStage<Outcome>> delivered = orders(1000).stream().map(queue(context)::deliver).toList();
				assertThat(delivered).allSatisfy(
						(outcome) -> assertThat(outcome.toCompletableFuture()).succeedsWithin(Duration.ofMinutes(1))
							.isEqualTo(Outcome.HANDED_OVER));
				Books books = context.getBean(Books.class);
				Awaitility.await().untilAsserted(() -> assertThat(books.booked()).isEqualTo(1000));
				books.assertOrdered(1000);
			});
		}

		@Test
		void handsOnAllThatWasTakenWhenItIsClosed() {
			Books[] books = new Books[1];
			this.contextRunner.run((context) -> {
				books[0] = context.getBean(Books.class);
				EventQueue<Order> queue = queue(context);
				orders(5000).forEach((order) -> assertThat(queue.offer(order)).isTrue());
			});
			assertThat(books[0].booked()).isEqualTo(5000);
			books[0].assertOrdered(5000);
		}

		/**
		 * Whoever receives ends when the last one is sent, and not when nothing waits.
		 */
		@Test
		void handsOnWhatIsSentOnlyAfterTheDrainHasBegun() {
			Books[] books = new Books[1];
			this.contextRunner.withUserConfiguration(LateLinks.class)
				.withPropertyValues("genstage.links.orders.type=late")
				.run((context) -> {
					books[0] = context.getBean(Books.class);
					orders(100).forEach((order) -> assertThat(queue(context).offer(order)).isTrue());
				});
			assertThat(books[0].booked()).isEqualTo(100);
		}

		@Test
		void deliversAgainWhatHasFailed() {
			this.contextRunner
				.withPropertyValues("genstage.links.orders.retry-after=10ms",
						"genstage.stages.book.failure.retry.max-retries=0")
				.run((context) -> {
					Books books = context.getBean(Books.class);
					books.failing.add(3);
					orders(5).forEach(queue(context)::deliver);
					Awaitility.await().untilAsserted(() -> assertThat(books.booked()).isEqualTo(5));
					assertThat(books.failing).isEmpty();
				});
		}

		@Test
		void saysWhichStagesBelongToTheLink() {
			this.contextRunner.withPropertyValues("genstage.links.orders.destination=shop.orders").run((context) -> {
				StageRegistry registry = TestContexts.registry(context);
				assertThat(registry.link("orders")).isEmpty();
				assertThat(registry.link("orders-to-link"))
					.contains(new LinkEnd("orders", "memory", "shop.orders", LinkEnd.Direction.SEND));
				assertThat(registry.link("orders-from-link"))
					.contains(new LinkEnd("orders", "memory", "shop.orders", LinkEnd.Direction.RECEIVE));
				assertThat(registry.link("orders-read"))
					.contains(new LinkEnd("orders", "memory", "shop.orders", LinkEnd.Direction.RECEIVE));
				assertThat(registry.takes("orders-read"))
					.hasValueSatisfying((type) -> assertThat(type.resolve()).isEqualTo(LinkMessage.class));
			});
		}

	}

	@Nested
	class InTwoApplications {

		private final MemoryLinks links = new MemoryLinks();

		private ApplicationContextRunner application(Class<?> stages) {
			return LinkWiringTests.this.contextRunner.withUserConfiguration(stages)
				.withInitializer((context) -> context.getBeanFactory().registerSingleton("links", this.links));
		}

		@Test
		void sendsWithoutConsumersAndReceivesWithoutTheStage() {
			application(Sending.class).run((sending) -> {
				assertThat(TestContexts.registry(sending).definitions()).extracting(StageDefinition::name)
					.containsExactly("orders", "orders-to-link");
				application(Receiving.class)
					.withPropertyValues("genstage.stages.orders.dispatcher=partition",
							"genstage.stages.orders.partitions=4", "genstage.stages.orders.partition-by=account")
					.run((receiving) -> {
						assertThat(TestContexts.registry(receiving).definitions()).extracting(StageDefinition::name)
							.containsExactly("orders-from-link", "orders-read", "book");
						orders(1000).forEach(queue(sending)::deliver);
						Books books = receiving.getBean(Books.class);
						Awaitility.await().untilAsserted(() -> assertThat(books.booked()).isEqualTo(1000));
						books.assertOrdered(1000);
					});
			});
		}

		@Test
		void sendsKeysAndHeaders() {
			List<LinkMessage> received = new CopyOnWriteArrayList<>();
			LinkReader reader = reader(received);
			application(Sending.class).run((context) -> {
				queue(context).deliver(new Order("a", 7));
				Awaitility.await().untilAsserted(() -> assertThat(received).hasSize(1));
			});
			reader.close();
			LinkMessage message = received.get(0);
			assertThat(message.key()).isEqualTo("a");
			assertThat(message.payload()).asString(StandardCharsets.UTF_8)
				.isEqualTo("{\"account\":\"a\",\"number\":7}");
			assertThat(message.headers()).containsEntry(LinkHeaders.CONTENT_TYPE, "application/json")
				.containsKey(LinkHeaders.EVENT_ID);
		}

		private LinkReader reader(List<LinkMessage> received) {
			LinkReader reader = this.links.openReader(ORDERS, new Collecting(received));
			reader.ask(10);
			return reader;
		}

		@Test
		void readsWhatSomebodyElseHasSent() {
			application(Receiving.class).run((context) -> {
				MemoryWriting.send(this.links, "orders",
						message("{\"account\":\"a\",\"number\":0,\"colour\":\"unknown\"}"), LinkMessage.gone("a"),
						message(""), message("{\"account\":\"a\",\"number\":1}"));
				Books books = context.getBean(Books.class);
				Awaitility.await().untilAsserted(() -> assertThat(books.booked()).isEqualTo(2));
				books.assertOrdered(2);
			});
		}

		private static LinkMessage message(String payload) {
			return LinkMessage.of(payload.getBytes(StandardCharsets.UTF_8));
		}

	}

	/**
	 * Keeps what it is given.
	 */
	private static final class Collecting extends MemoryWriting.Deaf implements LinkReader.Listener {

		private final List<LinkMessage> received;

		Collecting(List<LinkMessage> received) {
			this.received = received;
		}

		@Override
		public void delivered(List<LinkRecord> records) {
			records.forEach((record) -> this.received.add(record.message()));
		}

	}

	@SuppressWarnings("unchecked")
	private static EventQueue<Order> queue(ApplicationContext context) {
		return context.getBean("orders", EventQueue.class);
	}

	private static List<Order> orders(int count) {
		return IntStream.range(0, count).mapToObj((number) -> new Order("account" + number % 7, number)).toList();
	}

	/**
	 * An event.
	 *
	 * @param account whose it is
	 * @param number the number, which grows
	 */
	public record Order(String account, int number) {
	}

	/**
	 * Where orders are booked.
	 */
	static class Books {

		private final Map<String, List<Integer>> numbers = new ConcurrentHashMap<>();

		/** Those that fail once. */
		private final List<Integer> failing = new CopyOnWriteArrayList<>();

		@Consumer(name = "book", subscribeTo = "orders", concurrency = 3)
		void book(Order order) {
			if (this.failing.remove((Integer) order.number())) {
				throw new IllegalStateException("not now");
			}
			this.numbers.computeIfAbsent(order.account(), (account) -> new CopyOnWriteArrayList<>())
				.add(order.number());
		}

		int booked() {
			return this.numbers.values().stream().mapToInt(List::size).sum();
		}

		void assertOrdered(int count) {
			List<Integer> all = new ArrayList<>();
			this.numbers.forEach((account, booked) -> {
				assertThat(booked).as(account).isSorted();
				all.addAll(booked);
			});
			assertThat(all).containsExactlyInAnyOrderElementsOf(IntStream.range(0, count).boxed().toList());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Sending {

		@Bean
		@Producer(name = "orders", dispatcher = "partition", partitions = 4, partitionBy = "account")
		EventQueue<Order> orders() {
			return new EventQueue<>(10_000);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Receiving {

		@Bean
		Books books() {
			return new Books();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Sending.class, Receiving.class })
	static class Shop {

	}

	/**
	 * A provider whose messages take some time before they are there.
	 */
	@Configuration(proxyBeanMethods = false)
	static class LateLinks {

		@Bean
		LinkProvider late() {
			MemoryLinks links = new MemoryLinks();
			Executor late = CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS);
			return new LinkProvider() {

				@Override
				public String type() {
					return "late";
				}

				@Override
				public boolean isLasting() {
					return false;
				}

				@Override
				public LinkReader openReader(LinkDefinition link, LinkReader.Listener listener) {
					return links.openReader(link, listener);
				}

				@Override
				public LinkWriter openWriter(LinkDefinition link, LinkListener listener) {
					LinkWriter writer = links.openWriter(link, listener);
					return new LinkWriter() {

						@Override
						public CompletionStage<Void> send(LinkMessage message) {
							return CompletableFuture.runAsync(() -> {
							}, late).thenCompose((nothing) -> writer.send(message));
						}

						@Override
						public void close() {
							writer.close();
						}

					};
				}

			};
		}

	}

}
