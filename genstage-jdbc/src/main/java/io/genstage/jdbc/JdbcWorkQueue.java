package io.genstage.jdbc;

import java.io.Serial;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.sql.DataSource;

import io.genstage.ExitReason;
import io.genstage.ProducerStage;
import io.genstage.StageContext;
import io.genstage.StageRef;
import io.genstage.delivery.Acknowledger;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.HeldRetry;
import io.genstage.delivery.Settlement;
import io.genstage.delivery.SourceHint;
import io.genstage.demand.OwedDemand;
import io.genstage.jdbc.WorkTable.Claimed;
import io.genstage.log.StageLog;
import io.genstage.source.SourceUnavailableException;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * A queue in the table {@code genstage_work}, whose events are handled at least once, by
 * any number of instances. It is a producer, for the handling side, and takes events, for
 * the sending side; either may be another application.
 *
 * <pre>{@code
 * JdbcWorkQueue<Mail> mails = new JdbcWorkQueue<>(dataSource, "mails", Mail.class, codec, WorkQueueOptions.defaults());
 * mails.send(mail);
 * }</pre>
 *
 * As many rows are handed out as are asked for, the oldest first. No connection and no
 * transaction is held while their events are handled. Meanwhile a row is kept from
 * others, by a time that the database measures and that is extended while the event is in
 * hand; when the process dies the row is handed out again after this time. When its event
 * is settled, the row is deleted; when it has failed, it is handed out again, until its
 * attempts are used up: then it stays in the table with the status {@code DEAD}, as one
 * does whose payload can't be read. Settlements go to the table in groups. Each time a
 * row is handed out it gets another epoch, and what comes late for an older one changes
 * nothing.
 * <p>
 * When a stage begins to read a queue it looks whether the table is there and has all
 * columns, and doesn't start otherwise; whether it may be changed is looked at the first
 * claim.
 * <p>
 * When there is nothing to hand out, it looks again after 10 ms, and twice as long each
 * time after that, up to a second, and at once when this object has sent something. While
 * the database can't be reached, it tries as often, and keeps what was settled meanwhile.
 * <p>
 * Any thread may call {@code send}. How many events are in hand at once is bounded by
 * {@link io.genstage.StageOptions#withMaxUnsettled}.
 *
 * @param <E> the type of the events
 */
public final class JdbcWorkQueue<E> implements ProducerStage<E>, Acknowledger<JdbcWorkQueue<E>> {

	private static final System.Logger logger = StageLog.of(JdbcWorkQueue.class);

	private static final int MAX_CLAIM = 500;

	private static final int MAX_NAME = 100;

	private static final int MAX_KEY = 200;

	private static final int MAX_TYPE = 300;

	private static final int MAX_REASON = 1000;

	private static final Duration SHORTEST_PAUSE = Duration.ofMillis(10);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

	private static final int MOST_LISTED = 1000;

	private static final int MOST_COUNTED = 10_000;

	/** How long a drain waits for rows that are being handed out. */
	private static final Duration PATIENCE = Duration.ofSeconds(1);

	private final String name;

	private final Class<E> type;

	private final PayloadCodec codec;

	private final WorkQueueOptions options;

	private final WorkTable table;

	private final WorkInHand inHand;

	/** Of a stage that runs and may be waiting for rows; any thread wakes it. */
	private volatile @Nullable StageRef waiting;

	private final AtomicBoolean woken = new AtomicBoolean();

	/** Whether nothing is handed out any more; any thread looks at it. */
	private volatile boolean over = true;

	private @Nullable StageContext context;

	/** Of this run; the threads of an older one have another. */
	private Handover<ReadRow<E>> handover = new Handover<>();

	private final OwedDemand owed = new OwedDemand();

	private Duration pause = SHORTEST_PAUSE;

	private int claiming;

	private boolean pausing;

	private boolean retrying;

	private @Nullable Throwable failure;

	/**
	 * Creates a queue.
	 * @param dataSource has the table
	 * @param name the name of the queue, by which it is found from other applications
	 * too, of 1 to 100 characters
	 * @param type the type of the events, by whose name a row is recognized
	 * @param codec writes and reads events
	 * @param options how events are handed out
	 */
	public JdbcWorkQueue(DataSource dataSource, String name, Class<E> type, PayloadCodec codec,
			WorkQueueOptions options) {
		this.name = checkedLength("the name of a queue", name, MAX_NAME);
		this.type = Objects.requireNonNull(type, "type must not be null");
		this.codec = Objects.requireNonNull(codec, "codec must not be null");
		this.options = Objects.requireNonNull(options, "options must not be null");
		checkedLength("the name of a type", type.getName(), MAX_TYPE);
		this.table = new WorkTable(new JdbcAccess(dataSource), name, options);
		this.inHand = new WorkInHand(this.table, name);
	}

	private static String checkedLength(String what, String text, int max) {
		if (text.isBlank() || text.length() > max) {
			throw new IllegalArgumentException(
					"%s must have 1 to %d characters, but has %d".formatted(what, max, text.length()));
		}
		return text;
	}

	/**
	 * Sends an event without a key.
	 * @param event the event
	 * @see #send(Object, String)
	 */
	public void send(E event) {
		insert(event, null);
	}

	/**
	 * Sends an event: writes its row in the transaction of the caller, so that it is sent
	 * if that is committed, and only then; without a transaction, at once.
	 * @param event the event
	 * @param key the key, whose events are handed out in order if the options say so, of
	 * 1 to 200 characters
	 * @throws IllegalArgumentException if the key is too long
	 * @throws RuntimeException if the event can't be written by the codec
	 * @throws org.springframework.dao.DataAccessException if its row can't be written
	 * @throws org.springframework.transaction.TransactionException if there is no
	 * transaction and none can be begun or ended
	 */
	public void send(E event, String key) {
		insert(event, checkedLength("a key", key, MAX_KEY));
	}

	private void insert(E event, @Nullable String key) {
		Objects.requireNonNull(event, "event must not be null");
		this.table.insert(key, this.type.getName(), this.codec.contentType(), this.codec.write(event));
		if (TransactionSynchronizationManager.isSynchronizationActive()) {
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void afterCommit() {
					wake();
				}

			});
		}
		else {
			wake();
		}
	}

	private void wake() {
		StageRef stage = this.waiting;
		if (stage != null && this.woken.compareAndSet(false, true)) {
			stage.tell((Step<E>) JdbcWorkQueue::wokenUp);
		}
	}

	/**
	 * Returns how many events are in hand: handed out, and not settled in the table.
	 * @return their number
	 */
	public int inHand() {
		return this.inHand.size();
	}

	/**
	 * Returns how many settlements came when the row had been handed out again.
	 * @return their number, since this object was made
	 */
	public long lateSettlements() {
		return this.inHand.late();
	}

	/**
	 * Returns the name of the queue.
	 * @return the name
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Returns dead rows, of which nobody hands out the event again by itself, in the
	 * order in which they were sent.
	 * @param behind the {@linkplain DeadRow#id() number} of the last row that is known
	 * already, 0 for none
	 * @param max how many rows at most, from 1 to 1,000
	 * @return the rows, fewer if there are no more
	 * @throws SourceUnavailableException if the database can't be reached for now
	 * @throws IllegalStateException if the table can't be used
	 */
	public List<DeadRow> dead(long behind, int max) {
		if (max < 1 || max > MOST_LISTED) {
			throw new IllegalArgumentException("max must be from 1 to %d, was %d".formatted(MOST_LISTED, max));
		}
		return this.table.dead(behind, max);
	}

	/**
	 * Counts the dead rows of this queue, in the database.
	 * @return their number; 10,000 stands for 10,000 and more
	 * @throws SourceUnavailableException if the database can't be reached for now
	 * @throws IllegalStateException if the table can't be used
	 */
	public int countDead() {
		return this.table.countDead(MOST_COUNTED);
	}

	/**
	 * Lets the events of dead rows be handed out again, with all their attempts. One with
	 * a key has its old place in the order of its key.
	 * @param ids the {@linkplain DeadRow#id() numbers} of the rows
	 * @return how many of them were dead
	 * @throws SourceUnavailableException if the database can't be reached for now
	 * @throws IllegalStateException if the table can't be used
	 */
	public int retryDead(Collection<Long> ids) {
		int retried = this.table.retryDead(ids);
		wake();
		return retried;
	}

	/**
	 * Deletes dead rows, with their events.
	 * @param ids the {@linkplain DeadRow#id() numbers} of the rows
	 * @return how many of them were dead
	 * @throws SourceUnavailableException if the database can't be reached for now
	 * @throws IllegalStateException if the table can't be used
	 */
	public int removeDead(Collection<Long> ids) {
		return this.table.removeDead(ids);
	}

	/**
	 * Looks at the table, if the database can be reached. If it is locked, that takes up
	 * to 5 s.
	 * @throws UnusableTablesException if it can't be used, with all that is wrong
	 */
	@Override
	public void onStart(StageContext context) {
		checkTables();
		this.context = context;
		this.handover = new Handover<>();
		this.owed.clear();
		this.pause = SHORTEST_PAUSE;
		this.claiming = 0;
		this.pausing = false;
		this.retrying = false;
		this.failure = null;
		this.woken.set(false);
		this.over = false;
		this.waiting = context.self();
		extendLater();
	}

	private void checkTables() {
		try {
			this.table.checkColumns();
		}
		catch (SourceUnavailableException ex) {
			// The first claim looks again, and reports the outage.
			logger.log(Level.DEBUG, () -> "the tables of the queue '%s' are looked at later".formatted(this.name), ex);
		}
	}

	@Override
	public List<E> handleDemand(long demand) {
		this.owed.add(demand);
		claimOn();
		return List.of();
	}

	@Override
	public long withdrawDemand(long demand) {
		return this.owed.withdraw(Math.min(demand, this.owed.events() - this.claiming));
	}

	@Override
	@SuppressWarnings("unchecked") // messages to itself
	public List<E> onInfo(Object message) throws Exception {
		if (!(message instanceof Step)) {
			return ProducerStage.super.onInfo(message);
		}
		List<E> events = ((Step<E>) message).take(this);
		claimOn();
		return events;
	}

	private void claimOn() {
		int wanted = (int) Math.min(this.owed.events(), MAX_CLAIM);
		if (this.over || this.claiming > 0 || this.pausing || wanted == 0) {
			return;
		}
		this.claiming = wanted;
		claim(wanted);
	}

	private void claim(int wanted) {
		Handover<ReadRow<E>> handover = this.handover;
		beside(() -> {
			Claimed claimed = this.table.claim(wanted);
			List<ReadRow<E>> events = readable(claimed.rows());
			claimed.tired()
				.forEach((id) -> logger.log(Level.ERROR,
						() -> "row %d of the queue '%s' is dead: it was handed out too often, and was never settled"
							.formatted(id, this.name)));
			if (!handover.offer(events)) {
				release(events);
			}
			return (queue) -> queue.claimed(handover.take(), claimed.any());
		}, (queue) -> queue.claimAgain(wanted));
	}

	private List<E> claimAgain(int wanted) {
		if (this.over) {
			return completed();
		}
		claim(wanted);
		return List.of();
	}

	/** Reads events; those that can't be read are dead, and the others don't suffer. */
	private List<ReadRow<E>> readable(List<WorkRow> rows) {
		List<ReadRow<E>> events = new ArrayList<>();
		boolean anyDead = false;
		for (WorkRow row : rows) {
			try {
				events.add(new ReadRow<>(row.claim(), read(row)));
			}
			catch (RuntimeException ex) {
				// Its message may hold data of the event.
				this.inHand.add(new WorkResult.Dead(row.claim(),
						"its payload can't be read as %s: %s".formatted(this.type.getName(),
								(ex instanceof UnreadableException) ? ex.getMessage() : ex.getClass().getName())));
				anyDead = true;
			}
		}
		if (anyDead) {
			settleOrRetry();
		}
		return events;
	}

	private E read(WorkRow row) {
		if (!row.eventType().equals(this.type.getName())) {
			throw new UnreadableException("it is of " + row.eventType());
		}
		Object event = this.codec.read(row.payload(), row.contentType(), this.type);
		if (event == null) {
			throw new UnreadableException("it is nothing");
		}
		return this.type.cast(event);
	}

	@SuppressWarnings("unchecked") // a delivery stands for an event of this type
	private List<E> claimed(List<ReadRow<E>> events, boolean any) {
		this.claiming = 0;
		context().sourceUnavailable(null);
		if (this.over) {
			releaseBeside(events);
			return completed();
		}
		if (!any) {
			pause();
			return List.of();
		}
		this.pause = SHORTEST_PAUSE;
		events.forEach((event) -> this.inHand.add(event.claim()));
		List<Delivery<E>> deliveries = Delivery.ofAll(events.stream().map(ReadRow::event).toList(), this, this,
				events.stream().map(ReadRow::claim).toList());
		this.owed.meet(deliveries.size());
		return (List<E>) (List<?>) deliveries;
	}

	private void releaseBeside(List<ReadRow<E>> events) {
		if (!events.isEmpty()) {
			beside(() -> {
				release(events);
				return (queue) -> List.of();
			}, (queue) -> List.of());
		}
	}

	private void release(List<ReadRow<E>> events) {
		if (!events.isEmpty()) {
			this.table.release(events.stream().map(ReadRow::claim).toList());
		}
	}

	private void pause() {
		this.pausing = true;
		context().tellLater(nextPause(), (Step<E>) JdbcWorkQueue::pauseIsOver);
	}

	private Duration nextPause() {
		Duration next = this.pause;
		Duration doubled = next.multipliedBy(2);
		this.pause = (doubled.compareTo(LONGEST_PAUSE) < 0) ? doubled : LONGEST_PAUSE;
		return next;
	}

	private List<E> pauseIsOver() {
		this.pausing = false;
		return List.of();
	}

	/** Something was sent: the pause that goes on is one of those that follow. */
	private List<E> wokenUp() {
		this.woken.set(false);
		this.pausing = false;
		this.pause = SHORTEST_PAUSE;
		return List.of();
	}

	private void extendLater() {
		context().tellLater(this.options.visibility().dividedBy(3), (Step<E>) JdbcWorkQueue::extend);
	}

	private List<E> extend() {
		beside(() -> {
			this.inHand.extend();
			return (queue) -> queue.extended();
		}, JdbcWorkQueue::extend);
		return List.of();
	}

	private List<E> extended() {
		context().sourceUnavailable(null);
		if (!this.over) {
			extendLater();
		}
		return List.of();
	}

	@Override
	public boolean keepsRetries() {
		return true;
	}

	@Override
	public @Nullable HeldRetry heldRetry(@Nullable Object reference) {
		return (reference instanceof WorkClaim claim) ? HeldRetry.of(claim.note()) : null;
	}

	@Override
	public boolean honours(SourceHint.Action action) {
		return true;
	}

	/**
	 * Settles events in the table. Called by the engine.
	 */
	@Override
	public void settle(JdbcWorkQueue<E> group, List<Settlement> accepted, List<Settlement> failed) {
		accepted.forEach((settlement) -> this.inHand.add(new WorkResult.Done(claim(settlement))));
		failed.forEach((settlement) -> this.inHand.add(result(settlement)));
		settleOrRetry();
	}

	/**
	 * Keeps the results for later if the database is away, and somebody can try again.
	 */
	private void settleOrRetry() {
		try {
			this.inHand.settle();
			if (this.options.ordered()) {
				// Those behind the settled ones may be handed out now.
				wake();
			}
		}
		catch (SourceUnavailableException ex) {
			StageRef stage = this.waiting;
			if (this.over || stage == null) {
				throw ex;
			}
			stage.tell((Step<E>) (queue) -> queue.settleLater(ex));
		}
	}

	private List<E> settleLater(SourceUnavailableException cause) {
		context().sourceUnavailable(cause);
		if (!this.retrying) {
			this.retrying = true;
			context().tellLater(nextPause(), (Step<E>) JdbcWorkQueue::settleAgain);
		}
		return List.of();
	}

	private List<E> settleAgain() {
		beside(() -> {
			this.inHand.settle();
			return (queue) -> queue.settledAgain();
		}, JdbcWorkQueue::settleAgain);
		return List.of();
	}

	private List<E> settledAgain() {
		this.retrying = false;
		context().sourceUnavailable(null);
		return List.of();
	}

	private static WorkClaim claim(Settlement settlement) {
		return (WorkClaim) Objects.requireNonNull(settlement.reference());
	}

	private WorkResult result(Settlement settlement) {
		WorkClaim claim = claim(settlement);
		SourceHint hint = settlement.hint();
		String reason = reason(settlement);
		HeldRetry retry = settlement.retry();
		if (retry != null) {
			// Its stage goes on with it, so that it has not failed here.
			return new WorkResult.Later(claim, claim.attempts() - 1, delay(hint, Duration.ZERO), reason, retry.text());
		}
		if (hint != null && hint.action() == SourceHint.Action.DROP) {
			return new WorkResult.Dead(claim, "was dropped by its handler: " + reason);
		}
		if (this.over) {
			// It is given back by a stage that stops, which is no fault of the event.
			return new WorkResult.Later(claim, claim.attempts() - 1, delay(hint, Duration.ZERO), reason, claim.note());
		}
		if (claim.attempts() >= this.options.maxAttempts()) {
			return new WorkResult.Dead(claim, "has failed %d times: %s".formatted(claim.attempts(), reason));
		}
		return new WorkResult.Later(claim, claim.attempts(), delay(hint, this.options.retryAfter()), reason, null);
	}

	private static Duration delay(@Nullable SourceHint hint, Duration usual) {
		return (hint != null) ? hint.delay() : usual;
	}

	/** The message of a cause may hold data of the event. */
	private static String reason(Settlement settlement) {
		Throwable cause = settlement.cause();
		String reason = Objects.requireNonNullElse(settlement.reason(), "without a reason");
		String text = (cause != null) ? "%s (%s)".formatted(reason, cause.getClass().getName()) : reason;
		return (text.length() <= MAX_REASON / 2) ? text : text.substring(0, MAX_REASON / 2);
	}

	@Override
	public void onDrain(StageContext context) {
		this.over = true;
		this.waiting = null;
		extend();
		if (this.claiming == 0) {
			context.complete();
		}
		else {
			context.tellLater(PATIENCE, (Step<E>) JdbcWorkQueue::completed);
		}
	}

	private List<E> completed() {
		if (this.failure == null) {
			context().complete();
		}
		return List.of();
	}

	@Override
	public void onStop(ExitReason reason) {
		this.over = true;
		this.waiting = null;
		List<ReadRow<E>> untaken = this.handover.close();
		try {
			release(untaken);
		}
		catch (SourceUnavailableException ex) {
			logger.log(Level.DEBUG, () -> "%d rows of the queue '%s' are handed out again when their time is over"
				.formatted(untaken.size(), this.name), ex);
		}
	}

	/**
	 * Does something that may block, which has a step as its result.
	 * @param work what to do
	 * @param again the step that tries once more, after a pause, if the database is away
	 */
	private void beside(Callable<Step<E>> work, Step<E> again) {
		StageRef self = context().self();
		context().execute(context().executor(), () -> {
			Step<E> step;
			try {
				step = work.call();
			}
			catch (SourceUnavailableException ex) {
				step = (queue) -> queue.unavailable(ex, again);
			}
			catch (Throwable ex) {
				step = (queue) -> queue.failed(ex);
			}
			self.tell(step);
		});
	}

	private List<E> unavailable(SourceUnavailableException cause, Step<E> again) {
		context().sourceUnavailable(cause);
		if (this.over) {
			return completed();
		}
		context().tellLater(nextPause(), again);
		return List.of();
	}

	/** Fails when all that was handed out before has been handed on. */
	private List<E> failed(Throwable cause) {
		if (this.failure == null) {
			this.failure = cause;
			this.over = true;
			CompletionStage<?> unused = context().self().tellBehindEvents((Step<E>) (queue) -> {
				queue.context().fail(cause);
				return List.of();
			});
		}
		return List.of();
	}

	private StageContext context() {
		return Objects.requireNonNull(this.context, "not started");
	}

	/**
	 * A row whose event is not handed out any more.
	 *
	 * @param id its number, by which it can be tried again or removed
	 * @param key the key of the event, {@code null} if it has none
	 * @param eventType the name of the type of the event
	 * @param attempts how often it was handed out
	 * @param reason why it is dead, without the message of an exception
	 * @param sentAt when it was sent, by the clock of the database
	 */
	public record DeadRow(long id, @Nullable String key, String eventType, int attempts, String reason,
			Instant sentAt) {
	}

	/**
	 * The messages to itself.
	 */
	@FunctionalInterface
	private interface Step<E> {

		List<E> take(JdbcWorkQueue<E> queue);

	}

	/**
	 * A row that was handed out and can be handled.
	 *
	 * @param claim by what it is settled
	 * @param event its event
	 */
	private record ReadRow<E>(WorkClaim claim, E event) {
	}

	/**
	 * Says why a row can't be read, without data of it.
	 */
	private static final class UnreadableException extends RuntimeException {

		@Serial
		private static final long serialVersionUID = 1L;

		UnreadableException(String message) {
			super(message);
		}

	}

}
