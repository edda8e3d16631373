package io.genstage.jdbc;

import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.DefaultTransactionStatus;

/**
 * Transactions whose end may fail, once.
 */
final class FailingTransactions extends JdbcTransactionManager {

	private static final long serialVersionUID = 1L;

	final AtomicInteger begun = new AtomicInteger();

	final AtomicInteger commits = new AtomicInteger();

	volatile boolean failBefore;

	volatile boolean failAfter;

	/** Is run once, when a transaction has ended, and before anybody knows of it. */
	transient volatile Runnable afterEnd = () -> {
	};

	FailingTransactions(DataSource dataSource) {
		super(dataSource);
	}

	@Override
	protected void doBegin(Object transaction, TransactionDefinition definition) {
		super.doBegin(transaction, definition);
		this.begun.incrementAndGet();
	}

	@Override
	protected void doCommit(DefaultTransactionStatus status) {
		if (this.failBefore) {
			this.failBefore = false;
			doRollback(status);
			throw new TransactionSystemException("the commit has failed");
		}
		super.doCommit(status);
		this.commits.incrementAndGet();
		if (this.failAfter) {
			this.failAfter = false;
			throw new TransactionSystemException("nobody knows whether the commit has failed");
		}
	}

	@Override
	protected void doCleanupAfterCompletion(Object transaction) {
		super.doCleanupAfterCompletion(transaction);
		Runnable last = this.afterEnd;
		this.afterEnd = () -> {
		};
		last.run();
	}

}
