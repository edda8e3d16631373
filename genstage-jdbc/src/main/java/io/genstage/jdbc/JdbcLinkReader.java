package io.genstage.jdbc;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import javax.sql.DataSource;

import io.genstage.dispatch.Demand;
import io.genstage.link.LinkReader;
import io.genstage.link.LinkRecord;
import io.genstage.link.LinkSettlement;
import io.genstage.link.LinkSettlement.Action;
import io.genstage.log.StageLog;
import org.jspecify.annotations.Nullable;

/**
 * The receiving end of a link in a table. It delivers while it owns the link, and stands
 * by otherwise. What it has delivered is known in its memory only: whoever owns the link
 * next begins at the first row again.
 */
final class JdbcLinkReader implements LinkReader, LinkLoop.Turns {

	private static final System.Logger logger = StageLog.of(JdbcLinkReader.class);

	private static final int MOST_MESSAGES = 5000;

	private static final int MOST_COUNTED = 100_000;

	private static final Duration SHORTEST_PAUSE = Duration.ofMillis(10);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

	/** How often one that stands by tries to own the link. */
	private static final Duration STAND_BY = Duration.ofMillis(250);

	/** Counting may take no more than this part of the time. */
	private static final int COUNTING = 20;

	private final JdbcLinks links;

	private final String destination;

	private final DataSource dataSource;

	private final Listener listener;

	private final LinkLoop loop;

	/** Of the loop; another thread may end its connection. */
	private volatile @Nullable LinkSession session;

	/** Of the loop. */
	private boolean owner;

	/** Of the loop. */
	private long countedAt = System.nanoTime() - LONGEST_PAUSE.toNanos();

	/** Of the loop. */
	private long countAfter;

	private volatile long backlog = -1;

	private volatile long rejected = -1;

	private final CompletableFuture<Void> whenStopped = new CompletableFuture<>();

	private final ReentrantLock lock = new ReentrantLock();

	// Guarded by the lock

	/** What is delivered and not settled, by the token of its delivery. */
	private final Map<Object, LinkRow> inHand = new HashMap<>();

	/** The rows that are not to be read: delivered, or settled but not in the table. */
	private final Set<Long> inFlight = new HashSet<>();

	/** The rows in hand that were removed in the transaction of their handler. */
	private final Set<Long> removed = new HashSet<>();

	/** What the table doesn't have yet. */
	private final List<LinkResult> results = new ArrayList<>();

	private long credit;

	private Duration pause = SHORTEST_PAUSE;

	private long stale;

	private boolean delivering;

	private boolean stopped;

	private boolean closed;

	JdbcLinkReader(JdbcLinks links, String destination, DataSource dataSource, Listener listener) {
		this.links = links;
		this.destination = destination;
		this.dataSource = dataSource;
		this.listener = listener;
		this.loop = new LinkLoop("genstage-link-from-" + destination, listener, this);
	}

	void start() {
		this.loop.start();
	}

	String destination() {
		return this.destination;
	}

	@Override
	public void ask(long messages) {
		if (messages < 1) {
			throw new IllegalArgumentException("expected to be asked for at least 1 message, not " + messages);
		}
		locked(() -> this.credit = Demand.add(this.credit, messages));
		this.loop.wake();
	}

	@Override
	public void settle(List<LinkSettlement> settlements) {
		locked(() -> {
			if (!this.closed) {
				settlements.forEach(this::settle);
			}
			return null;
		});
		this.loop.wake();
	}

	private void settle(LinkSettlement settlement) {
		LinkRow row = this.inHand.remove(settlement.record().token());
		if (row == null) {
			// It was taken back.
			this.stale++;
			return;
		}
		if (this.removed.remove(row.id()) || settlement.action() == Action.RELEASE) {
			// It is gone already, or the table knows nothing of its delivery.
			this.inFlight.remove(row.id());
		}
		else {
			this.results.add(new LinkResult(row, settlement));
		}
	}

	/** Those of these deliveries that are in hand here are done, and not in the table. */
	void removed(List<LinkRecord> records) {
		locked(() -> {
			for (LinkRecord record : records) {
				LinkRow row = this.inHand.get(record.token());
				if (row != null) {
					this.removed.add(row.id());
				}
			}
			return null;
		});
	}

	@Override
	public CompletionStage<Void> stop() {
		boolean behind = locked(() -> {
			this.stopped = true;
			return !this.delivering;
		});
		if (behind) {
			this.whenStopped.complete(null);
		}
		return this.whenStopped.minimalCompletionStage();
	}

	@Override
	public OptionalLong backlog() {
		long known = this.backlog;
		return (known >= 0) ? OptionalLong.of(known) : OptionalLong.empty();
	}

	@Override
	public long stale() {
		return locked(() -> this.stale);
	}

	@Override
	public OptionalLong rejected() {
		long known = this.rejected;
		return (known >= 0) ? OptionalLong.of(known) : OptionalLong.empty();
	}

	@Override
	public void close() {
		locked(() -> {
			this.stopped = true;
			this.closed = true;
			return null;
		});
		this.loop.close();
		this.links.left(this);
		this.whenStopped.complete(null);
	}

	/** Something was sent. */
	void wake() {
		locked(() -> this.pause = SHORTEST_PAUSE);
		this.loop.wake();
	}

	// By the loop

	@Override
	public Duration take() {
		this.links.check();
		LinkSession current = this.session;
		if (current == null) {
			current = LinkSession.open(this.dataSource, this.destination);
			this.session = current;
		}
		try {
			return take(current);
		}
		catch (RuntimeException ex) {
			if (!current.isAlive()) {
				lose(current);
			}
			throw ex;
		}
	}

	private Duration take(LinkSession current) {
		if (!current.owns()) {
			current.table().ping();
			return STAND_BY;
		}
		if (!this.owner) {
			this.owner = true;
			logger.log(Level.DEBUG, () -> "messages of the link '%s' are read here".formatted(this.destination));
		}
		boolean settled = settle(current);
		List<LinkRow> rows = read(current, !settled);
		this.loop.reachable();
		if (!rows.isEmpty()) {
			deliver(rows);
		}
		count(current);
		return locked(() -> {
			if (!rows.isEmpty() || this.credit == 0) {
				this.pause = SHORTEST_PAUSE;
				return (this.credit == 0) ? LONGEST_PAUSE : Duration.ZERO;
			}
			Duration next = this.pause;
			Duration doubled = next.multipliedBy(2);
			this.pause = (doubled.compareTo(LONGEST_PAUSE) < 0) ? doubled : LONGEST_PAUSE;
			return next;
		});
	}

	/** Returns whether there was anything to settle. */
	private boolean settle(LinkSession current) {
		List<LinkResult> round = locked(() -> List.copyOf(this.results));
		if (round.isEmpty()) {
			return false;
		}
		current.table().settle(round);
		locked(() -> {
			this.results.subList(0, round.size()).clear();
			round.forEach((result) -> this.inFlight.remove(result.row().id()));
			return null;
		});
		round.stream()
			.filter((result) -> result.is(Action.REJECT))
			.forEach((result) -> logger.log(Level.ERROR, () -> "message %d of the link '%s' is rejected: %s"
				.formatted(result.row().id(), this.destination, result.settlement().reason())));
		return true;
	}

	/**
	 * Reads what was asked for.
	 * @param ask whether to ask the database in any case, as it may be away
	 */
	private List<LinkRow> read(LinkSession current, boolean ask) {
		Set<Long> leftOut = new HashSet<>();
		int max = locked(() -> {
			leftOut.addAll(this.inFlight);
			return this.stopped ? 0 : (int) Math.min(this.credit, MOST_MESSAGES);
		});
		if (max == 0) {
			if (ask) {
				current.table().ping();
			}
			return List.of();
		}
		return current.table().read(leftOut, max);
	}

	private void deliver(List<LinkRow> rows) {
		List<LinkRecord> records = new ArrayList<>();
		locked(() -> {
			if (!this.stopped) {
				rows.forEach((row) -> records.add(deliver(row)));
				this.credit -= records.size();
				this.delivering = true;
			}
			return null;
		});
		if (records.isEmpty()) {
			return;
		}
		this.listener.delivered(List.copyOf(records));
		boolean last = locked(() -> {
			this.delivering = false;
			return this.stopped;
		});
		if (last) {
			this.whenStopped.complete(null);
		}
	}

	private LinkRecord deliver(LinkRow row) {
		LinkToken token = new LinkToken(row.id());
		this.inHand.put(token, row);
		this.inFlight.add(row.id());
		return new LinkRecord(row.message(), Long.toString(row.id()), row.attempts() + 1, token, row.note());
	}

	private void count(LinkSession current) {
		long now = System.nanoTime();
		if (now - this.countedAt < Math.max(LONGEST_PAUSE.toNanos(), this.countAfter)) {
			return;
		}
		int rows = current.table().countReady(MOST_COUNTED);
		this.backlog = Math.max(0, rows - locked(this.inFlight::size));
		this.rejected = current.table().countRejected(MOST_COUNTED);
		this.countedAt = System.nanoTime();
		this.countAfter = (this.countedAt - now) * COUNTING;
	}

	/**
	 * Somebody else may own the link now, and delivers what is in hand here. What was
	 * accepted is done nevertheless.
	 */
	private void lose(LinkSession current) {
		current.abandon();
		this.session = null;
		this.owner = false;
		locked(() -> {
			this.inHand.clear();
			this.removed.clear();
			this.results.removeIf((result) -> !result.is(Action.ACCEPT));
			this.inFlight.clear();
			this.results.forEach((result) -> this.inFlight.add(result.row().id()));
			return null;
		});
	}

	@Override
	public void end(boolean reachable) {
		LinkSession current = this.session;
		if (current == null) {
			return;
		}
		if (!reachable) {
			current.abandon();
			return;
		}
		try {
			if (this.owner) {
				settle(current);
			}
		}
		catch (RuntimeException ex) {
			logger.log(Level.WARNING,
					"settlements of the link '%s' are lost, and its messages come again".formatted(this.destination),
					ex);
		}
		finally {
			current.close();
		}
	}

	@Override
	public void hurry() {
		LinkSession current = this.session;
		if (current != null) {
			current.abort();
		}
	}

	private <T extends @Nullable Object> T locked(Supplier<T> work) {
		this.lock.lock();
		try {
			return work.get();
		}
		finally {
			this.lock.unlock();
		}
	}

}
