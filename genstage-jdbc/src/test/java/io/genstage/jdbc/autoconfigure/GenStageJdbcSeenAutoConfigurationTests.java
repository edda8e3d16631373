package io.genstage.jdbc.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ObjLongConsumer;

import io.genstage.CallScope;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.StageRegistry;
import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.boot.autoconfigure.GenStageLinkAutoConfiguration;
import io.genstage.boot.link.SeenEvents;
import io.genstage.jdbc.UnusableTablesException;
import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkListener;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkProvider;
import io.genstage.link.LinkWriter;
import io.genstage.link.MemoryLinks;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

class GenStageJdbcSeenAutoConfigurationTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, GenStageAutoConfiguration.class,
				GenStageLinkAutoConfiguration.class, JacksonAutoConfiguration.class,
				JdbcTemplateAutoConfiguration.class, GenStageJdbcLinksAutoConfiguration.class,
				GenStageJdbcInboxAutoConfiguration.class, GenStageJdbcSeenAutoConfiguration.class))
		.withPropertyValues("spring.datasource.generate-unique-name=true", "spring.application.name=shop",
				"genstage.links.orders.type=memory", "genstage.links.orders.seen.enabled=true");

	private final ApplicationContextRunner transactional = this.runner
		.withConfiguration(AutoConfigurations.of(DataSourceTransactionManagerAutoConfiguration.class));

	private static void refuses(ApplicationContextRunner runner, String problem) {
		runner.run((context) -> assertThat(context).getFailure()
			.hasMessageContaining("property 'genstage.links.orders.seen.enabled': is true, but " + problem));
	}

	@Test
	void handlesOnceWhatComesTwice() {
		this.transactional.withUserConfiguration(Books.class)
			.withPropertyValues("genstage.links.orders.seen.keep-for=2d")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
				jdbc.execute("create table effect (event varchar(20) not null)");
				try (LinkWriter writer = context.getBean(MemoryLinks.class)
					.openWriter(LinkDefinition.of("orders"), new Silent())) {
					for (String event : List.of("a", "b", "a", "c")) {
						writer.send(LinkMessage.of(event.getBytes(StandardCharsets.UTF_8))
							.withHeaders(Map.of(LinkMessage.EVENT_ID, "id of " + event)));
					}
					StageRegistry stages = context.getBean(StageRegistry.class);
					await().atMost(LONG).until(() -> stages.linkRepeated("orders-from-link").orElse(0) == 1);
					await().atMost(LONG)
						.untilAsserted(() -> assertThat(
								jdbc.queryForList("select event from effect order by event", String.class))
							.containsExactly("a", "b", "c"));
				}
				assertThat(context.getBean(Books.class).calls).as("the first call has failed when it had written")
					.hasSize(4);
				assertThat(jdbc.queryForList("select distinct application || ' ' || link from genstage_seen",
						String.class))
					.containsExactly("shop orders");
				assertThat(jdbc.queryForObject(
						"select count(*) from genstage_seen where expires_at < extract(epoch from current_timestamp) * 1000 + 172800001",
						Integer.class))
					.isEqualTo(3);
			});
	}

	@Test
	void hasNoEffectWithoutASubscriber() {
		this.transactional.withUserConfiguration(Orders.class).run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void looksAtTheTableWhenAnApplicationStarts() {
		this.transactional.withUserConfiguration(Books.class)
			.withPropertyValues("genstage.links-seen.initialize-schema=never")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(UnusableTablesException.class)
				.hasMessageContaining("run the script classpath:io/genstage/jdbc/seen-h2.sql, or let "
						+ "genstage.links-seen.initialize-schema be 'always'"));
	}

	@Test
	void needsADatabase() {
		refuses(new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(GenStageAutoConfiguration.class, GenStageLinkAutoConfiguration.class,
							JacksonAutoConfiguration.class, GenStageJdbcSeenAutoConfiguration.class))
			.withUserConfiguration(Later.class)
			.withPropertyValues("genstage.links.orders.type=memory", "genstage.links.orders.seen.enabled=true"),
				"nothing remembers what was handled: add io.genstage:genstage-jdbc to the class path");
	}

	@Test
	void needsTransactions() {
		refuses(this.runner.withUserConfiguration(Books.class), "there is no PlatformTransactionManager bean");
	}

	@Test
	void needsTransactionsOfTheSameDataSource() {
		refuses(this.runner.withUserConfiguration(Books.class, OtherTransactions.class), "the transactions of "
				+ JdbcTransactionManager.class.getName() + " are those of another DataSource than the table");
	}

	@Test
	void isNotForWhatIsTransactional() {
		refuses(this.transactional.withUserConfiguration(Books.class)
			.withPropertyValues("genstage.links.orders.type=jdbc", "genstage.links.orders.transactional=true"),
				"'transactional' is, too, and what takes its messages out of the table needs no ids: remove one of them");
	}

	@Test
	void needsAHandlerThatBlocks() {
		refuses(this.transactional.withUserConfiguration(Later.class),
				"the stage 'book' may return what is complete later");
	}

	@Test
	void needsOneStage() {
		refuses(this.transactional.withUserConfiguration(Books.class, Audit.class),
				"the stages [audit, book] all subscribe to 'orders', and a message can have one transaction only: "
						+ "let one subscribe to it, or remove 'seen.enabled'");
	}

	@ParameterizedTest
	@CsvSource({ "memory, 2, one for each instance of [book]",
			"jdbc, 3, 'one for each of 1 links that are read, and one for each instance of [book]'" })
	void needsConnectionsForAll(String type, int connections, String what) {
		ApplicationContextRunner two = this.transactional.withUserConfiguration(Books.class)
			.withPropertyValues("genstage.links.orders.type=" + type, "genstage.stages.book.concurrency=2");
		refuses(two.withPropertyValues("spring.datasource.hikari.maximum-pool-size=" + (connections - 1)),
				"the pool has %d connections, and %d are needed: %s".formatted(connections - 1, connections, what));
		two.withPropertyValues("spring.datasource.hikari.maximum-pool-size=" + connections)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void refusesATimeOutOfRange() {
		this.transactional.withUserConfiguration(Books.class)
			.withPropertyValues("genstage.links.orders.seen.keep-for=0s")
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("property 'genstage.links.orders.seen.keep-for'"));
	}

	@Test
	void backsOffIfSomethingElseRemembersEvents() {
		SeenEvents own = new Forgetful();
		this.transactional.withUserConfiguration(Books.class)
			.withBean(SeenEvents.class, () -> own)
			.run((context) -> assertThat(context).getBean(SeenEvents.class).isSameAs(own));
	}

	@Test
	void isNotThereWithoutADatabase() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(GenStageJdbcSeenAutoConfiguration.class))
			.run((context) -> assertThat(context).doesNotHaveBean(SeenEvents.class));
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
	static class Audit {

		@Consumer(name = "audit", subscribeTo = "orders")
		void audit(String order) {
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
	static class Orders {

		@Bean
		@Producer
		EventQueue<String> orders() {
			return new EventQueue<>(10);
		}

	}

	/**
	 * Remembers nothing.
	 */
	private static final class Forgetful implements SeenEvents {

		@Override
		public boolean keepsConnection(LinkProvider provider) {
			return false;
		}

		@Override
		public int connections() {
			return 0;
		}

		@Override
		public CallScope scope(Map<String, Duration> keepFor, ObjLongConsumer<String> repeated) {
			return (events, call) -> call.make(new BitSet());
		}

	}

	/**
	 * Whoever sends isn't interested in the engine.
	 */
	private static final class Silent implements LinkListener {

		@Override
		public void interrupted(Throwable cause) {
		}

		@Override
		public void recovered() {
		}

		@Override
		public void failed(Throwable cause) {
		}

	}

}
