package io.genstage;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterStore;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.Verdict;
import io.genstage.failure.Aftermath.Ending;
import io.genstage.failure.Aftermath.Turn;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.RetryOrder;
import io.genstage.log.StageLog;
import org.jspecify.annotations.Nullable;

/**
 * Makes dead letters of events that one run of a stage has given up, and knows which
 * events have to wait behind letters.
 */
final class Burial {

	private static final System.Logger logger = StageLog.of(Burial.class);

	private static final Duration LOG_PAUSE = Duration.ofMinutes(1);

	private final InstantSource time = InstantSource.system();

	private final StageActor stage;

	private final @Nullable FailurePolicy policy;

	/** Where letters are that events may have to wait behind, if they have to. */
	private final @Nullable DeadLetterStore ordered;

	/** The name of the stage, of which this is a run of one instance. */
	private final String name;

	/**
	 * Letters that are not stored yet, which keep their identity when that is tried
	 * again.
	 */
	private final IdentityHashMap<Ending<?>, DeadLetter> letters = new IdentityHashMap<>(0);

	/** Those of all runs in the system. */
	private final LettersUnderWay underWay;

	private boolean waitReported;

	private long waitReportedAt;

	/** What the letters of events have in common that have failed together. */
	private final Map<Long, UUID> batches = new HashMap<>(0);

	Burial(StageActor stage, StageOptions options) {
		this.stage = stage;
		this.underWay = stage.lettersUnderWay();
		this.policy = options.failure();
		this.ordered = (this.policy != null && this.policy.ordersLetters()) ? this.policy.deadLetters() : null;
		String instance = stage.name();
		int number = instance.lastIndexOf('#');
		this.name = (number > 0) ? instance.substring(0, number) : instance;
	}

	/** Returns the name of the stage, without the number of the instance. */
	String stageName() {
		return this.name;
	}

	/** Returns whether events wait behind letters of their keys. */
	boolean ordersLetters() {
		return this.ordered != null;
	}

	/** Returns whether any event may have to wait behind a letter now. */
	boolean mayBeBehind() {
		try {
			return this.ordered != null && (!this.underWay.isEmpty() || this.ordered.holds(this.name));
		}
		catch (RuntimeException ex) {
			// It is asked about each event, which says so.
			return true;
		}
	}

	/** Returns whether an event may be handled. */
	Turn turn(Object event) {
		String key = (this.ordered != null) ? keyOf(event) : null;
		if (this.ordered == null || this.policy == null || key == null) {
			return Turn.FREE;
		}
		if (this.underWay.isOfAnother(this.name, key, this)) {
			return Turn.LATER;
		}
		try {
			int letters = this.ordered.held(this.name, key);
			if (letters < this.policy.maxPerKey()) {
				return (letters > 0) ? Turn.BEHIND : Turn.FREE;
			}
			reportWait(("there are %d dead letters of one key, behind which others wait: "
					+ "replay, drop or abandon some of them")
				.formatted(letters), null);
		}
		catch (RuntimeException ex) {
			reportWait("the store of dead letters doesn't say which keys have some", ex);
		}
		return Turn.LATER;
	}

	private void reportWait(String why, @Nullable Throwable failure) {
		long now = this.stage.nanoTime();
		if (!this.waitReported || now - this.waitReportedAt >= LOG_PAUSE.toNanos()) {
			this.waitReported = true;
			this.waitReportedAt = now;
			logger.log(Level.WARNING, () -> "stage '%s' waits, since %s".formatted(this.name, why), failure);
		}
	}

	/**
	 * Returns whether the source of an event may let go of it once its letter is stored.
	 */
	boolean isSafe() {
		DeadLetterStore store = (this.policy != null) ? this.policy.deadLetters() : null;
		return store != null && (store.isDurable() || store.handsOn());
	}

	/**
	 * Writes a letter, which is stored when the future completes.
	 * @param delivery that of the event, or null if no source waits for it
	 */
	CompletableFuture<?> bury(FailedEvent failed, Ending<?> ending, @Nullable Delivery<?> delivery) {
		DeadLetterStore store = (this.policy != null) ? this.policy.deadLetters() : null;
		if (store == null) {
			return CompletableFuture.failedFuture(
					new IllegalStateException("stage '%s' has no store of dead letters".formatted(this.name)));
		}
		try {
			DeadLetter letter = this.letters.computeIfAbsent(ending, (unknown) -> letter(failed, ending));
			Object kept = kept(failed, ending);
			return whileWritten(letter, () -> (delivery != null && store.handsOn())
					? handOn(store, letter, delivery.with(kept)) : store.append(letter, kept).toCompletableFuture());
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/**
	 * Writes the letter of an event that has to wait behind others of its key.
	 * @return whether it is stored; otherwise there are no others any more
	 */
	CompletableFuture<Boolean> follow(FailedEvent failed, Ending<?> ending) {
		if (this.ordered == null) {
			return CompletableFuture.completedFuture(false);
		}
		try {
			DeadLetter letter = this.letters.computeIfAbsent(ending, (unknown) -> letter(failed, ending));
			DeadLetterStore store = this.ordered;
			return whileWritten(letter,
					() -> store.appendBehind(letter, kept(failed, ending))
						.thenApply(Optional::isPresent)
						.toCompletableFuture());
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/** Lets other runs know of a letter with a key until it is written, or has failed. */
	private <T> CompletableFuture<T> whileWritten(DeadLetter letter, Supplier<CompletableFuture<T>> writing) {
		String key = (this.ordered != null) ? letter.key() : null;
		if (key == null) {
			return writing.get();
		}
		this.underWay.begin(this.name, key, this);
		try {
			return writing.get().whenComplete((written, failure) -> this.underWay.end(this.name, key, this));
		}
		catch (RuntimeException ex) {
			this.underWay.end(this.name, key, this);
			throw ex;
		}
	}

	/** The letter of an event is stored, or is not needed. */
	void buried(Ending<?> ending) {
		this.letters.remove(ending);
	}

	private static CompletableFuture<DeadLetter> handOn(DeadLetterStore store, DeadLetter letter,
			Delivery<?> delivery) {
		CompletableFuture<DeadLetter> stored;
		try {
			stored = store.append(letter, delivery).toCompletableFuture();
		}
		catch (RuntimeException ex) {
			stored = CompletableFuture.failedFuture(ex);
		}
		// What is not taken must not keep the event open.
		return stored.whenComplete((taken, failure) -> {
			if (failure != null) {
				delivery.settleNow(Verdict.accepted());
			}
		});
	}

	private static Object kept(FailedEvent failed, Ending<?> ending) {
		return (ending.letter() != null) ? ending.letter() : failed.event();
	}

	private DeadLetter letter(FailedEvent failed, Ending<?> ending) {
		Instant now = this.time.instant();
		Instant first = now.minus(Duration.ofNanos(Math.max(this.stage.nanoTime() - ending.firstFailed(), 0)));
		DeadLetter letter = DeadLetter.of(this.name, kept(failed, ending), now)
			.withFirstFailedAt(first)
			.withSource(failed.subscription().producer().name())
			.withReason(failed.reason())
			.withAttempts(failed.attempts());
		String key = keyOf(failed.event());
		UUID batch = (ending.batch() != 0) ? this.batches.computeIfAbsent(ending.batch(), (number) -> UUID.randomUUID())
				: null;
		letter = (batch != null) ? letter.withBatch(batch) : letter;
		letter = (ending.cause() != null) ? letter.withCause(ending.cause()) : letter;
		return (key != null) ? letter.withKey(key) : letter;
	}

	private @Nullable String keyOf(Object event) {
		RetryOrder order = (this.policy != null) ? this.policy.order() : RetryOrder.NONE;
		try {
			Object key = (order.key() != null) ? order.key().apply(event) : null;
			return (key != null) ? key.toString() : null;
		}
		catch (RuntimeException ex) {
			// Whoever needs the key reports it: the dispatcher, or the handler.
			return null;
		}
	}

}
