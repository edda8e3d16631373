package io.genstage.jdbc;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.ObjLongConsumer;

import javax.sql.DataSource;

import io.genstage.CallScope;
import io.genstage.link.LinkReceiver;
import io.genstage.link.LinkReceiver.Received;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.PlatformTransactionManager;

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

	private final ClaimingTransactions transactions;

	private final ObjLongConsumer<String> repeated;

	/**
	 * Creates an inbox.
	 * @param links have the messages
	 * @param transactions opens the transactions that the handlers take part in
	 * @throws IllegalArgumentException if the transactions are known to be those of
	 * another {@code DataSource} than that of the links
	 */
	public JdbcInbox(JdbcLinks links, PlatformTransactionManager transactions) {
		this(links, transactions, (link, events) -> {
		});
	}

	/**
	 * Creates an inbox that counts what was handled before.
	 * @param links have the messages
	 * @param transactions opens the transactions that the handlers take part in
	 * @param repeated gets the name of a link, and how many of its events were left out
	 * of a call, on the thread of the handler when the call is committed. It must not
	 * throw
	 * @throws IllegalArgumentException if the transactions are known to be those of
	 * another {@code DataSource} than that of the links
	 */
	public JdbcInbox(JdbcLinks links, PlatformTransactionManager transactions, ObjLongConsumer<String> repeated) {
		this.links = Objects.requireNonNull(links, "links must not be null");
		this.transactions = new ClaimingTransactions(links.dataSource(), transactions, "links");
		this.repeated = Objects.requireNonNull(repeated, "repeated must not be null");
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
		List<@Nullable Received> sources = new ArrayList<>(events.size());
		List<@Nullable Long> rows = new ArrayList<>(events.size());
		for (Object event : events) {
			Received received = LinkReceiver.received(event);
			sources.add(received);
			rows.add((received != null) ? row(received) : null);
		}
		ClaimedEvents<Long> claimed = new ClaimedEvents<>(events, rows);
		BitSet leftOut = this.transactions.call(claimed, new Removal(), call);
		this.links.removed(sources.stream()
			.filter(Objects::nonNull)
			.map((received) -> Objects.requireNonNull(received).record())
			.toList());
		claimed.skip(leftOut);
		leftOut.stream()
			.mapToObj((place) -> Objects.requireNonNull(sources.get(place)).link().name())
			.forEach((link) -> this.repeated.accept(link, 1));
	}

	private static long row(Received received) {
		if (received.record().token() instanceof LinkToken token) {
			return token.id();
		}
		throw new IllegalStateException(
				"a message of the link '%s' can't be settled in this transaction, since it is none of the type 'jdbc'"
					.formatted(received.link().name()));
	}

	/**
	 * Takes rows by removing them.
	 */
	private final class Removal implements Claim<Long> {

		@Override
		public boolean takeAll(List<Long> rows) {
			return JdbcInbox.this.links.removeAll(rows);
		}

		@Override
		public Collection<Long> takeEach(List<Long> rows) {
			return JdbcInbox.this.links.removeEach(rows);
		}

	}

}
