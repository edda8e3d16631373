package io.genstage;

import java.time.Instant;
import java.util.List;

import io.genstage.account.StageTimes;
import org.jspecify.annotations.Nullable;

/**
 * The state and numbers of one stage. They are read while the stage goes on: each is
 * right for some moment, and they belong together exactly when the stage is at rest.
 * <p>
 * Then each event that a stage was sent is in exactly one of these numbers: it was
 * handled ({@code in}), it was {@code discarded}, or it is held: {@code queued}, or in
 * the {@code backlog}; but for those that were given back to a source that keeps them for
 * another attempt. And each event that a stage has emitted ({@code out}) was sent on, is
 * {@code buffered}, or was {@code discarded}.
 *
 * @param name the stage's name
 * @param kind its kind
 * @param exit why it stopped, or {@code null} while it runs
 * @param demandMode what it does with demand
 * @param counts how many events it has handled, emitted and lost
 * @param waiting how many events it holds, and where they wait
 * @param producers its subscriptions, with those that have ended and whose events it has
 * not finished
 * @param consumers the subscriptions to it
 * @param outage why it pauses, if it does since everything it does fails alike, or since
 * its source can't be reached; {@code null} if it doesn't
 * @param overdue what takes longer now than its {@link Watch} says
 * @param times what it has spent its time on, with what goes on now; {@code null} if it
 * keeps no {@linkplain StageOptions#withAccounts account} of that
 * @param arrivals how many events have come to a producer from outside, over all its
 * runs; {@code null} if that is {@linkplain ProducerStage#arrivals() not known}
 * @param progress how far a producer has {@linkplain ProducerStage#progress() come} in
 * its newest run with a source that may have an end; {@code null} if it doesn't say so
 */
public record StageStatus(String name, StageKind kind, @Nullable ExitReason exit, DemandMode demandMode,
		EventCounts counts, WaitingEvents waiting, List<SubscriptionStatus> producers,
		List<SubscriptionStatus> consumers, @Nullable Outage outage, List<Overdue> overdue, @Nullable StageTimes times,
		@Nullable Long arrivals, @Nullable SourceProgress progress) {

	public StageStatus {
		producers = List.copyOf(producers);
		consumers = List.copyOf(consumers);
		overdue = List.copyOf(overdue);
	}

	/**
	 * Creates the status of a stage that keeps no account of its times.
	 * @param name the stage's name
	 * @param kind its kind
	 * @param exit why it stopped, or {@code null} while it runs
	 * @param demandMode what it does with demand
	 * @param counts how many events it has handled, emitted and lost
	 * @param waiting how many events it holds, and where they wait
	 * @param producers its subscriptions
	 * @param consumers the subscriptions to it
	 * @param outage why it pauses, or {@code null}
	 * @param overdue what takes too long
	 */
	public StageStatus(String name, StageKind kind, @Nullable ExitReason exit, DemandMode demandMode,
			EventCounts counts, WaitingEvents waiting, List<SubscriptionStatus> producers,
			List<SubscriptionStatus> consumers, @Nullable Outage outage, List<Overdue> overdue) {
		this(name, kind, exit, demandMode, counts, waiting, producers, consumers, outage, overdue, null, null, null);
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
	 * Returns how many events it has handled, to the end.
	 * @return the {@linkplain EventCounts#in() count}
	 */
	public long in() {
		return this.counts.in();
	}

	/**
	 * Returns how many events it has emitted.
	 * @return the {@linkplain EventCounts#out() count}
	 */
	public long out() {
		return this.counts.out();
	}

	/**
	 * Returns how many events it has lost.
	 * @return the {@linkplain EventCounts#discarded() count}
	 */
	public long discarded() {
		return this.counts.discarded();
	}

	/**
	 * Returns how many emitted events wait for demand.
	 * @return the {@linkplain WaitingEvents#buffered() number}
	 */
	public long buffered() {
		return this.waiting.buffered();
	}

	/**
	 * Returns how many of the buffered events wait for partitions that have no consumer.
	 * @return the {@linkplain WaitingEvents#unserved() number}
	 */
	public long unserved() {
		return this.waiting.unserved();
	}

	/**
	 * Returns how many received events wait to be handled.
	 * @return the {@linkplain WaitingEvents#queued() number}
	 */
	public long queued() {
		return this.waiting.queued();
	}

	/**
	 * Returns how many events are unfinished inside the stage itself.
	 * @return the {@linkplain WaitingEvents#backlog() number}
	 */
	public long backlog() {
		return this.waiting.backlog();
	}

	/**
	 * Returns how many events it holds in all.
	 * @return the {@linkplain WaitingEvents#held() number}
	 */
	public long held() {
		return this.waiting.held();
	}

	/**
	 * Returns how many of the events that it holds are going to be handled again.
	 * @return the {@linkplain WaitingEvents#retrying() number}
	 */
	public long retrying() {
		return this.waiting.retrying();
	}

	/**
	 * A pause of a stage that tries from time to time whether it can go on.
	 *
	 * @param cause what had failed when the pause began
	 * @param since when it began
	 */
	public record Outage(Throwable cause, Instant since) {
	}

}
