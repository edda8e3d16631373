package io.genstage.jdbc;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;

import io.genstage.link.LinkListener;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkWriter;
import io.genstage.source.SourceUnavailableException;

/**
 * The sending end of a link in a table. What has come while others were written is
 * written in one transaction.
 */
final class JdbcLinkWriter implements LinkWriter, LinkLoop.Turns {

	private static final int MOST_MESSAGES = 5000;

	private static final long MOST_BYTES = 4_000_000;

	/** How often it looks for the database while there is nothing to send. */
	private static final Duration IDLE = Duration.ofSeconds(1);

	private final JdbcLinks links;

	private final String destination;

	private final LinkTable table;

	private final LinkLoop loop;

	private final ReentrantLock lock = new ReentrantLock();

	/** Guarded by the lock; taken from by the loop. */
	private final Deque<Unconfirmed> unconfirmed = new ArrayDeque<>();

	/** Guarded by the lock. */
	private boolean closed;

	JdbcLinkWriter(JdbcLinks links, String destination, LinkTable table, LinkListener listener) {
		this.links = links;
		this.destination = destination;
		this.table = table;
		this.loop = new LinkLoop("genstage-link-to-" + destination, listener, this);
	}

	void start() {
		this.loop.start();
	}

	@Override
	public CompletionStage<Void> send(LinkMessage message) {
		Objects.requireNonNull(message, "message must not be null");
		Unconfirmed sent = new Unconfirmed(message, new CompletableFuture<>());
		try {
			this.links.check(message);
		}
		catch (IllegalArgumentException ex) {
			sent.confirmation().completeExceptionally(ex);
			return sent.confirmation().minimalCompletionStage();
		}
		if (add(sent)) {
			this.loop.wake();
		}
		else {
			sent.confirmation().completeExceptionally(closedException());
		}
		return sent.confirmation().minimalCompletionStage();
	}

	private boolean add(Unconfirmed sent) {
		this.lock.lock();
		try {
			return !this.closed && this.unconfirmed.add(sent);
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public Duration take() {
		this.links.check();
		List<Unconfirmed> batch = nextBatch();
		if (batch.isEmpty()) {
			this.table.ping();
			return IDLE;
		}
		write(batch);
		return Duration.ZERO;
	}

	private List<Unconfirmed> nextBatch() {
		List<Unconfirmed> batch = new ArrayList<>();
		long bytes = 0;
		this.lock.lock();
		try {
			for (Unconfirmed next : this.unconfirmed) {
				bytes += next.bytes();
				if (batch.size() == MOST_MESSAGES || (bytes > MOST_BYTES && !batch.isEmpty())) {
					break;
				}
				batch.add(next);
			}
		}
		finally {
			this.lock.unlock();
		}
		return batch;
	}

	/**
	 * One that is refused must not take the others along: it is looked for in the halves.
	 */
	private void write(List<Unconfirmed> batch) {
		try {
			insert(batch);
		}
		catch (SourceUnavailableException | IllegalStateException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			int half = batch.size() / 2;
			if (half > 0) {
				write(batch.subList(0, half));
				write(batch.subList(half, batch.size()));
			}
			else {
				forget(batch);
				batch.forEach((refused) -> refused.confirmation().completeExceptionally(ex));
			}
		}
	}

	private void insert(List<Unconfirmed> batch) {
		this.table.insert(batch.stream().map(Unconfirmed::message).toList());
		this.loop.reachable();
		forget(batch);
		batch.forEach((sent) -> sent.confirmation().complete(null));
		this.links.wakeReaders(this.destination);
	}

	/** They are the first ones. */
	private void forget(List<Unconfirmed> batch) {
		this.lock.lock();
		try {
			batch.forEach((sent) -> this.unconfirmed.remove());
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void end(boolean reachable) {
		List<Unconfirmed> given;
		this.lock.lock();
		try {
			given = List.copyOf(this.unconfirmed);
			this.unconfirmed.clear();
		}
		finally {
			this.lock.unlock();
		}
		given.forEach((sent) -> sent.confirmation().completeExceptionally(closedException()));
	}

	/** It has a connection only for a while, and leaves it to the pool to end that. */
	@Override
	public void hurry() {
	}

	@Override
	public void close() {
		this.lock.lock();
		try {
			this.closed = true;
		}
		finally {
			this.lock.unlock();
		}
		this.loop.close();
	}

	private static IllegalStateException closedException() {
		return new IllegalStateException("the writer of the link was closed before the message was confirmed");
	}

	/**
	 * A message that was sent.
	 *
	 * @param message the message
	 * @param confirmation is completed when it is committed
	 */
	private record Unconfirmed(LinkMessage message, CompletableFuture<Void> confirmation) {

		long bytes() {
			byte[] payload = this.message.payload();
			return (payload != null) ? payload.length : 0;
		}

	}

}
