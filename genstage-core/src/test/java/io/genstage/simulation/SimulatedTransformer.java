package io.genstage.simulation;

import java.time.Duration;
import java.util.List;

import io.genstage.Caller;
import io.genstage.Cancellation;
import io.genstage.Peer;
import io.genstage.ProducerConsumerStage;
import io.genstage.StageContext;
import io.genstage.Subscription;

/**
 * A producer-consumer with its own habit of turning events into others.
 */
final class SimulatedTransformer extends SimulatedEmitter
		implements ProducerConsumerStage<SimulatedEvent, SimulatedEvent> {

	private final Habit habit;

	private long postponed;

	/** How many events it has emitted that no received event led to at once. */
	private long unasked;

	SimulatedTransformer(String name, Habit habit, Ledger ledger) {
		super(name, ledger);
		this.habit = habit;
	}

	@Override
	public List<SimulatedEvent> handleEvents(List<SimulatedEvent> events, Subscription from) {
		receive(events, from);
		long outputs = switch (this.habit) {
			case SAME -> events.size();
			case DOUBLE -> 2L * events.size();
			case FILTER -> events.stream().filter((event) -> event.number() % 3 == 0).count();
			case POSTPONE -> postpone(events.size());
		};
		infos().emitting(outputs);
		return emit(outputs);
	}

	private long postpone(int events) {
		if (this.postponed == 0) {
			context().tellLater(Duration.ofMillis(3), "emit");
		}
		this.postponed += events;
		return 0;
	}

	@Override
	public List<SimulatedEvent> onInfo(Object message) {
		if (understands(message)) {
			return List.of();
		}
		long due = this.postponed;
		this.postponed = 0;
		return emitUnasked(due);
	}

	@Override
	public List<SimulatedEvent> onCall(Object request, Caller caller) {
		crashIfWanted(Callback.CALL);
		List<SimulatedEvent> events = emitUnasked(Calls.eventsOf(request));
		Calls.answer(request, caller, context());
		return events;
	}

	@Override
	public List<SimulatedEvent> onDrain(StageContext context) {
		drain(context);
		return List.of();
	}

	@Override
	public List<SimulatedEvent> onCancel(Peer peer, Subscription subscription, Cancellation cancellation) {
		crashIfWanted(Callback.CANCEL);
		return List.of();
	}

	private List<SimulatedEvent> emitUnasked(long events) {
		this.unasked += events;
		return emit(events);
	}

	/** Returns whether it has emitted events that no received event led to at once. */
	boolean emitsUnasked() {
		return this.unasked > 0;
	}

	/**
	 * Returns how many events may wait in its buffer: what comes of one message, since it
	 * handles none while events wait, and what it emitted for other reasons.
	 */
	long mostBuffered(int largestMessage) {
		return 2L * largestMessage + this.unasked;
	}

	/**
	 * What a producer-consumer makes of events.
	 */
	enum Habit {

		/** One for each. */
		SAME,

		/** Two for each. */
		DOUBLE,

		/** One for some. */
		FILTER,

		/** One for each, later. */
		POSTPONE

	}

}
