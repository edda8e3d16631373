package io.genstage.jdbc.crash;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;

import javax.sql.DataSource;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.boot.autoconfigure.GenStageAutoConfiguration;
import io.genstage.delivery.Acknowledgement;
import io.genstage.jdbc.JdbcTable;
import io.genstage.jdbc.TablePosition;
import io.genstage.jdbc.autoconfigure.GenStageJdbcProgressAutoConfiguration;
import io.genstage.source.CheckpointedProducer;
import io.genstage.source.CheckpointedSource.Page;
import io.genstage.source.ProgressStore;
import io.genstage.source.Sources;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads orders from a table, prices and taxes them, and books them in another table. It
 * ends when all of them are booked. It prints a line for each order that it has booked,
 * so that its parent knows when to kill it.
 */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
		GenStageJdbcProgressAutoConfiguration.class, GenStageAutoConfiguration.class })
class OrdersApplication {

	/** Begins a line about an order that is booked. */
	static final String BOOKED = "booked ";

	public static void main(String[] arguments) {
		SpringApplication application = new SpringApplication(OrdersApplication.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.run(arguments);
	}

	/** All orders are there when the application starts, so an empty page is the last. */
	@Bean
	@Producer
	CheckpointedProducer<TablePosition, Order> orders(DataSource dataSource, ProgressStore<TablePosition> progress) {
		JdbcTable<Order> table = JdbcTable
			.of(dataSource, "orders", (row, number) -> new Order(row.getLong("id"), row.getInt("amount")))
			.writtenInOrder();
		return Sources.checkpointed((position, max) -> {
			Page<TablePosition, Order> page = table.read(position, max);
			return page.elements().isEmpty() ? Page.last(List.of()) : page;
		}, progress, "orders");
	}

	@Bean
	Ledger ledger(JdbcTemplate database, @Value("${crash.run}") int run,
			@Value("${crash.at-most:2147483647}") int lines) {
		return new Ledger(database, run, lines);
	}

	@ProducerConsumer(subscribeTo = "orders")
	Priced priced(Order order) {
		return new Priced(order.id(), order.amount() * 100);
	}

	@ProducerConsumer(subscribeTo = "priced")
	Taxed taxed(Priced order) {
		return new Taxed(order.id(), order.cents() * 119L / 100);
	}

	/**
	 * The end of the line. A list is settled as a whole: what was booked of it before a
	 * kill is booked again.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty(name = "crash.acknowledged-before-work", havingValue = false, matchIfMissing = true)
	static class Sound {

		private final Ledger ledger;

		Sound(Ledger ledger) {
			this.ledger = ledger;
		}

		@Consumer(subscribeTo = "taxed", maxDemand = 100)
		void book(List<Taxed> orders) {
			orders.forEach(this.ledger::book);
		}

	}

	/**
	 * The mistake that the harness must find: orders are called done when they are
	 * collected, and booked a little later. One is booked only when the order behind it
	 * counts as done in the store, too, so that whenever the process is killed after its
	 * first booking, that one is lost.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty(name = "crash.acknowledged-before-work")
	static class Hasty implements DisposableBean {

		private final CheckpointedProducer<TablePosition, Order> source;

		private final Ledger ledger;

		private final Deque<Taxed> collected = new ArrayDeque<>();

		Hasty(CheckpointedProducer<TablePosition, Order> source, Ledger ledger) {
			this.source = source;
			this.ledger = ledger;
		}

		@Consumer(subscribeTo = "taxed")
		void book(Taxed order, Acknowledgement acknowledgement) {
			this.collected.add(order);
			acknowledgement.accept();
			TablePosition saved = this.source.status().saved();
			while (saved != null && this.collected.size() > 1 && this.collected.getFirst().id() < saved.key()) {
				this.ledger.book(this.collected.removeFirst());
			}
		}

		/** Loses nothing when it is stopped in the usual way. */
		@Override
		public void destroy() {
			this.collected.forEach(this.ledger::book);
		}

	}

	/**
	 * Where orders are booked. It may have a last page, behind which it waits for the end
	 * of the process.
	 */
	static final class Ledger {

		private final JdbcTemplate database;

		private final int run;

		private final Semaphore lines;

		Ledger(JdbcTemplate database, int run, int lines) {
			this.database = database;
			this.run = run;
			this.lines = new Semaphore(lines);
		}

		void book(Taxed order) {
			this.lines.acquireUninterruptibly();
			this.database.update("insert into booking (order_id, cents, run) values (?, ?, ?)", order.id(),
					order.cents(), this.run);
			System.out.println(BOOKED + order.id());
		}

	}

	record Order(long id, int amount) {
	}

	record Priced(long id, long cents) {
	}

	record Taxed(long id, long cents) {
	}

}
