package io.genstage.boot;

import java.time.Duration;
import java.util.List;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.annotation.SubscribeTo;
import io.genstage.boot.autoconfigure.GenStageLinkAutoConfiguration;
import io.genstage.boot.link.LinkEnd;
import io.genstage.boot.link.LinkEnd.Direction;
import io.genstage.delivery.Outcome;
import io.genstage.link.MemoryLinks;
import io.genstage.pipeline.StageDefinition;
import io.genstage.source.EventQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Annotations that name destinations of others mean the same as properties.
 */
class LinkShortFormTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	private final ApplicationContextRunner contextRunner = TestContexts.runner()
		.withConfiguration(AutoConfigurations.of(GenStageLinkAutoConfiguration.class, JacksonAutoConfiguration.class));

	@AfterEach
	void leavesNothingRunning() {
		TestContexts.awaitNoThreads();
	}

	private static void assertWired(AssertableApplicationContext context) {
		assertThat(TestContexts.registry(context).definitions()).flatExtracting(
				(stage) -> stage.producers().stream().map((edge) -> edge.producer() + " > " + stage.name()).toList())
			.containsExactlyInAnyOrder("shop.orders-from-link > shop.orders-read", "shop.orders-read > invoice",
					"invoice > invoice-to-link");
		assertThat(TestContexts.registry(context).link("shop.orders-from-link"))
			.contains(new LinkEnd("shop.orders", "memory", "shop.orders", Direction.RECEIVE));
		assertThat(TestContexts.registry(context).link("invoice-to-link"))
			.contains(new LinkEnd("invoice", "memory", "shop.invoices", Direction.SEND));
	}

	@Test
	void meanTheSameAsProperties() {
		this.contextRunner.withUserConfiguration(Short.class).run(LinkShortFormTests::assertWired);
		this.contextRunner.withUserConfiguration(Long.class)
			.withPropertyValues("genstage.links[shop.orders].type=memory", "genstage.links.invoice.type=memory",
					"genstage.links.invoice.destination=shop.invoices")
			.run(LinkShortFormTests::assertWired);
	}

	@ParameterizedTest
	@ValueSource(classes = { Subscriptions.class, Placeholders.class })
	void mayBeWrittenInEachForm(Class<?> stages) {
		this.contextRunner.withUserConfiguration(stages)
			.withPropertyValues("test.engine=memory", "test.orders=shop.orders")
			.run((context) -> {
				assertWired(context);
				assertThat(TestContexts.registry(context).definition("invoice").orElseThrow().producers())
					.allSatisfy((edge) -> assertThat(edge.optionsFor(1).maxDemand()).isEqualTo(7));
			});
	}

	@Test
	void carryEventsFromOneDestinationToTheOther() {
		MemoryLinks links = new MemoryLinks();
		this.contextRunner.withUserConfiguration(Short.class)
			.withInitializer((context) -> context.getBeanFactory().registerSingleton("links", links))
			.run((invoicing) -> this.contextRunner.withUserConfiguration(Books.class)
				.withInitializer((context) -> context.getBeanFactory().registerSingleton("links", links))
				.run((booking) -> {
					MemoryWriting.send(links, "shop.orders", "{\"account\":\"a\"}", "{\"account\":\"b\"}");
					Sink sink = TestContexts.sink(booking);
					Awaitility.await()
						.atMost(LONG)
						.untilAsserted(() -> assertThat(sink.events()).containsExactlyInAnyOrder(new Invoice("a", 1),
								new Invoice("b", 1)));
				}));
	}

	/** On beans, in one application with both ends, which are two links then. */
	@Test
	void sendWhatABeanEmits() {
		this.contextRunner.withUserConfiguration(Queue.class, Books.class).run((context) -> {
			assertThat(TestContexts.registry(context).pipelines()).extracting("name")
				.containsExactlyInAnyOrder("queue", "shop.invoices-from-link");
			assertThat(context.getBean(Queue.class).queue.deliver(new Invoice("a", 2))).succeedsWithin(LONG)
				.isEqualTo(Outcome.HANDED_OVER);
			Sink sink = TestContexts.sink(context);
			Awaitility.await()
				.atMost(LONG)
				.untilAsserted(() -> assertThat(sink.events()).containsExactly(new Invoice("a", 2)));
		});
	}

	@Test
	void areOneLinkWhereTheStageHasTheNameOfItsDestination() {
		this.contextRunner.withUserConfiguration(Same.class)
			.run((context) -> assertThat(TestContexts.registry(context).definitions()).extracting(StageDefinition::name)
				.containsExactlyInAnyOrder("orders", "orders-to-link", "orders-from-link", "orders-read", "book"));
	}

	@Test
	void giveWayToProperties() {
		this.contextRunner.withUserConfiguration(Absent.class)
			.withPropertyValues("genstage.links[shop.orders].type=memory",
					"genstage.links[shop.orders].destination=test.orders",
					"genstage.links[shop.orders].max-unsettled=9", "genstage.links.invoice.type=memory")
			.run((context) -> {
				StageRegistry registry = TestContexts.registry(context);
				assertThat(registry.link("shop.orders-from-link"))
					.contains(new LinkEnd("shop.orders", "memory", "test.orders", Direction.RECEIVE));
				assertThat(registry.definition("shop.orders-from-link").orElseThrow().options().maxUnsettled())
					.isEqualTo(9);
				assertThat(registry.link("invoice-to-link"))
					.contains(new LinkEnd("invoice", "memory", "shop.invoices", Direction.SEND));
			});
	}

	@Test
	void haveTheirWayAgainstDefaults() {
		this.contextRunner.withUserConfiguration(Short.class)
			.withPropertyValues("genstage.links-defaults.type=kafka")
			.run(LinkShortFormTests::assertWired);
	}

	@Test
	void leaveStagesAloneThatHaveAColonInTheirName() {
		this.contextRunner.withUserConfiguration(Colon.class)
			.run((context) -> assertThat(TestContexts.registry(context).definitions()).extracting(StageDefinition::name)
				.containsExactlyInAnyOrder("memory:orders", "book"));
	}

	@Test
	void nameTheModuleThatIsMissing() {
		this.contextRunner.withUserConfiguration(Absent.class)
			.run((context) -> assertThat(problemsOf(context)).containsExactlyInAnyOrder(
					"@ProducerConsumer method 'Absent.invoice' of bean '%s': subscribes to 'kafka:shop.orders', but there is no provider of such links: add io.genstage:genstage-kafka to the class path, and let there be one ProducerFactory and one ConsumerFactory, as with 'spring.kafka.bootstrap-servers'"
						.formatted(nameOf(context, Absent.class)),
					"@ProducerConsumer method 'Absent.invoice' of bean '%s': publishes to 'jdbc:shop.invoices', but there is no provider of such links: add io.genstage:genstage-jdbc to the class path, and let there be one DataSource, as with 'spring.datasource.url'"
						.formatted(nameOf(context, Absent.class))));
	}

	@Test
	void nameEnginesThatAreMeant() {
		refuses(Misspelt.class,
				"subscribes to 'memry:orders', but there is no provider of such links: did you mean 'memory'? (there are [memory]); other types are those of LinkProvider beans");
	}

	@ParameterizedTest
	@ValueSource(strings = { ":orders", "memory:", " : ", ":" })
	void refuseWhatIsNoDestination(String written) {
		this.contextRunner.withUserConfiguration(Said.class)
			.withPropertyValues("test.said=" + written)
			.run((context) -> assertThat(problemsOf(context)).singleElement()
				.asString()
				.endsWith(
						": subscribes to '%s', which is neither a stage nor a destination of a link: let it be what carries it and the destination, such as 'kafka:shop.orders'"
							.formatted(written.equals(" : ") ? ":" : written)));
	}

	@Test
	void refuseATargetWithoutAnEngine() {
		refuses(Aimless.class,
				"publishes to 'shop.invoices', which is no destination of a link: let it be what carries it and the destination, such as 'kafka:shop.orders'");
	}

	@Test
	void refuseTheNameOfAStageThatSendsNothing() {
		refuses(Unsent.class, "give that another name, let it publish to 'memory:orders', or subscribe to 'orders'");
		refuses(Own.class, "but 'orders' is the name of the @Consumer method 'Own.orders' of bean '%s': "
				+ "give that another name");
	}

	@Test
	void refuseTwoEnginesForOneName() {
		refuses(Two.class,
				"has the link 'orders' as well, with 'memory:orders': subscribe to another name, with properties of genstage.links for it");
	}

	private void refuses(Class<?> stages, String problem) {
		this.contextRunner.withUserConfiguration(stages)
			.run((context) -> assertThat(problemsOf(context)).singleElement()
				.asString()
				.endsWith(problem.formatted(nameOf(context, stages))));
	}

	private static List<String> problemsOf(AssertableApplicationContext context) {
		assertThat(context).hasFailed();
		assertThat(context.getStartupFailure()).isInstanceOf(StageWiringException.class);
		return ((StageWiringException) context.getStartupFailure()).problems().stream().map(Object::toString).toList();
	}

	/** A failed context has no beans any more, but their names are those of classes. */
	private static String nameOf(AssertableApplicationContext context, Class<?> stages) {
		assertThat(context).hasFailed();
		return "linkShortFormTests." + stages.getSimpleName();
	}

	/**
	 * An event.
	 *
	 * @param account whose it is
	 */
	public record Order(String account) {
	}

	/**
	 * An event.
	 *
	 * @param account whose it is
	 * @param amount how much it is
	 */
	public record Invoice(String account, int amount) {
	}

	static class Short {

		@ProducerConsumer(subscribeTo = "memory:shop.orders", publishTo = "memory:shop.invoices")
		Invoice invoice(Order order) {
			return new Invoice(order.account(), 1);
		}

	}

	static class Long {

		@ProducerConsumer(subscribeTo = "shop.orders")
		Invoice invoice(Order order) {
			return new Invoice(order.account(), 1);
		}

	}

	static class Subscriptions {

		@ProducerConsumer(subscriptions = @SubscribeTo(producer = "memory:shop.orders", maxDemand = 7),
				publishTo = "memory:shop.invoices")
		Invoice invoice(Order order) {
			return new Invoice(order.account(), 1);
		}

	}

	static class Placeholders {

		@ProducerConsumer(subscribeTo = "${test.engine}:${test.orders}", maxDemand = 7,
				publishTo = "${test.missing:memory:shop.invoices}")
		Invoice invoice(Order order) {
			return new Invoice(order.account(), 1);
		}

	}

	static class Books {

		private final Sink sink;

		Books(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "memory:shop.invoices")
		void book(Invoice invoice) {
			this.sink.add(invoice);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Queue {

		private final EventQueue<Invoice> queue = new EventQueue<>(10);

		@Bean
		@Producer(publishTo = "memory:shop.invoices")
		EventQueue<Invoice> queue() {
			return this.queue;
		}

	}

	static class Same {

		@Producer(publishTo = "memory:orders")
		List<Order> orders(long demand) {
			return List.of();
		}

		@Consumer(subscribeTo = "memory:orders")
		void book(Order order) {
		}

	}

	static class Absent {

		@ProducerConsumer(subscribeTo = "kafka:shop.orders", publishTo = "jdbc:shop.invoices")
		Invoice invoice(Order order) {
			return new Invoice(order.account(), 1);
		}

	}

	static class Colon {

		@Producer(name = "memory:orders")
		List<Order> orders(long demand) {
			return List.of();
		}

		@Consumer(subscribeTo = "memory:orders")
		void book(Order order) {
		}

	}

	static class Misspelt {

		@Consumer(subscribeTo = "memry:orders")
		void book(Order order) {
		}

		@Consumer(subscribeTo = "memry:orders")
		void pack(Order order) {
		}

	}

	static class Said {

		@Consumer(subscribeTo = "${test.said}")
		void book(Order order) {
		}

	}

	static class Aimless {

		@Producer(publishTo = "shop.invoices")
		List<Order> orders(long demand) {
			return List.of();
		}

	}

	static class Unsent {

		@Producer
		List<Order> orders(long demand) {
			return List.of();
		}

		@Consumer(subscribeTo = "memory:orders")
		void book(Order order) {
		}

	}

	static class Own {

		@Consumer(subscribeTo = "memory:orders")
		void orders(Order order) {
		}

	}

	static class Two {

		@Consumer(subscribeTo = { "memory:orders", "other:orders" })
		void take(Order order) {
		}

	}

}
