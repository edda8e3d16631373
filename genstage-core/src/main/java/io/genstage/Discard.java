package io.genstage;

import java.util.List;

import io.genstage.buffer.EventList;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Events that a stage has lost for one reason, as its {@linkplain StageListener#onDiscard
 * listeners} get to know them.
 * <p>
 * The events are named wherever somebody still knows them. Only for those that a stage
 * had kept when it stopped, and had promised to {@linkplain ConsumerStage#reportsHandled
 * report} itself, or that a dispatcher of a user's own doesn't
 * {@linkplain io.genstage.dispatch.Dispatcher#takeHeld give back}, there is nothing but
 * their number.
 *
 * @param events the events in the order in which they came, empty if they aren't known;
 * nobody can change the list. They are data of the application: not for a log
 * @param count how many events are lost, at least 1; the size of {@code events} unless
 * that is empty
 * @param reason why, in words for people: without any data of the events
 * @param cause what was thrown, if the loss follows from that: when the stage, its
 * dispatcher or a function that was asked about the events has failed
 * @param subscription the subscription that they came by, or the one of the only consumer
 * that misses them; {@code null} if they belong to no single subscription
 */
public record Discard(List<?> events, int count, String reason, @Nullable Throwable cause,
		@Nullable Subscription subscription) {

	public Discard {
		events = EventList.copyOf(events);
		if (count < 1 || (!events.isEmpty() && events.size() != count)) {
			throw new IllegalArgumentException("count must be that of the %d events, or at least 1 without any, was %d"
				.formatted(events.size(), count));
		}
	}

	/** Names events, at least one, that belong to no single subscription. */
	static Discard of(List<?> events, String reason, @Nullable Throwable cause) {
		return new Discard(events, events.size(), reason, cause, null);
	}

	/** Names events, at least one, of a subscription. */
	static Discard of(Subscription subscription, List<?> events, String reason, @Nullable Throwable cause) {
		return new Discard(events, events.size(), reason, cause, subscription);
	}

	/** Counts events, at least one, that nobody knows. */
	static Discard unknown(int count, String reason, @Nullable Throwable cause) {
		return new Discard(List.of(), count, reason, cause, null);
	}

	/** Counts events, at least one, of a subscription that nobody knows. */
	static Discard unknown(Subscription subscription, int count, String reason, @Nullable Throwable cause) {
		return new Discard(List.of(), count, reason, cause, subscription);
	}

	/**
	 * Settles the events at their sources, as nobody is going to handle them.
	 * @return the loss of the events themselves
	 */
	Discard settled() {
		if (!EventList.hasDelivery(this.events)) {
			return this;
		}
		Verdict verdict = Verdict.failed(this.reason, this.cause);
		Delivery.settleAll(this.events, verdict);
		return new Discard(EventList.payloads(this.events), this.count, this.reason, this.cause, this.subscription);
	}

	/**
	 * Returns the number and the reason, without the events, which are not for a log.
	 */
	@Override
	public String toString() {
		return "%d events: %s".formatted(this.count, this.reason);
	}

}
