package io.genstage;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterStore;
import io.genstage.failure.Attempting.Ending;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.RetryOrder;
import org.jspecify.annotations.Nullable;

/**
 * Makes dead letters of events that one run of a stage has given up.
 */
final class Burial {

	private final InstantSource time = InstantSource.system();

	private final StageActor stage;

	private final @Nullable FailurePolicy policy;

	/**
	 * Letters that are not stored yet, which keep their identity when that is tried
	 * again.
	 */
	private final IdentityHashMap<Ending<?>, DeadLetter> letters = new IdentityHashMap<>(0);

	/** What the letters of events have in common that have failed together. */
	private final Map<Long, UUID> batches = new HashMap<>(0);

	Burial(StageActor stage, StageOptions options) {
		this.stage = stage;
		this.policy = options.failure();
	}

	/** Returns whether a letter is safe once it is stored. */
	boolean isDurable() {
		DeadLetterStore store = (this.policy != null) ? this.policy.deadLetters() : null;
		return store != null && store.isDurable();
	}

	/** Writes a letter, which is stored when the future completes. */
	CompletableFuture<?> bury(FailedEvent failed, Ending<?> ending) {
		DeadLetterStore store = (this.policy != null) ? this.policy.deadLetters() : null;
		if (store == null) {
			return CompletableFuture
				.failedFuture(new IllegalStateException("stage '%s' has no store of dead letters".formatted(name())));
		}
		try {
			DeadLetter letter = this.letters.computeIfAbsent(ending, (unknown) -> letter(failed, ending));
			return store.append(letter, failed.event()).toCompletableFuture();
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/** The letter of an event is stored. */
	void buried(Ending<?> ending) {
		this.letters.remove(ending);
	}

	private DeadLetter letter(FailedEvent failed, Ending<?> ending) {
		Instant now = this.time.instant();
		Instant first = now.minus(Duration.ofNanos(Math.max(this.stage.nanoTime() - ending.firstFailed(), 0)));
		DeadLetter letter = DeadLetter.of(name(), failed.event(), now)
			.withFirstFailedAt(first)
			.withSource(failed.subscription().producer().name())
			.withCause(failed.cause())
			.withReason(failed.reason())
			.withAttempts(failed.attempts());
		String key = keyOf(failed.event());
		UUID batch = (ending.batch() != 0) ? this.batches.computeIfAbsent(ending.batch(), (number) -> UUID.randomUUID())
				: null;
		letter = (batch != null) ? letter.withBatch(batch) : letter;
		return (key != null) ? letter.withKey(key) : letter;
	}

	private @Nullable String keyOf(Object event) {
		RetryOrder order = (this.policy != null) ? this.policy.order() : RetryOrder.NONE;
		Object key = (order.key() != null) ? order.key().apply(event) : null;
		return (key != null) ? key.toString() : null;
	}

	/** Returns the name of the stage, of which this is a run of one instance. */
	private String name() {
		String name = this.stage.name();
		int number = name.lastIndexOf('#');
		return (number > 0) ? name.substring(0, number) : name;
	}

}
