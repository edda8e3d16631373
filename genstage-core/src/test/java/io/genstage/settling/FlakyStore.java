package io.genstage.settling;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterCounts;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.deadletter.DeadLetterStore;
import io.genstage.simulation.SeededExecutor;
import org.jspecify.annotations.Nullable;

/**
 * A store that outlasts the process, sometimes takes its time, and sometimes fails.
 */
final class FlakyStore implements DeadLetterStore {

	private final SeededExecutor executor;

	private final Random random;

	private final boolean durable;

	/** The events whose letters there are, of each key. */
	private final Map<String, Deque<Item>> letters = new HashMap<>();

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
		return write((Item) event, letter, () -> Optional.of(letter)).thenApply(Optional::orElseThrow);
	}

	@Override
	public CompletionStage<Optional<DeadLetter>> appendBehind(DeadLetter letter, Object event) {
		return write((Item) event, letter, () -> has(letter.key()) ? Optional.of(letter) : Optional.empty());
	}

	private CompletionStage<Optional<DeadLetter>> write(Item item, DeadLetter letter,
			Supplier<Optional<DeadLetter>> wanted) {
		return switch (this.random.nextInt(5)) {
			case 0 -> {
				yield CompletableFuture.completedFuture(store(item, wanted.get()));
			}
			case 1 -> throw new IllegalStateException("the store is away");
			case 2 -> CompletableFuture.failedFuture(new IllegalStateException("the store has failed"));
			default -> later(item, wanted, this.random.nextInt(4) > 0);
		};
	}

	/** What a source has still is safe only in a store that outlasts the process. */
	private Optional<DeadLetter> store(Item item, Optional<DeadLetter> letter) {
		if (letter.isPresent() && (this.durable || item.roots().isEmpty())) {
			item.storeLetter();
		}
		letter.map(DeadLetter::key).ifPresent((key) -> keep(key, item));
		return letter;
	}

	/** Keeps a letter, which somebody drops some time later. */
	private void keep(String key, Item item) {
		this.letters.computeIfAbsent(key, (unknown) -> new ArrayDeque<>()).add(item);
		this.executor.schedule(Duration.ofMillis(this.random.nextInt(10_000)),
				() -> this.letters.computeIfPresent(key, (known, items) -> {
					items.remove();
					return items.isEmpty() ? null : items;
				}));
	}

	private boolean has(@Nullable String key) {
		return this.letters.containsKey(key);
	}

	/** Returns whether an event of the same key has a letter that was emitted before. */
	boolean hasBefore(Item item) {
		return this.letters.getOrDefault(String.valueOf(item.key()), new ArrayDeque<>())
			.stream()
			.anyMatch((other) -> other.sequence() < item.sequence());
	}

	private CompletionStage<Optional<DeadLetter>> later(Item item, Supplier<Optional<DeadLetter>> wanted,
			boolean succeeds) {
		CompletableFuture<Optional<DeadLetter>> written = new CompletableFuture<>();
		this.executor.schedule(Duration.ofMillis(this.random.nextInt(3000)), () -> {
			if (succeeds) {
				written.complete(store(item, wanted.get()));
			}
			else {
				written.completeExceptionally(new IllegalStateException("the store has failed late"));
			}
		});
		return written;
	}

	@Override
	public boolean holds(String stage) {
		return !this.letters.isEmpty();
	}

	@Override
	public int held(String stage, String key) {
		if (this.random.nextInt(20) == 0) {
			throw new IllegalStateException("the store doesn't know");
		}
		return this.letters.getOrDefault(key, new ArrayDeque<>()).size();
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
