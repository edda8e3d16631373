package io.genstage;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The state and numbers of one stage. They are read while the stage goes on: each is
 * right for some moment, and they belong together exactly when the stage is at rest.
 * <p>
 * Then a consumer has handled or discarded all that it was sent; a producer-consumer has
 * done so or keeps it {@code queued}; and what a stage has emitted ({@code out}) was sent
 * on, is {@code buffered}, or was discarded.
 *
 * @param name the stage's name
 * @param kind its kind
 * @param exit why it stopped, or {@code null} while it runs
 * @param demandMode what it does with demand
 * @param in how many events it has handled
 * @param out how many events it has emitted
 * @param discarded how many events it has lost: no room in the buffer, stopped before
 * they were handled or handed on, or {@linkplain StageContext#discard given up} by the
 * stage itself
 * @param buffered how many emitted events wait for demand
 * @param queued how many received events wait to be handled (producer-consumers only)
 * @param backlog how many events wait inside the stage itself, see
 * {@link ProducerStage#backlog()}, {@link ProducerConsumerStage#backlog()} and
 * {@link ConsumerStage#backlog()}
 * @param producers its subscriptions
 * @param consumers the subscriptions to it
 */
public record StageStatus(String name, StageKind kind, @Nullable ExitReason exit, DemandMode demandMode, long in,
		long out, long discarded, long buffered, long queued, long backlog, List<SubscriptionStatus> producers,
		List<SubscriptionStatus> consumers) {

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

	/**
	 * Returns how many events this stage holds: those that it received and has not
	 * handled, those that it emitted and has not handed on, and its own backlog.
	 * @return the events that would be lost if it stopped now
	 */
	public long held() {
		return this.producers.stream().mapToLong(SubscriptionStatus::inFlight).sum() + this.buffered + this.backlog;
	}

}
