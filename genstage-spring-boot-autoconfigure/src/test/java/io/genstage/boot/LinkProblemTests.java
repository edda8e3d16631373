package io.genstage.boot;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.List;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.autoconfigure.GenStageLinkAutoConfiguration;
import io.genstage.boot.link.LinkConverter;
import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.deadletter.DeadLetterStore;
import io.genstage.deadletter.MemoryDeadLetterStore;
import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkListener;
import io.genstage.link.LinkProvider;
import io.genstage.link.LinkReader;
import io.genstage.link.LinkWriter;
import io.genstage.link.MemoryLinks;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * What is wrong with links is reported when the application starts, or becomes a dead
 * letter.
 */
class LinkProblemTests {

	private final ApplicationContextRunner withoutJson = TestContexts.runner()
		.withConfiguration(AutoConfigurations.of(GenStageLinkAutoConfiguration.class))
		.withUserConfiguration(Shop.class);

	private final ApplicationContextRunner contextRunner = this.withoutJson
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class));

	@AfterEach
	void leavesNothingRunning() {
		TestContexts.awaitNoThreads();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					genstage.links.orders.type=memry              | property 'genstage.links.orders.type': is 'memry', but there is no provider of such links: did you mean 'memory'? (there are [memory]); other types are those of LinkProvider beans
					genstage.links.orders.type=kafka              | property 'genstage.links.orders.type': is 'kafka', but there is no provider of such links: add io.genstage:genstage-kafka to the class path
					genstage.links.orders.type=jdbc               | property 'genstage.links.orders.type': is 'jdbc', but there is no provider of such links: add io.genstage:genstage-jdbc to the class path
					genstage.links.orders.destination=shop.orders | property 'genstage.links.orders.type': must be set, here or by 'genstage.links-defaults.type': there are [memory]
					genstage.links.ordrs.type=memory              | property 'genstage.links.ordrs': there is neither a stage 'ordrs' nor one that subscribes to it: did you mean 'orders'? (there are [book, orders]); if there is in some profile only, add it to genstage.optional-stages
					genstage.links.book.type=memory               | property 'genstage.links.book': 'book' is a consumer, which emits nothing that a link could carry: the @Consumer method 'Stages.book' of bean 'shop'
					genstage.link.orders.type=memory              | property 'genstage.link.orders.type': there is no 'link' of 'genstage': did you mean 'links'?
					genstage.links.orders.typ=memory              | property 'genstage.links.orders.typ': there is no 'typ' of 'genstage.links.orders': did you mean 'type'?
					""")
	void refusesWhatIsNoLink(String property, String problem) {
		this.contextRunner.withPropertyValues(property)
			.run((context) -> assertThat(problemOf(context)).contains(problem));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					max-attempts=0                | max-attempts': must be from 1 to 1000, but is 0
					max-attempts=1001             | max-attempts': must be from 1 to 1000, but is 1001
					retry-after=-1s               | retry-after': must be from 0s to 365d, but is -1s
					max-unsettled=-1              | max-unsettled': must be from 1 to 1000000, but is -1
					max-unsettled=many            | max-unsettled': must be a whole number
					gone=away                     | gone': must be one of [skip, convert], but is 'away'
					key=acount                    | key': names 'acount', which is neither a method of its bean for one event
					converter=protobuf            | converter': names 'protobuf', which is no LinkConverter: there are [genstageJsonLinkConverter]
					event-type=Ordr               | event-type': names 'Ordr', which is no class: give the full name of one
					""")
	void refusesWhatIsNoSetting(String property, String problem) {
		this.contextRunner.withPropertyValues("genstage.links.orders.type=memory", "genstage.links.orders." + property)
			.run((context) -> assertThat(problemOf(context)).contains("property 'genstage.links.orders." + problem));
	}

	@Test
	void namesThePlaceOfTheDefaults() {
		this.contextRunner
			.withPropertyValues("genstage.links-defaults.type=memory", "genstage.links-defaults.max-attempts=0",
					"genstage.links.orders.destination=shop.orders")
			.run((context) -> assertThat(problemOf(context))
				.isEqualTo("property 'genstage.links-defaults.max-attempts': must be from 1 to 1000, but is 0"));
	}

	@ParameterizedTest
	@CsvSource({ "memory,2m,true", "memory,1m,false", "keeping,2m,false" })
	@ExtendWith(OutputCaptureExtension.class)
	void warnsOfLateRetriesThatNobodyKeeps(String type, String retryAfter, boolean warns, CapturedOutput output) {
		this.contextRunner.withUserConfiguration(KeepingLinks.class)
			.withPropertyValues("genstage.links.orders.type=" + type,
					"genstage.links-defaults.retry-after=" + retryAfter)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				String warning = "What fails behind the link 'orders' waits for 2m by its retry-after, but links of the "
						+ "type 'memory' don't keep that";
				if (warns) {
					assertThat(output).containsOnlyOnce(warning);
				}
				else {
					assertThat(output).doesNotContain("What fails behind the link");
				}
			});
	}

	@ParameterizedTest
	@CsvSource({ "memory,2m,1m,true", "memory,1m,1m,false", "memory,2m,2m,false", "keeping,2m,1m,false" })
	@ExtendWith(OutputCaptureExtension.class)
	void warnsOfLateRetriesOfStagesThatNobodyKeeps(String type, String delay, String hold, boolean warns,
			CapturedOutput output) {
		this.contextRunner.withUserConfiguration(KeepingLinks.class)
			.withPropertyValues("genstage.links.orders.type=" + type,
					"genstage.stages.book.failure.retry.delay=" + delay, "genstage.stages.book.failure.hold=" + hold)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				String warning = "What fails in the stage 'book' waits for up to 2m for its next attempt, longer than its "
						+ "failure.hold of 1m, but links of the type 'memory' don't keep that";
				if (warns) {
					assertThat(output).containsOnlyOnce(warning);
				}
				else {
					assertThat(output).doesNotContain("What fails in the stage");
				}
			});
	}

	@ParameterizedTest
	@CsvSource({ "keeping,strict,2m,1m,strict", "keeping,strict,2m,2m,", "keeping,none,2m,1m,",
			"memory,strict,2m,1m," })
	@ExtendWith(OutputCaptureExtension.class)
	void warnsOfLateRetriesThatStayInAStageForItsOrder(String type, String order, String delay, String hold,
			String warned, CapturedOutput output) {
		this.contextRunner.withUserConfiguration(KeepingLinks.class)
			.withPropertyValues("genstage.links.orders.type=" + type, "genstage.stages.book.failure.order=" + order,
					"genstage.stages.book.failure.retry.delay=" + delay, "genstage.stages.book.failure.hold=" + hold)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				if (warned != null) {
					assertThat(output)
						.containsOnlyOnce("What fails in the stage 'book' waits for up to 2m for its next "
								+ "attempt, longer than its failure.hold of 1m, but keeps the order '" + warned
								+ "': ");
				}
				else {
					assertThat(output).doesNotContain("but keeps the order");
				}
			});
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void warnsOfLateRetriesThatStayInAStageForTheOrderOfItsKeys(CapturedOutput output) {
		this.contextRunner.withUserConfiguration(KeepingLinks.class)
			.withPropertyValues("genstage.links.orders.type=keeping", "genstage.links.orders.key=account",
					"genstage.stages.book.concurrency=2", "genstage.stages.orders.dispatcher=partition",
					"genstage.stages.orders.partitions=2", "genstage.stages.orders.partition-by=account",
					"genstage.stages.book.failure.retry.delay=2m", "genstage.stages.book.failure.order=by-key")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(output).containsOnlyOnce("What fails in the stage 'book' waits for up to 2m")
					.contains(
							"but keeps the order 'by-key': it waits in the stage, though its source keeps what has no "
									+ "order");
			});
	}

	@Test
	void refusesSettingsThatTheProviderDoesNotKnow() {
		this.contextRunner
			.withPropertyValues("genstage.links.orders.type=memory", "genstage.links.orders.properties.partitions=3")
			.run((context) -> assertThat(problemOf(context)).isEqualTo("property 'genstage.links.orders.properties': "
					+ "link 'orders' has settings that a link in memory doesn't know: [partitions]"));
	}

	@Test
	void refusesTwoThatAreReadFromTheSame() {
		ApplicationContextRunner two = this.contextRunner.withUserConfiguration(Books.class)
			.withPropertyValues("genstage.links-defaults.type=memory", "genstage.links.orders.destination=shop",
					"genstage.links.letters.max-attempts=1");
		two.withPropertyValues("genstage.links.letters.destination=shop")
			.run((context) -> assertThat(problemOf(context)).isEqualTo("property 'genstage.links.letters': is read "
					+ "from the destination 'shop', as the link 'orders' is, so that each message would come to one of "
					+ "the two: let stages subscribe to the same link, or let each have its own"));
		two.run((context) -> assertThat(context).hasNotFailed());
		two.withUserConfiguration(KeepingLinks.class)
			.withPropertyValues("genstage.links.letters.destination=shop", "genstage.links.letters.type=keeping")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void needsSomethingThatConverts() {
		this.withoutJson.withPropertyValues("genstage.links.orders.type=memory")
			.run((context) -> assertThat(problemOf(context)).isEqualTo("property 'genstage.links.orders': nothing "
					+ "converts its events: define a JsonMapper, as with spring-boot-starter-jackson, or a "
					+ "LinkConverter bean"));
	}

	@Test
	void needsOneThatConverts() {
		ApplicationContextRunner two = this.contextRunner.withPropertyValues("genstage.links.orders.type=memory")
			.withBean("one", LinkConverter.class, () -> mock(LinkConverter.class))
			.withBean("other", LinkConverter.class, () -> mock(LinkConverter.class));
		two.run((context) -> assertThat(problemOf(context)).contains("several LinkConverter beans"));
		two.withPropertyValues("genstage.links-defaults.converter=one")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@ValueSource(strings = { "orders-to-link", "orders-from-link", "orders-read" })
	void keepsTheNamesOfItsStages(String name) {
		this.contextRunner.withPropertyValues("genstage.links.orders.type=memory", "test.name=" + name)
			.withUserConfiguration(Rival.class)
			.run((context) -> assertThat(problemOf(context)).startsWith("@Consumer method 'Rival.take' of bean '")
				.contains(
						"its name '%s' is that of a stage of the link 'orders': give it another name".formatted(name)));
	}

	@Test
	void namesLinksToWhoeverSubscribesToNothing() {
		this.contextRunner.withPropertyValues("genstage.links.orders.type=memory")
			.withUserConfiguration(Lost.class)
			.run((context) -> assertThat(problemOf(context))
				.contains("stage 'lost' subscribes to 'oders', which doesn't exist: ")
				.contains("; what links carry are the events of [orders]"));
	}

	@Nested
	class Types {

		private final ApplicationContextRunner contextRunner = TestContexts.runner()
			.withConfiguration(
					AutoConfigurations.of(GenStageLinkAutoConfiguration.class, JacksonAutoConfiguration.class))
			.withPropertyValues("genstage.links.things.type=memory");

		@Test
		void mustBeKnown() {
			this.contextRunner.withUserConfiguration(OfAny.class)
				.run((context) -> assertThat(problemOf(context))
					.isEqualTo("property 'genstage.links.things': the type of its events isn't known: let a stage "
							+ "that subscribes to 'things' take it, or set 'event-type'"));
			this.contextRunner.withUserConfiguration(OfAny.class)
				.withPropertyValues("genstage.links.things.event-type=java.lang.Integer")
				.run((context) -> assertThat(context).hasNotFailed());
		}

		@Test
		void mustBeTheSame() {
			this.contextRunner.withUserConfiguration(OfTwo.class)
				.run((context) -> assertThat(problemOf(context)).isEqualTo(
						"property 'genstage.links.things': its events can't be java.lang.Integer and java.lang.String "
								+ "at once: let 'event-type' be what they have in common"));
		}

		@Test
		void mustBeReadable() {
			this.contextRunner.withUserConfiguration(OfShapes.class)
				.run((context) -> assertThat(problemOf(context))
					.startsWith("property 'genstage.links.things': its events are %s, which can't be read from JSON: "
						.formatted(Shape.class.getName())));
		}

	}

	@Nested
	class Messages {

		private final MemoryLinks links = new MemoryLinks();

		private final MemoryDeadLetterStore letters = new MemoryDeadLetterStore(100, InstantSource.system(),
				(letter, event) -> {
				});

		/** The same, but letters are done for their source. */
		private final DeadLetterStore durable = (DeadLetterStore) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { DeadLetterStore.class }, this::durable);

		private Object durable(Object proxy, Method method, Object[] arguments) throws Throwable {
			return method.getName().equals("isDurable") ? true : method.invoke(this.letters, arguments);
		}

		@Test
		void becomeDeadLettersIfTheyCannotBeRead() {
			LinkProblemTests.this.contextRunner.withUserConfiguration(Books.class)
				.withPropertyValues("genstage.links.letters.type=memory")
				.withInitializer((context) -> {
					context.getBeanFactory().registerSingleton("links", this.links);
					context.getBeanFactory().registerSingleton("store", this.durable);
				})
				.run((context) -> {
					MemoryWriting.send(this.links, "letters", "{\"account\":\"a\"}", "nonsense", "{\"account\":\"b\"}");
					Awaitility.await()
						.untilAsserted(
								() -> assertThat(this.letters.newestFirst(DeadLetterFilter.all(), Long.MAX_VALUE, 10))
									.extracting(DeadLetter::stage)
									.containsExactly("letters-read"));
					TestContexts.sink(context).awaitExactly(new Order("a"), new Order("b"));
					assertThat(this.links.rejected(LinkDefinition.of("letters"))).isEmpty();
				});
		}

		@Test
		void areRejectedIfNobodyKeepsWhatCannotBeRead() {
			LinkProblemTests.this.contextRunner.withUserConfiguration(Books.class)
				.withPropertyValues("genstage.links.letters.type=memory", "genstage.links.letters.max-attempts=1")
				.withInitializer((context) -> context.getBeanFactory().registerSingleton("links", this.links))
				.run((context) -> {
					MemoryWriting.send(this.links, "letters", "nonsense", "{\"account\":\"b\"}");
					Awaitility.await()
						.untilAsserted(() -> assertThat(this.links.rejected(LinkDefinition.of("letters"))).hasSize(1));
					TestContexts.sink(context).awaitExactly(new Order("b"));
				});
		}

	}

	private static String problemOf(AssertableApplicationContext context) {
		assertThat(context).hasFailed();
		assertThat(context.getStartupFailure()).isInstanceOf(StageWiringException.class);
		return String.valueOf(context.getStartupFailure().getMessage());
	}

	/**
	 * An event.
	 *
	 * @param account whose it is
	 */
	public record Order(String account) {
	}

	@Configuration(proxyBeanMethods = false)
	static class Shop {

		@Bean
		Stages shop(Sink sink) {
			return new Stages(sink);
		}

	}

	/**
	 * The stages.
	 */
	static class Stages {

		private final Sink sink;

		Stages(Sink sink) {
			this.sink = sink;
		}

		@Producer
		List<Order> orders(long demand) {
			return List.of();
		}

		@Consumer(subscribeTo = "orders")
		void book(Order order) {
			this.sink.add(order);
		}

	}

	/**
	 * A provider whose engine keeps what waits for another attempt.
	 */
	@Configuration(proxyBeanMethods = false)
	static class KeepingLinks {

		@Bean
		LinkProvider keeping() {
			MemoryLinks links = new MemoryLinks();
			return new LinkProvider() {

				@Override
				public String type() {
					return "keeping";
				}

				@Override
				public boolean keepsRetries() {
					return true;
				}

				@Override
				public LinkReader openReader(LinkDefinition link, LinkReader.Listener listener) {
					return links.openReader(link, listener);
				}

				@Override
				public LinkWriter openWriter(LinkDefinition link, LinkListener listener) {
					return links.openWriter(link, listener);
				}

			};
		}

	}

	static class Books {

		private final Sink sink;

		Books(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "letters")
		void keep(Order order) {
			this.sink.add(order);
		}

	}

	static class Rival {

		@Consumer(name = "${test.name}", subscribeTo = "orders")
		void take(Order order) {
		}

	}

	static class Lost {

		@Consumer(subscribeTo = "oders")
		void lost(Order order) {
		}

	}

	static class OfAny {

		@Consumer(subscribeTo = "things")
		void any(Object thing) {
		}

	}

	static class OfTwo {

		@Consumer(subscribeTo = "things")
		void text(String thing) {
		}

		@Consumer(subscribeTo = "things")
		void number(Integer thing) {
		}

	}

	sealed interface Shape permits Circle {

	}

	record Circle(int radius) implements Shape {
	}

	static class OfShapes {

		@Consumer(subscribeTo = "things")
		void shape(Shape thing) {
		}

	}

}
