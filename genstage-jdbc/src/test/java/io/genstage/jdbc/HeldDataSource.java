package io.genstage.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Lets the next one who wants a connection wait for the test, and no other.
 */
final class HeldDataSource extends DelegatingDataSource {

	private final AtomicReference<@Nullable CountDownLatch> next = new AtomicReference<>();

	private final CountDownLatch held = new CountDownLatch(1);

	private final CountDownLatch released = new CountDownLatch(1);

	HeldDataSource(DataSource target) {
		super(target);
	}

	void holdNext() {
		this.next.set(this.released);
	}

	void awaitHeld() throws InterruptedException {
		this.held.await();
	}

	void release() {
		this.released.countDown();
	}

	@Override
	public Connection getConnection() throws SQLException {
		CountDownLatch latch = this.next.getAndSet(null);
		if (latch != null) {
			this.held.countDown();
			try {
				latch.await();
			}
			catch (InterruptedException ex) {
				throw new SQLException("interrupted", ex);
			}
		}
		return super.getConnection();
	}

}
