package io.genstage.jdbc;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import io.genstage.ProducerStage;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.intake.InFlight;
import io.genstage.jdbc.database.Database;
import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkListener;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkProvider;
import io.genstage.link.LinkReader;
import io.genstage.link.LinkSender;
import io.genstage.link.LinkWriter;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A stage that has more than the database confirms, which is held for a while.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class HeldSenderTests {

	private static final int WINDOW = 50;

	private static final int MORE = 500;

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofMinutes(1));
	}

	// X8

	@ParameterizedTest
	@EnumSource
	@SuppressWarnings("try") // it is released in the end, whatever has failed
	void holdsItsSourceWhileNothingIsConfirmed(Database database) throws Exception {
		DataSource dataSource = Schema.create(database.newDataSource(), database, "links");
		Held held = new Held(dataSource);
		Counting links = new Counting(new JdbcLinks(held));
		Source source = new Source(links);
		try (StageSystem system = StageSystem.create(); AutoCloseable releasing = held::release) {
			StageRef producing = system.start("source", source);
			StageRef sending = system.start("sending",
					new LinkSender<Integer>(links, LinkEnd.ORDERS,
							(number) -> LinkMessage.of(number.toString().getBytes(StandardCharsets.UTF_8))),
					StageOptions.defaults().withInFlight(InFlight.of(WINDOW)));
			sending.subscribeTo(producing, SubscribeOptions.defaults().withMaxDemand(WINDOW).withMinDemand(WINDOW - 1));
			await().until(() -> links.confirmed.get() > WINDOW);
			held.hold();
			await().until(
					() -> links.unconfirmed.get() == WINDOW && source.emitted.get() == links.confirmed.get() + WINDOW);
			int all = source.emitted.get() + MORE;
			source.last.set(all);
			held.release();
			await().until(() -> links.confirmed.get() == all);
		}
		assertThat(links.most.get()).as("unconfirmed at once").isEqualTo(WINDOW);
		assertThat(source.most.get()).as("emitted and not confirmed, at once").isLessThanOrEqualTo(WINDOW);
		assertThat(new JdbcTemplate(dataSource).query("select payload from genstage_link_event",
				(row, number) -> new String(row.getBytes(1), StandardCharsets.UTF_8)))
			.containsExactlyInAnyOrderElementsOf(
					IntStream.range(0, source.last.get()).mapToObj(Integer::toString).toList());
	}

	/**
	 * A database that lets nobody in while it is held.
	 */
	private static final class Held extends DelegatingDataSource {

		private final ReentrantLock lock = new ReentrantLock();

		private final Condition changed = this.lock.newCondition();

		/** Guarded by the lock. */
		private boolean held;

		Held(DataSource dataSource) {
			super(dataSource);
		}

		@Override
		public Connection getConnection() throws SQLException {
			this.lock.lock();
			try {
				while (this.held) {
					this.changed.awaitUninterruptibly();
				}
			}
			finally {
				this.lock.unlock();
			}
			return super.getConnection();
		}

		void hold() {
			set(true);
		}

		void release() {
			set(false);
		}

		private void set(boolean hold) {
			this.lock.lock();
			try {
				this.held = hold;
				this.changed.signalAll();
			}
			finally {
				this.lock.unlock();
			}
		}

	}

	/**
	 * Makes what it is asked for, up to a last one, and counts what may fill the memory.
	 */
	private static final class Source implements ProducerStage<Integer> {

		private final Counting links;

		private final AtomicInteger emitted = new AtomicInteger();

		private final AtomicInteger last = new AtomicInteger(Integer.MAX_VALUE);

		private final AtomicInteger most = new AtomicInteger();

		Source(Counting links) {
			this.links = links;
		}

		@Override
		public List<Integer> handleDemand(long demand) {
			int from = this.emitted.get();
			int to = (int) Math.min(this.last.get(), from + demand);
			this.emitted.set(to);
			this.most.accumulateAndGet(to - this.links.confirmed.get(), Math::max);
			return IntStream.range(from, to).boxed().toList();
		}

	}

	/**
	 * Counts what is sent and not confirmed, before the stage hears of it.
	 */
	private static final class Counting implements LinkProvider {

		private final LinkProvider links;

		private final AtomicInteger unconfirmed = new AtomicInteger();

		private final AtomicInteger confirmed = new AtomicInteger();

		private final AtomicInteger most = new AtomicInteger();

		Counting(LinkProvider links) {
			this.links = links;
		}

		@Override
		public String type() {
			return this.links.type();
		}

		@Override
		public LinkReader openReader(LinkDefinition link, LinkReader.Listener listener) {
			return this.links.openReader(link, listener);
		}

		@Override
		public LinkWriter openWriter(LinkDefinition link, LinkListener listener) {
			LinkWriter writer = this.links.openWriter(link, listener);
			return new LinkWriter() {

				@Override
				public CompletionStage<Void> send(LinkMessage message) {
					Counting.this.most.accumulateAndGet(Counting.this.unconfirmed.incrementAndGet(), Math::max);
					return writer.send(message).thenRun(() -> {
						Counting.this.unconfirmed.decrementAndGet();
						Counting.this.confirmed.incrementAndGet();
					});
				}

				@Override
				public void close() {
					writer.close();
				}

			};
		}

	}

}
