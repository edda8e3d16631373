package io.genstage.source;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterCounts;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.deadletter.DeadLetterStore;

/**
 * Hands dead letters on to stages, instead of keeping them: their events are put into a
 * queue, and whoever subscribes to that gets them as ordinary events.
 *
 * <pre>{@code
 * EventQueue<Order> unpaid = new EventQueue<>(100);
 * FailurePolicy policy = FailurePolicy.defaults().withDeadLetters(new DeadLetterQueue(unpaid));
 * }</pre>
 *
 * A letter is stored when the queue has taken its event. As long as the queue is full or
 * takes no events, the stage that has failed waits, as for any store. An event with a
 * settlement keeps it: its source hears when all is done behind the queue, and what.
 * There is nothing to be listed, and nothing to be replayed. The queue must not be one
 * that the failed stage gets events of, or they would go round for ever.
 */
public final class DeadLetterQueue implements DeadLetterStore {

	private final EventQueue<Object> queue;

	/**
	 * Creates the way into a queue.
	 * @param queue takes the events, which are of the type that the failed stage takes
	 */
	@SuppressWarnings("unchecked") // the caller knows what its stages take
	public DeadLetterQueue(EventQueue<?> queue) {
		this.queue = (EventQueue<Object>) Objects.requireNonNull(queue, "queue must not be null");
	}

	/**
	 * Returns the queue.
	 * @return what takes the events
	 */
	public EventQueue<?> queue() {
		return this.queue;
	}

	@Override
	public boolean isDurable() {
		return false;
	}

	@Override
	public boolean handsOn() {
		return true;
	}

	@Override
	public CompletionStage<DeadLetter> append(DeadLetter letter, Object event) {
		if (this.queue.offer(event)) {
			return CompletableFuture.completedStage(letter);
		}
		return CompletableFuture
			.failedStage(new IllegalStateException("the queue for dead letters is full, or takes no events"));
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
		return new DeadLetterCounts(List.of(), null);
	}

}
