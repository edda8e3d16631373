package io.genstage.jdbc.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.sql.DataSource;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.boot.autoconfigure.GenStageLinkAutoConfiguration;
import io.genstage.delivery.Acknowledgement;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class GenStageJdbcInboxAutoConfigurationTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, GenStageAutoConfiguration.class,
				GenStageLinkAutoConfiguration.class, JacksonAutoConfiguration.class,
				JdbcTemplateAutoConfiguration.class, GenStageJdbcLinksAutoConfiguration.class,
				GenStageJdbcInboxAutoConfiguration.class))
		.withUserConfiguration(Orders.class)
		.withPropertyValues("spring.datasource.generate-unique-name=true", "genstage.links.orders.type=jdbc",
				"genstage.links.orders.retry-after=0s", "genstage.links.orders.transactional=true");

	private final ApplicationContextRunner transactional = this.runner
		.withConfiguration(AutoConfigurations.of(DataSourceTransactionManagerAutoConfiguration.class));

	private static void refuses(ApplicationContextRunner runner, String problem) {
		runner.run((context) -> assertThat(context).getFailure()
			.hasMessageContaining("property 'genstage.links.orders.transactional': is true, but " + problem));
	}

	@Test
	void handlesAndSettlesInOneTransaction() {
		this.transactional.withUserConfiguration(Books.class).run((context) -> {
			assertThat(context).hasNotFailed();
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			jdbc.execute("create table effect (event varchar(20) not null)");
			List.of("a", "b", "c").forEach(context.getBean(Orders.class).orders::offer);
			await().atMost(LONG)
				.untilAsserted(
						() -> assertThat(jdbc.queryForList("select event from effect order by event", String.class))
							.containsExactly("a", "b", "c"));
			await().atMost(LONG)
				.until(() -> jdbc.queryForList("select link from genstage_link_event", String.class).isEmpty());
			assertThat(context.getBean(Books.class).calls).as("the first call has failed when it had written")
				.hasSizeGreaterThan(3);
		});
	}

	@Test
	void hasNoEffectWithoutASubscriber() {
		this.transactional.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void needsATypeThatSettlesInATransaction() {
		refuses(this.transactional.withUserConfiguration(Books.class)
			.withPropertyValues("genstage.links.orders.type=memory"),
				"messages of a link of the type 'memory' can't be settled in the transaction of a handler: "
						+ "let 'type' be 'jdbc', or remove 'transactional'");
	}

	@Test
	void needsTransactions() {
		refuses(this.runner.withUserConfiguration(Books.class), "there is no PlatformTransactionManager bean");
	}

	@Test
	void needsTransactionsOfTheSameDataSource() {
		refuses(this.runner.withUserConfiguration(Books.class, OtherTransactions.class), "the transactions of "
				+ JdbcTransactionManager.class.getName() + " are those of another DataSource than the links");
	}

	@Test
	void needsToKnowWhichTransactions() {
		refuses(this.runner.withUserConfiguration(Books.class, OtherTransactions.class, MoreTransactions.class),
				"there are several PlatformTransactionManager beans");
	}

	@ParameterizedTest
	@ValueSource(classes = { Later.class, Anything.class })
	void needsAHandlerThatBlocks(Class<?> stages) {
		refuses(this.transactional.withUserConfiguration(stages), "the stage 'book' may return what is complete later");
	}

	@Test
	void needsAHandlerThatSettlesNothing() {
		refuses(this.transactional.withUserConfiguration(Settling.class),
				"the stage 'book' settles its events by an Acknowledgement");
	}

	@Test
	void needsOneEventAfterTheOther() {
		refuses(this.transactional.withUserConfiguration(Later.class)
			.withPropertyValues("genstage.stages.book.in-flight=10"),
				"the stage 'book' has events in flight when it has returned: let it block until it is done");
	}

	@Test
	void needsTheTurnsOfTheStage() {
		refuses(this.transactional.withUserConfiguration(Books.class)
			.withPropertyValues("genstage.stages.book.task-per-event.enabled=true"),
				"the stage 'book' has a task for each event: remove 'task-per-event'");
	}

	@Test
	void needsTheEndOfTheLine() {
		refuses(this.transactional.withUserConfiguration(Passing.class),
				"the stage 'book' is a producer-consumer, whose results would be on their way");
	}

	@Test
	void needsOneStage() {
		refuses(this.transactional.withUserConfiguration(Books.class, Audit.class),
				"the stages [audit, book] all subscribe to 'orders'");
	}

	@Test
	void needsOneInstanceForEachEvent() {
		refuses(this.transactional.withUserConfiguration(Books.class)
			.withPropertyValues("genstage.stages.orders.dispatcher=broadcast", "genstage.stages.book.concurrency=2"),
				"each of the 2 instances of 'book' gets each event by the dispatcher 'broadcast'");
	}

	@Test
	void needsLinksOnly() {
		refuses(this.transactional.withUserConfiguration(Both.class),
				"the stage 'book' also subscribes to [others], which is no such link");
	}

	@Test
	void needsConnectionsForAll() {
		ApplicationContextRunner three = this.transactional.withUserConfiguration(Books.class)
			.withPropertyValues("genstage.stages.book.concurrency=3");
		refuses(three.withPropertyValues("spring.datasource.hikari.maximum-pool-size=3"),
				"the pool has 3 connections, and 4 are needed: one for each of 1 links that are read, and one for each "
						+ "instance of [book]; let it have more, as by 'spring.datasource.hikari.maximum-pool-size'");
		three.withPropertyValues("spring.datasource.hikari.maximum-pool-size=4")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Configuration(proxyBeanMethods = false)
	static class Orders {

		private final EventQueue<String> orders = new EventQueue<>(10);

		@Bean
		@Producer
		EventQueue<String> orders() {
			return this.orders;
		}

	}

	/**
	 * Fails for the first time, when it has written.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Books {

		private final List<String> calls = new CopyOnWriteArrayList<>();

		private final JdbcTemplate jdbc;

		Books(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		@Consumer(name = "book", subscribeTo = "orders")
		void book(String order) {
			this.calls.add(order);
			this.jdbc.update("insert into effect (event) values (?)", order);
			if (this.calls.size() == 1) {
				throw new IllegalStateException("once");
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Later {

		@Consumer(name = "book", subscribeTo = "orders")
		CompletionStage<Void> book(String order) {
			return CompletableFuture.completedFuture(null);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Anything {

		@Consumer(name = "book", subscribeTo = "orders")
		Object book(String order) {
			return order;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Settling {

		@Consumer(name = "book", subscribeTo = "orders")
		void book(String order, Acknowledgement acknowledgement) {
			acknowledgement.accept();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Passing {

		@ProducerConsumer(name = "book", subscribeTo = "orders")
		String book(String order) {
			return order;
		}

		@Consumer(subscribeTo = "book")
		void ship(String order) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Audit {

		@Consumer(name = "audit", subscribeTo = "orders")
		void audit(String order) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Both {

		@Bean
		@Producer
		EventQueue<String> others() {
			return new EventQueue<>(10);
		}

		@Consumer(name = "book", subscribeTo = { "orders", "others" })
		void book(String order) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OtherTransactions {

		@Bean
		PlatformTransactionManager otherTransactions() {
			return new JdbcTransactionManager(new DriverManagerDataSource("jdbc:h2:mem:other"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MoreTransactions {

		@Bean
		PlatformTransactionManager moreTransactions(DataSource dataSource) {
			return new JdbcTransactionManager(dataSource);
		}

	}

}
