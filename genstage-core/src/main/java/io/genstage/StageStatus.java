package io.genstage;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The state and numbers of one stage. They are read while the stage goes on: each is
 * right for some moment, and they belong together exactly when the stage is at rest.
 * <p>
 * Then each event that a stage was sent is in exactly one of these numbers: it was
 * handled ({@code in}), it was {@code discarded}, or it is held: {@code queued}, or in
 * the {@code backlog}. And each event that a stage has emitted ({@code out}) was sent on,
 * is {@code buffered}, or was {@code discarded}.
 *
 * @param name the stage's name
 * @param kind its kind
 * @param exit why it stopped, or {@code null} while it runs
 * @param demandMode what it does with demand
 * @param in how many events it has handled, to the end: their callback has returned,
 * their batch was handled, their task is done
 * @param out how many events it has emitted
 * @param discarded how many events it has lost: no room in the buffer, stopped before
 * they were handled or handed on, or {@linkplain StageContext#discard given up} by the
 * stage itself
 * @param buffered how many emitted events wait for demand
 * @param unserved how many of them wait for partitions that have no consumer
 * @param queued how many received events wait to be handled (producer-consumers only)
 * @param backlog how many events are unfinished inside the stage itself, such as those in
 * a batch or a task, see {@link ProducerStage#backlog()},
 * {@link ProducerConsumerStage#backlog()} and {@link ConsumerStage#backlog()}
 * @param held how many events it holds: those that were sent to it and are neither
 * handled nor discarded, those that it has emitted and not handed on, and its own
 * backlog; they would be lost if it stopped now, but for the backlog of a producer that
 * outlives a stop
 * @param producers its subscriptions, with those that have ended and whose events it has
 * not finished
 * @param consumers the subscriptions to it
 */
public record StageStatus(String name, StageKind kind, @Nullable ExitReason exit, DemandMode demandMode, long in,
		long out, long discarded, long buffered, long unserved, long queued, long backlog, long held,
		List<SubscriptionStatus> producers, List<SubscriptionStatus> consumers) {

	public StageStatus {
		producers = List.copyOf(producers);
		consumers = List.copyOf(consumers);
	}

	/**
	 * Returns whether the stage runs.
	 * @return {@code false} once it has stopped
	 */
	public boolean isRunning() {
		return this.exit == null;
	}

	/**
	 * Returns how many events its consumers still wait for.
	 * @return the sum over its consumers
	 */
	public long demand() {
		return this.consumers.stream().mapToLong(SubscriptionStatus::demand).sum();
	}

}
