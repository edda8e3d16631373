package io.genstage.boot;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterCounts;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.deadletter.DeadLetterStore;

/**
 * A durable store that has no letters, and may be away.
 */
public final class ElsewhereStore implements DeadLetterStore {

	private boolean away;

	private int counted;

	public void setAway(boolean away) {
		this.away = away;
	}

	/** Returns how often somebody has wanted to know the numbers. */
	public int counted() {
		return this.counted;
	}

	@Override
	public boolean isDurable() {
		return true;
	}

	@Override
	public CompletionStage<DeadLetter> append(DeadLetter letter, Object event) {
		return CompletableFuture.failedStage(new UnsupportedOperationException());
	}

	@Override
	public Optional<DeadLetter> find(UUID id) {
		return Optional.empty();
	}

	@Override
	public Optional<Object> event(UUID id) {
		return Optional.empty();
	}

	@Override
	public List<DeadLetter> newestFirst(DeadLetterFilter filter, long before, int limit) {
		return List.of();
	}

	@Override
	public List<DeadLetter> oldestFirst(DeadLetterFilter filter, long after, int limit) {
		return List.of();
	}

	@Override
	public Optional<DeadLetter> claim(UUID id, UUID claim, Duration time) {
		return Optional.empty();
	}

	@Override
	public boolean giveBack(DeadLetter letter, UUID claim) {
		return false;
	}

	@Override
	public boolean remove(UUID id, UUID claim) {
		return false;
	}

	@Override
	public boolean remove(UUID id) {
		return false;
	}

	@Override
	public boolean abandon(UUID id, String reason) {
		return false;
	}

	@Override
	public boolean explain(UUID id, String reason) {
		return false;
	}

	@Override
	public int held(String stage, String key) {
		return 0;
	}

	@Override
	public DeadLetterCounts counts() {
		this.counted++;
		if (this.away) {
			throw new IllegalStateException("away");
		}
		return new DeadLetterCounts(List.of(), null);
	}

}
