package io.genstage.desk;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterCounts;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.deadletter.DeadLetterStore;

/**
 * Does what another store does, unless a test has something else in mind.
 */
class ForwardingStore implements DeadLetterStore {

	private final DeadLetterStore store;

	ForwardingStore(DeadLetterStore store) {
		this.store = store;
	}

	@Override
	public boolean isDurable() {
		return this.store.isDurable();
	}

	@Override
	public CompletionStage<DeadLetter> append(DeadLetter letter, Object event) {
		return this.store.append(letter, event);
	}

	@Override
	public Optional<DeadLetter> find(UUID id) {
		return this.store.find(id);
	}

	@Override
	public Optional<Object> event(UUID id) {
		return this.store.event(id);
	}

	@Override
	public List<DeadLetter> newestFirst(DeadLetterFilter filter, long before, int limit) {
		return this.store.newestFirst(filter, before, limit);
	}

	@Override
	public List<DeadLetter> oldestFirst(DeadLetterFilter filter, long after, int limit) {
		return this.store.oldestFirst(filter, after, limit);
	}

	@Override
	public Optional<DeadLetter> claim(UUID id, UUID claim, Duration time) {
		return this.store.claim(id, claim, time);
	}

	@Override
	public boolean giveBack(DeadLetter letter, UUID claim) {
		return this.store.giveBack(letter, claim);
	}

	@Override
	public boolean remove(UUID id, UUID claim) {
		return this.store.remove(id, claim);
	}

	@Override
	public boolean remove(UUID id) {
		return this.store.remove(id);
	}

	@Override
	public boolean abandon(UUID id, String reason) {
		return this.store.abandon(id, reason);
	}

	@Override
	public boolean explain(UUID id, String reason) {
		return this.store.explain(id, reason);
	}

	@Override
	public int held(String stage, String key) {
		return this.store.held(stage, key);
	}

	@Override
	public DeadLetterCounts counts() {
		return this.store.counts();
	}

}
