package io.genstage.settling;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterCounts;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.deadletter.DeadLetterStore;
import io.genstage.simulation.SeededExecutor;

/**
 * A store that outlasts the process, sometimes takes its time, and sometimes fails.
 */
final class FlakyStore implements DeadLetterStore {

	private final SeededExecutor executor;

	private final Random random;

	private final boolean durable;

	FlakyStore(SeededExecutor executor, Random random, boolean durable) {
		this.executor = executor;
		this.random = random;
		this.durable = durable;
	}

	@Override
	public boolean isDurable() {
		return this.durable;
	}

	@Override
	public CompletionStage<DeadLetter> append(DeadLetter letter, Object event) {
		Item item = (Item) event;
		return switch (this.random.nextInt(5)) {
			case 0 -> {
				store(item);
				yield CompletableFuture.completedFuture(letter);
			}
			case 1 -> throw new IllegalStateException("the store is away");
			case 2 -> CompletableFuture.failedFuture(new IllegalStateException("the store has failed"));
			default -> later(item, letter, this.random.nextInt(4) > 0);
		};
	}

	/** What a source has still is safe only in a store that outlasts the process. */
	private void store(Item item) {
		if (this.durable || item.roots().isEmpty()) {
			item.storeLetter();
		}
	}

	private CompletionStage<DeadLetter> later(Item item, DeadLetter letter, boolean succeeds) {
		CompletableFuture<DeadLetter> written = new CompletableFuture<>();
		this.executor.schedule(Duration.ofMillis(this.random.nextInt(3000)), () -> {
			if (succeeds) {
				store(item);
				written.complete(letter);
			}
			else {
				written.completeExceptionally(new IllegalStateException("the store has failed late"));
			}
		});
		return written;
	}

	@Override
	public int held(String stage, String key) {
		return 0;
	}

	// Nobody looks at the letters.

	@Override
	public Optional<DeadLetter> find(UUID id) {
		throw new UnsupportedOperationException();
	}

	@Override
	public Optional<Object> event(UUID id) {
		throw new UnsupportedOperationException();
	}

	@Override
	public List<DeadLetter> newestFirst(DeadLetterFilter filter, long before, int limit) {
		throw new UnsupportedOperationException();
	}

	@Override
	public List<DeadLetter> oldestFirst(DeadLetterFilter filter, long after, int limit) {
		throw new UnsupportedOperationException();
	}

	@Override
	public Optional<DeadLetter> claim(UUID id, UUID claim, Duration time) {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean giveBack(DeadLetter letter, UUID claim) {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean remove(UUID id, UUID claim) {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean remove(UUID id) {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean abandon(UUID id, String reason) {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean explain(UUID id, String reason) {
		throw new UnsupportedOperationException();
	}

	@Override
	public DeadLetterCounts counts() {
		throw new UnsupportedOperationException();
	}

}
