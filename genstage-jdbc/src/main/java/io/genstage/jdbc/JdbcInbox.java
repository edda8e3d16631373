package io.genstage.jdbc;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import javax.sql.DataSource;

import io.genstage.CallScope;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.Verdict;
import io.genstage.link.LinkReceiver;
import io.genstage.link.LinkRecord;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.ResourceTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Lets each call of a handler and the removal of its messages from a link in a database
 * be one transaction, so that a crash repeats nothing that the handler has written there:
 * for a blocking consumer directly behind links of the type {@code jdbc}.
 *
 * <pre>{@code
 * JdbcInbox inbox = new JdbcInbox(links, transactionManager);
 * system.start("book", booking, StageOptions.defaults().withFailure(policy).withScope(inbox));
 * }</pre>
 *
 * A call takes the rows of its messages out of the table before the handler is called, on
 * the thread of the handler. A row that isn't there any more was handled before, or is
 * handled elsewhere: its event is skipped, and the handler doesn't get it. When the
 * handler has failed, or the transaction can't be committed, all of the call is rolled
 * back, with its rows. What becomes of the events is written later and outside of that
 * transaction: their attempts, when they come again, and their dead letters.
 * <p>
 * The handler takes part with what it does by the same {@link DataSource} on its thread,
 * by a {@code JdbcTemplate} or with {@code @Transactional}. What it does elsewhere, or in
 * a transaction of its own, is not undone, and may be repeated. With SQLite the call is
 * the one that writes, so others wait for it.
 * <p>
 * An event that comes from no link, such as that of a dead letter that is replayed, is
 * handled in a transaction, too, but is settled by its source afterwards.
 */
public final class JdbcInbox implements CallScope {

	private final JdbcLinks links;

	private final TransactionTemplate transactions;

	/**
	 * Creates an inbox.
	 * @param links have the messages
	 * @param transactions opens the transactions that the handlers take part in
	 * @throws IllegalArgumentException if the transactions are known to be those of
	 * another {@code DataSource} than that of the links
	 */
	@SuppressWarnings("ReferenceEquality") // each has connections of its own
	public JdbcInbox(JdbcLinks links, PlatformTransactionManager transactions) {
		this.links = Objects.requireNonNull(links, "links must not be null");
		Objects.requireNonNull(transactions, "transactions must not be null");
		if (transactions instanceof ResourceTransactionManager manager
				&& manager.getResourceFactory() instanceof DataSource other
				&& target(other) != target(links.dataSource())) {
			throw new IllegalArgumentException("the transactions of %s are those of another DataSource than the links"
				.formatted(transactions.getClass().getName()));
		}
		this.transactions = new TransactionTemplate(transactions);
		this.transactions.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
	}

	private static DataSource target(DataSource dataSource) {
		DataSource target = (dataSource instanceof TransactionAwareDataSourceProxy proxy) ? proxy.getTargetDataSource()
				: null;
		return (target != null) ? target : dataSource;
	}

	/**
	 * Calls a handler in a transaction.
	 * @throws IllegalStateException if an event comes from another link than one in this
	 * database, or the transaction has no connection of its {@code DataSource}
	 * @throws org.springframework.transaction.TransactionException if the transaction
	 * can't be begun or ended
	 * @throws org.springframework.dao.DataAccessException if the rows can't be removed
	 */
	@Override
	public void surround(List<?> events, Call call) throws Exception {
		Messages messages = Messages.of(events);
		if (!new Attempt(messages, call, true).isDone()) {
			// Some are gone, but the database doesn't say which.
			boolean unused = new Attempt(messages, call, false).isDone();
		}
	}

	/**
	 * One transaction.
	 */
	private final class Attempt {

		private final Messages messages;

		private final Call call;

		/** Whether it has to find all rows, to be quick. */
		private final boolean all;

		private final BitSet leftOut = new BitSet();

		private @Nullable Throwable failure;

		Attempt(Messages messages, Call call, boolean all) {
			this.messages = messages;
			this.call = call;
			this.all = all;
		}

		/** Returns whether the call was made. */
		boolean isDone() throws Exception {
			Boolean done;
			try {
				done = JdbcInbox.this.transactions.execute((status) -> {
					boolean taken = take();
					if (taken) {
						make();
					}
					else {
						status.setRollbackOnly();
					}
					return taken;
				});
			}
			catch (RuntimeException | Error ex) {
				throw failureOf(ex);
			}
			if (!Boolean.TRUE.equals(done)) {
				return false;
			}
			JdbcInbox.this.links.removed(this.messages.records());
			this.messages.skip(this.leftOut);
			return true;
		}

		/** What was thrown first counts, whatever became of the rollback. */
		@SuppressWarnings("ReferenceEquality") // a throwable is what it is
		private Exception failureOf(Throwable thrown) {
			Throwable first = this.failure;
			if (first != null && first != thrown && !(thrown instanceof UndoneException)) {
				first.addSuppressed(thrown);
			}
			if ((first != null ? first : thrown) instanceof Error error) {
				throw error;
			}
			return (Exception) (first != null ? first : thrown);
		}

		private boolean take() {
			JdbcLinks links = JdbcInbox.this.links;
			if (!TransactionSynchronizationManager.hasResource(target(links.dataSource()))) {
				throw new IllegalStateException("the transaction has no connection of the DataSource of the links: "
						+ "is its manager that of another one?");
			}
			List<Long> rows = this.messages.rows();
			if (this.all && !links.removeAll(rows)) {
				return false;
			}
			this.messages.placesWithout(this.all ? rows : links.removeEach(rows), this.leftOut);
			return true;
		}

		private void make() {
			try {
				this.call.make(this.leftOut);
			}
			catch (Throwable ex) {
				this.failure = ex;
				throw new UndoneException(ex);
			}
		}

	}

	/**
	 * The events of a call, and the messages that they were made from.
	 */
	private record Messages(List<?> events, List<@Nullable LinkRecord> sources) {

		static Messages of(List<?> events) {
			List<@Nullable LinkRecord> sources = new ArrayList<>(events.size());
			for (Object event : events) {
				LinkReceiver.Received received = LinkReceiver.received(event);
				if (received != null && !(received.record().token() instanceof LinkToken)) {
					throw new IllegalStateException(
							"a message of the link '%s' can't be settled in this transaction, since it is none of the type 'jdbc'"
								.formatted(received.link().name()));
				}
				sources.add((received != null) ? received.record() : null);
			}
			return new Messages(events, sources);
		}

		List<LinkRecord> records() {
			return this.sources.stream().filter(Objects::nonNull).map(Objects::requireNonNull).toList();
		}

		/** In the order of their numbers, so that two calls don't wait for each other. */
		List<Long> rows() {
			return records().stream().map(JdbcInbox::row).sorted().distinct().toList();
		}

		/**
		 * Finds the places whose rows were not removed. A row counts once, though it may
		 * have been delivered again meanwhile.
		 */
		void placesWithout(Collection<Long> removed, BitSet places) {
			Set<Long> left = new HashSet<>(removed);
			for (int place = 0; place < this.sources.size(); place++) {
				LinkRecord record = this.sources.get(place);
				places.set(place, record != null && !left.remove(row(record)));
			}
		}

		void skip(BitSet places) {
			places.stream().forEach((place) -> {
				if (this.events.get(place) instanceof Delivery<?> delivery) {
					delivery.settle(Verdict.skipped("was handled before, or elsewhere"));
				}
			});
		}

	}

	private static long row(LinkRecord record) {
		return ((LinkToken) record.token()).id();
	}

	/**
	 * Lets a transaction be rolled back.
	 */
	private static final class UndoneException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		UndoneException(Throwable cause) {
			super("the handler has failed", cause, false, false);
		}

	}

}
