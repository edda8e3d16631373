package io.genstage.jdbc;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Predicate;

import javax.sql.DataSource;

import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterCounts;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.deadletter.DeadLetterStore;
import io.genstage.log.StageLog;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Keeps dead letters in a table, so that they outlast the process.
 * <p>
 * A letter is written by a thread of the store in a transaction of its own, and is
 * committed when {@link #append} completes: what becomes of the transaction of a handler
 * doesn't matter for it. Letters that come while others are written go together. Each
 * other change is a transaction of its own, too, on the thread that asks for it; if that
 * thread is in a transaction already, it needs a second connection.
 * <p>
 * All instances of an application share its letters, and applications with other names
 * don't see them. Claims end by the clock of the database, so the clocks of the instances
 * don't matter. {@link #held} is answered from memory: what this instance does is seen at
 * once, what others do after the {@linkplain JdbcDeadLetterOptions#refresh() refresh}.
 * How many letters there are is kept in a second table; who deletes rows by hand has to
 * correct it.
 * <p>
 * What is kept is logged, in one line a second at most. Letters that have not failed
 * again within the retention are deleted, with their events, a minute after the start and
 * then once an hour, and their number is logged.
 */
public final class JdbcDeadLetterStore implements DeadLetterStore, AutoCloseable {

	private static final System.Logger logger = StageLog.of(JdbcDeadLetterStore.class);

	/** No answer for so long is no answer. */
	private static final int TIMEOUT_SECONDS = 30;

	private static final int ATTEMPTS = 5;

	private static final int MOST_EXPIRED = 500;

	/** Reading takes at most a tenth of the time. */
	private static final int PAUSES = 10;

	private final JdbcDeadLetterOptions options;

	private final LetterTable letters;

	private final LetterCountTable counts;

	private final StoredEvents events;

	private final TransactionTemplate transactions;

	private final HeldKeys held = new HeldKeys();

	private final ScheduledThreadPoolExecutor thread;

	private final LetterWriter writer;

	private final KeptLetters kept;

	private final AtomicBoolean refreshing = new AtomicBoolean();

	/** What was read last of others; only the thread of the store looks at it. */
	private long changesRead = -1;

	private boolean refreshFailed;

	/**
	 * Creates a store on tables that are there.
	 * @param dataSource has the connections; not more than one is used at a time, beside
	 * those of callers
	 * @param codec writes and reads events
	 * @param types returns the type of the events that a stage takes by the name of the
	 * stage, if it is known. An event is read as that type, or as a type that it permits;
	 * without one only texts, numbers and other simple values can be read
	 * @param options what it is to do
	 * @throws IllegalStateException if a table is not there, is of another version or
	 * must not be changed, or if the database is none of those that are supported
	 * @throws org.springframework.dao.DataAccessException if the database can't be read
	 */
	public JdbcDeadLetterStore(DataSource dataSource, PayloadCodec codec,
			Function<String, Optional<ResolvableType>> types, JdbcDeadLetterOptions options) {
		this.options = options;
		Dialect dialect = Dialect.of(dataSource);
		JdbcTemplate jdbc = dialect.template(dataSource);
		jdbc.setQueryTimeout(TIMEOUT_SECONDS);
		new LetterSchema(jdbc, dialect).check(options);
		NamedParameterJdbcTemplate named = new NamedParameterJdbcTemplate(jdbc);
		this.letters = new LetterTable(named, options, dialect);
		this.counts = new LetterCountTable(named, options);
		this.events = new StoredEvents(codec, types);
		this.transactions = dialect.ownTransactions(jdbc);
		this.transactions.setTimeout(TIMEOUT_SECONDS);
		this.thread = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread made = new Thread(task, "genstage-dead-letters");
			made.setDaemon(true);
			return made;
		});
		this.thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		this.writer = new LetterWriter(this.thread, this.events, this::store);
		this.kept = new KeptLetters(this.thread);
		readHeld();
		if (!options.retention().isZero()) {
			Future<?> unused = this.thread.scheduleWithFixedDelay(this::deleteExpiredLogged, 1, 60, TimeUnit.MINUTES);
		}
	}

	@Override
	public boolean isDurable() {
		return true;
	}

	@Override
	public CompletionStage<DeadLetter> append(DeadLetter letter, Object event) {
		return this.writer.write(letter, event, false).thenApply(Optional::orElseThrow);
	}

	@Override
	public CompletionStage<Optional<DeadLetter>> appendBehind(DeadLetter letter, Object event) {
		return this.writer.write(letter, event, true);
	}

	private List<Optional<DeadLetter>> store(List<LetterWriter.Wanted> wanted) {
		List<UUID> ids = wanted.stream().map((one) -> one.letter().stored().id()).toList();
		List<Optional<DeadLetter>> stored = change((changes) -> {
			Map<UUID, LetterRow> rows = this.letters.lock(ids);
			List<LetterTable.Written> added = added(wanted, rows.keySet());
			if (!added.isEmpty()) {
				this.letters.insert(added);
				added.forEach((one) -> changes.add(one.stored()));
				rows.putAll(this.letters.find(added.stream().map((one) -> one.stored().id()).toList()));
			}
			return ids.stream().map((id) -> Optional.ofNullable(rows.get(id)).map(LetterRow::current)).toList();
		});
		List<DeadLetter> kept = stored.stream().flatMap(Optional::stream).toList();
		if (!kept.isEmpty()) {
			this.kept.add(kept);
		}
		return stored;
	}

	/** Returns what is not there yet and is wanted. */
	private List<LetterTable.Written> added(List<LetterWriter.Wanted> wanted, Set<UUID> present) {
		List<LetterTable.Written> added = new ArrayList<>();
		Set<LetterChanges.Sequence> before = new HashSet<>();
		for (LetterWriter.Wanted one : wanted) {
			LetterTable.Written letter = one.letter();
			Optional<LetterChanges.Sequence> sequence = letter.sequence();
			boolean isWanted = !one.behind()
					|| sequence.filter((key) -> before.contains(key) || this.letters.lockLast(key)).isPresent();
			if (!present.contains(letter.stored().id()) && isWanted) {
				added.add(letter);
				sequence.ifPresent(before::add);
			}
		}
		return added;
	}

	@Override
	public Optional<DeadLetter> find(UUID id) {
		return this.letters.find(id).map(LetterRow::current);
	}

	/**
	 * Returns the event of a letter, as the type that its stage takes. The type that the
	 * letter says is compared with that, and never loaded.
	 * @throws IllegalStateException if the event can't be read, or isn't of that type
	 */
	@Override
	public Optional<Object> event(UUID id) {
		return this.letters.payload(id).map(this.events::read);
	}

	@Override
	public List<DeadLetter> newestFirst(DeadLetterFilter filter, long before, int limit) {
		return current(this.letters.newestFirst(filter, before, limit));
	}

	@Override
	public List<DeadLetter> oldestFirst(DeadLetterFilter filter, long after, int limit) {
		return current(this.letters.oldestFirst(filter, after, limit));
	}

	private static List<DeadLetter> current(List<LetterRow> rows) {
		return rows.stream().map(LetterRow::current).toList();
	}

	@Override
	public Optional<DeadLetter> claim(UUID id, UUID claim, Duration time) {
		return change((changes) -> this.letters.lock(id)
			.filter((row) -> !row.isClaimedByOther(claim) && !this.letters.isBehindAnother(row.letter()))
			.map((row) -> {
				this.letters.claim(row, claim, time.toMillis());
				return row.letter();
			}));
	}

	@Override
	public boolean giveBack(DeadLetter letter, UUID claim) {
		return changeIf(letter.id(), (row) -> claim.equals(row.claimedBy()),
				(row) -> LetterRow.stored(letter.withPosition(row.letter().position())));
	}

	@Override
	public boolean remove(UUID id, UUID claim) {
		return changeIf(id, (row) -> claim.equals(row.claimedBy()), (row) -> null);
	}

	@Override
	public boolean remove(UUID id) {
		return changeIf(id, (row) -> !row.isClaimed(), (row) -> null);
	}

	@Override
	public boolean abandon(UUID id, String reason) {
		return changeIf(id, (row) -> !row.isClaimed(),
				(row) -> row.letter().withStatus(DeadLetter.Status.ABANDONED).withReason(LetterRow.text(reason)));
	}

	@Override
	public boolean explain(UUID id, String reason) {
		return changeIf(id, (row) -> !row.isClaimed() && row.letter().status() != DeadLetter.Status.ABANDONED,
				(row) -> row.letter().withReason(LetterRow.text(reason)));
	}

	/**
	 * Changes a letter if it is there and may be changed.
	 * @param change returns the letter as it is to be, {@code null} if it is to be gone
	 */
	private boolean changeIf(UUID id, Predicate<LetterRow> allowed, Function<LetterRow, @Nullable DeadLetter> change) {
		return change((changes) -> {
			LetterRow row = this.letters.lock(id).filter(allowed).orElse(null);
			if (row == null) {
				return false;
			}
			DeadLetter changed = change.apply(row);
			changes.remove(row.letter());
			if (changed != null) {
				changes.add(changed);
				this.letters.update(changed);
			}
			else {
				this.letters.delete(List.of(id));
			}
			return true;
		});
	}

	/**
	 * Changes letters in a transaction, which is tried again if another one was in its
	 * way.
	 */
	private <T> T change(Function<LetterChanges, T> change) {
		for (int attempt = 1;; attempt++) {
			try {
				LetterChanges changes = new LetterChanges();
				return this.held.changing(changes, () -> this.transactions.execute((status) -> {
					T result = change.apply(changes);
					this.counts.add(changes);
					return result;
				}));
			}
			catch (ConcurrencyFailureException | DuplicateKeyException ex) {
				if (attempt == ATTEMPTS) {
					throw ex;
				}
			}
		}
	}

	/**
	 * Returns whether any key of a stage has letters, as far as it is known; as with
	 * {@link #held}.
	 */
	@Override
	public boolean holds(String stage) {
		beginWithRefreshes();
		return this.held.ofStage(LetterRow.name(stage));
	}

	/**
	 * Returns how many letters an event of some key has to wait behind, as far as it is
	 * known: all that this instance has done, and what others had done at the last
	 * refresh. The first call begins with the refreshes.
	 */
	@Override
	public int held(String stage, String key) {
		beginWithRefreshes();
		return this.held.of(new LetterChanges.Sequence(LetterRow.name(stage), LetterRow.name(key)));
	}

	private void beginWithRefreshes() {
		if (!this.refreshing.get() && this.refreshing.compareAndSet(false, true)) {
			refreshIn(Duration.ZERO);
		}
	}

	private void refreshIn(Duration pause) {
		try {
			Future<?> unused = this.thread.schedule(this::refresh, pause.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			// The store closes, and nobody needs to know any more.
		}
	}

	private void refresh() {
		long begun = System.nanoTime();
		try {
			readHeld();
			this.refreshFailed = false;
		}
		catch (RuntimeException ex) {
			if (!this.refreshFailed) {
				this.refreshFailed = true;
				logger.log(Level.WARNING, "could not read which keys have dead letters; it is tried again", ex);
			}
		}
		Duration taken = Duration.ofNanos(System.nanoTime() - begun).multipliedBy(PAUSES);
		refreshIn((taken.compareTo(this.options.refresh()) > 0) ? taken : this.options.refresh());
	}

	private void readHeld() {
		long changes = this.counts.changes();
		if (changes != this.changesRead) {
			this.held.read(() -> this.letters.held(this.counts.stages()));
			this.changesRead = changes;
		}
	}

	@Override
	public DeadLetterCounts counts() {
		Map<LetterChanges.Group, Long> claimed = this.letters.claimed();
		List<DeadLetterCounts.Group> groups = new ArrayList<>();
		this.counts.read().forEach((group, letters) -> {
			long replaying = claimed.getOrDefault(group, 0L);
			addGroup(groups, group, group.status(), letters - replaying);
			addGroup(groups, group, DeadLetter.Status.REPLAYING, Math.min(replaying, letters));
		});
		return new DeadLetterCounts(groups, this.letters.oldest().map(Instant::ofEpochMilli).orElse(null));
	}

	private static void addGroup(List<DeadLetterCounts.Group> groups, LetterChanges.Group group,
			DeadLetter.Status status, long letters) {
		if (letters > 0) {
			String causeType = group.causeType().isEmpty() ? null : group.causeType();
			groups.add(new DeadLetterCounts.Group(group.stage(), causeType, status, letters));
		}
	}

	private void deleteExpiredLogged() {
		try {
			long deleted = deleteExpired();
			if (deleted > 0) {
				logger.log(Level.INFO, () -> "deleted %d dead letters that have failed more than %s ago"
					.formatted(deleted, this.options.retention()));
			}
		}
		catch (RuntimeException ex) {
			logger.log(Level.WARNING, "could not delete old dead letters; it is tried again", ex);
		}
	}

	/** Deletes what is older than the retention, some at a time. */
	long deleteExpired() {
		long deleted = 0;
		while (true) {
			List<UUID> expired = this.letters.expired(this.options.retention().toMillis(), MOST_EXPIRED);
			int gone = expired.isEmpty() ? 0 : delete(expired);
			deleted += gone;
			if (gone == 0) {
				return deleted;
			}
		}
	}

	private int delete(Collection<UUID> expired) {
		return change((changes) -> {
			List<UUID> free = new ArrayList<>();
			this.letters.lock(expired).values().stream().filter((row) -> !row.isClaimed()).forEach((row) -> {
				changes.remove(row.letter());
				free.add(row.letter().id());
			});
			if (!free.isEmpty()) {
				this.letters.delete(free);
			}
			return free.size();
		});
	}

	/**
	 * Ends the thread of the store. Letters that are being written are given some seconds
	 * for it; those that are not written then have failed.
	 */
	@Override
	public void close() {
		this.thread.shutdown();
		try {
			if (!this.thread.awaitTermination(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
				this.thread.shutdownNow();
			}
		}
		catch (InterruptedException ex) {
			this.thread.shutdownNow();
			Thread.currentThread().interrupt();
		}
		this.writer.close();
	}

}
