package io.genstage.jdbc.fault;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

import javax.sql.DataSource;

import io.genstage.ConsumerStage;
import io.genstage.EventCounts;
import io.genstage.StageContext;
import io.genstage.StageStatus;
import io.genstage.Subscription;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.boot.StageRegistry;
import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.jdbc.JdbcTable;
import io.genstage.jdbc.TablePosition;
import io.genstage.jdbc.autoconfigure.GenStageJdbcDeadLettersAutoConfiguration;
import io.genstage.jdbc.autoconfigure.GenStageJdbcProgressAutoConfiguration;
import io.genstage.jdbc.database.Database;
import io.genstage.pipeline.ManagedStageStatus;
import io.genstage.pipeline.StageState;
import io.genstage.source.CheckpointOptions;
import io.genstage.source.CheckpointedProducer;
import io.genstage.source.ProgressStore;
import io.genstage.source.Sources;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * An application that reads orders from a table and books them in another one of the same
 * database.
 */
final class Orders implements AutoCloseable {

	private final JdbcTemplate database;

	private final ConfigurableApplicationContext context;

	private Orders(String url, ConfigurableApplicationContext context) {
		this.database = new JdbcTemplate(Database.dataSource(url));
		this.context = context;
	}

	/** Creates the tables, with orders from 1 up, and one that can't be booked. */
	static void createWithABadOne(String url, int orders) {
		create(url, orders);
		new JdbcTemplate(Database.dataSource(url)).update("insert into orders values (0)");
	}

	/** Creates the tables, with orders from 1 up. */
	static void create(String url, int orders) {
		JdbcTemplate database = new JdbcTemplate(Database.dataSource(url));
		database.execute("create table orders (id bigint primary key)");
		database.execute("create table booking (order_id bigint not null check (order_id > 0))");
		add(url, 1, orders);
	}

	/** Adds orders. */
	static void add(String url, int first, int last) {
		new JdbcTemplate(Database.dataSource(url)).batchUpdate("insert into orders values (?)",
				LongStream.rangeClosed(first, last).mapToObj((id) -> new Object[] { id }).toList());
	}

	/**
	 * Starts the application.
	 * @param url of the database
	 * @param beforeBooking called with the orders that are going to be booked
	 * @param properties more of them
	 * @return the running application
	 */
	static Orders start(String url, BeforeBooking beforeBooking, String... properties) {
		ConfigurableApplicationContext context = new SpringApplicationBuilder(Line.class).web(WebApplicationType.NONE)
			.initializers((GenericApplicationContext beans) -> beans.registerBean(Books.class,
					() -> new Books(beans.getBean(JdbcTemplate.class), beforeBooking)))
			.properties("spring.datasource.url=" + url, "spring.datasource.hikari.connection-timeout=500",
					"genstage.progress.store=jdbc", "genstage.progress.jdbc.initialize-schema=always",
					"genstage.defaults.failure.outage.pause=100ms", "genstage.defaults.failure.retry.delay=20ms",
					"genstage.defaults.restart.first-delay=20ms")
			.properties(properties)
			.run();
		return new Orders(url, context);
	}

	/** Waits until the handler has found out that something is away. */
	void awaitFailure() {
		await().until(() -> statusOf("book").outage() != null || statusOf("book").waiting().retrying() > 0);
	}

	private StageStatus statusOf(String stage) {
		return managed(stage).started().orElseThrow();
	}

	/** Waits until a stage is in a state. */
	void awaitState(String stage, StageState state) {
		await().until(() -> managed(stage).state() == state);
	}

	/** Waits until a stage has been started once more, so often. */
	void awaitRestarts(String stage, int restarts) {
		await().until(() -> managed(stage).restarts() >= restarts);
	}

	long restartsOf(String stage) {
		return managed(stage).restarts();
	}

	/** Waits until a stage has handled so many events. */
	void awaitHandled(String stage, int events) {
		await().until(() -> countsOf(stage).in() >= events);
	}

	private ManagedStageStatus managed(String stage) {
		return this.context.getBean(StageRegistry.class).stage(stage).orElseThrow();
	}

	/** Waits until so many orders are kept as dead letters, and returns them. */
	List<DeadLetter> awaitLetters(int letters) {
		DeadLetterDesk desk = this.context.getBean(DeadLetterDesk.class);
		await().until(() -> desk.counts().total() == letters);
		return desk.list(DeadLetterFilter.all(), null, 100).letters();
	}

	/** Waits until so many different orders are booked. */
	void awaitBooked(int orders) {
		await().ignoreExceptions().until(this::distinct, (distinct) -> distinct == orders);
	}

	private long distinct() {
		return count("select count(distinct order_id) from booking");
	}

	/** How many bookings are of an order that was booked before. */
	long bookedTwice() {
		return count("select count(*) - count(distinct order_id) from booking");
	}

	private long count(String query) {
		return this.database.queryForObject(query, Long.class);
	}

	/** What has become of events of a stage. */
	EventCounts countsOf(String stage) {
		return statusOf(stage).counts();
	}

	static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(25));
	}

	@Override
	public void close() {
		this.context.close();
	}

	/**
	 * What happens right before orders are booked.
	 */
	interface BeforeBooking {

		/**
		 * Called by the handler.
		 * @param booked how many have been booked
		 * @param orders which are the next ones
		 */
		void book(long booked, List<Long> orders);

	}

	/**
	 * The table of bookings.
	 */
	static final class Books {

		private final JdbcTemplate database;

		private final BeforeBooking beforeBooking;

		private final AtomicLong booked = new AtomicLong();

		Books(JdbcTemplate database, BeforeBooking beforeBooking) {
			this.database = database;
			this.beforeBooking = beforeBooking;
		}

		/** Books all of them or none. */
		void book(List<Long> orders) {
			this.beforeBooking.book(this.booked.get(), orders);
			this.database.update(
					"insert into booking values (?)" + String.join("", Collections.nCopies(orders.size() - 1, ", (?)")),
					orders.toArray());
			this.booked.addAndGet(orders.size());
		}

	}

	/**
	 * The stages.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
			JacksonAutoConfiguration.class, GenStageJdbcDeadLettersAutoConfiguration.class,
			GenStageJdbcProgressAutoConfiguration.class, GenStageAutoConfiguration.class })
	static class Line {

		@Bean
		@Producer
		CheckpointedProducer<TablePosition, Long> orders(DataSource dataSource, ProgressStore<TablePosition> progress) {
			JdbcTable<Long> table = JdbcTable.of(dataSource, "orders", (row, number) -> row.getLong("id"))
				.writtenInOrder();
			return Sources.checkpointed(table, progress, "orders",
					CheckpointOptions.defaults().withReadAgainAfter(Duration.ofMillis(100)));
		}

		@Bean
		Stages stages(Books books) {
			return new Stages(books);
		}

		@Bean
		@Consumer(subscribeTo = "checked")
		@ConditionalOnProperty("orders.audit")
		Audit audit(JdbcTemplate database) {
			return new Audit(database);
		}

	}

	/**
	 * A stage that needs a table of its own when it starts.
	 *
	 * @param database has the table
	 */
	record Audit(JdbcTemplate database) implements ConsumerStage<Long> {

		@Override
		public void onStart(StageContext context) {
			this.database.queryForList("select order_id from audit");
		}

		@Override
		public void handleEvents(List<Long> orders, Subscription from) {
			throw new IllegalStateException("there is no table of audits");
		}

	}

	/**
	 * What is done with an order.
	 */
	static class Stages {

		private final Books books;

		Stages(Books books) {
			this.books = books;
		}

		@ProducerConsumer(subscribeTo = "orders", maxDemand = 100)
		Long checked(Long order) {
			return order;
		}

		@Consumer(subscribeTo = "checked", maxDemand = 20)
		void book(List<Long> orders) {
			this.books.book(orders);
		}

	}

}
