package io.genstage.jdbc;

import java.util.BitSet;
import java.util.List;
import java.util.Objects;

import javax.sql.DataSource;

import io.genstage.CallScope.Call;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.ResourceTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Calls handlers in transactions of their database, each of which begins with a claim to
 * the events of the call: so the events that are done, and what was done with them, are
 * committed together or not at all. Any thread may use it.
 */
final class ClaimingTransactions {

	/** So often the claim may meet somebody else's locks. */
	private static final int MOST_ATTEMPTS = 3;

	private final DataSource dataSource;

	private final TransactionTemplate transactions;

	private final String owner;

	/**
	 * Creates what opens transactions.
	 * @param dataSource has what is claimed
	 * @param transactions opens the transactions that the handlers take part in
	 * @param owner whose {@code DataSource} it is, for messages
	 * @throws IllegalArgumentException if the transactions are known to be those of
	 * another {@code DataSource}
	 */
	@SuppressWarnings("ReferenceEquality") // each has connections of its own
	ClaimingTransactions(DataSource dataSource, PlatformTransactionManager transactions, String owner) {
		Objects.requireNonNull(dataSource, "dataSource must not be null");
		Objects.requireNonNull(transactions, "transactions must not be null");
		if (transactions instanceof ResourceTransactionManager manager
				&& manager.getResourceFactory() instanceof DataSource other && target(other) != target(dataSource)) {
			throw new IllegalArgumentException("the transactions of %s are those of another DataSource than the %s"
				.formatted(transactions.getClass().getName(), owner));
		}
		this.dataSource = dataSource;
		this.owner = owner;
		this.transactions = new TransactionTemplate(transactions);
		this.transactions.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
	}

	private static DataSource target(DataSource dataSource) {
		DataSource target = (dataSource instanceof TransactionAwareDataSourceProxy proxy) ? proxy.getTargetDataSource()
				: null;
		return (target != null) ? target : dataSource;
	}

	/**
	 * Calls a handler with those of its events that nobody has handled.
	 * @param events the events of the call
	 * @param claim takes them
	 * @param call the call
	 * @return the places that were left out of it, once that is committed
	 */
	<K extends Comparable<K>> BitSet call(ClaimedEvents<K> events, Claim<K> claim, Call call) throws Exception {
		List<K> keys = events.sortedKeys();
		BitSet leftOut = new Attempt(call).commit(() -> claim.takeAll(keys) ? new BitSet() : null);
		if (leftOut == null) {
			// Some are taken, but the database doesn't say which.
			leftOut = new Attempt(call).commit(() -> events.placesWithout(claim.takeEach(keys)));
		}
		return Objects.requireNonNull(leftOut);
	}

	/**
	 * One transaction, until the handler is called in one.
	 */
	private final class Attempt {

		private final Call call;

		private boolean made;

		private @Nullable Throwable failure;

		Attempt(Call call) {
			this.call = call;
		}

		/**
		 * Makes the call.
		 * @param claimed returns the places that are left out, or null to give up before
		 * @return the same
		 */
		@Nullable BitSet commit(Claimed claimed) throws Exception {
			for (int attempt = 1;; attempt++) {
				try {
					return transact(claimed);
				}
				catch (PessimisticLockingFailureException ex) {
					// Whoever waits for others may be ended, and nothing is done yet.
					if (this.made || attempt == MOST_ATTEMPTS) {
						throw ex;
					}
				}
			}
		}

		private @Nullable BitSet transact(Claimed claimed) throws Exception {
			try {
				return ClaimingTransactions.this.transactions.execute((status) -> {
					checkConnection();
					BitSet leftOut = claimed.leftOut();
					if (leftOut != null) {
						make(leftOut);
					}
					else {
						status.setRollbackOnly();
					}
					return leftOut;
				});
			}
			catch (RuntimeException | Error ex) {
				throw failureOf(ex);
			}
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

		private void checkConnection() {
			if (!TransactionSynchronizationManager.hasResource(target(ClaimingTransactions.this.dataSource))) {
				throw new IllegalStateException("the transaction has no connection of the DataSource of the %s: "
					.formatted(ClaimingTransactions.this.owner) + "is its manager that of another one?");
			}
		}

		private void make(BitSet leftOut) {
			this.made = true;
			try {
				this.call.make(leftOut);
			}
			catch (Throwable ex) {
				this.failure = ex;
				throw new UndoneException(ex);
			}
		}

	}

	/**
	 * What is known when the events are claimed.
	 */
	@FunctionalInterface
	private interface Claimed {

		@Nullable BitSet leftOut();

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
