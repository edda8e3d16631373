package io.genstage.simulation;

import java.time.Duration;
import java.util.List;

import io.genstage.ProducerConsumerStage;
import io.genstage.StageContext;
import io.genstage.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * A producer-consumer with its own habit of turning events into others.
 */
final class SimulatedTransformer extends SimulatedStage
		implements ProducerConsumerStage<SimulatedEvent, SimulatedEvent> {

	private final Habit habit;

	private @Nullable StageContext context;

	private long postponed;

	SimulatedTransformer(String name, Habit habit, Ledger ledger) {
		super(name, ledger);
		this.habit = habit;
	}

	@Override
	public void onStart(StageContext context) {
		this.context = context;
	}

	@Override
	public List<SimulatedEvent> handleEvents(List<SimulatedEvent> events, Subscription from) {
		receive(events, from);
		return emit(switch (this.habit) {
			case SAME -> events.size();
			case DOUBLE -> 2L * events.size();
			case FILTER -> events.stream().filter((event) -> event.number() % 3 == 0).count();
			case POSTPONE -> postpone(events.size());
		});
	}

	private long postpone(int events) {
		if (this.postponed == 0 && this.context != null) {
			this.context.tellLater(Duration.ofMillis(3), "emit");
		}
		this.postponed += events;
		return 0;
	}

	@Override
	public List<SimulatedEvent> onInfo(Object message) {
		crashIfWanted();
		long due = this.postponed;
		this.postponed = 0;
		return emit(due);
	}

	@Override
	public boolean onDiscard(int count) {
		return drop(count);
	}

	/** Returns whether its buffer can only hold what one message of events led to. */
	boolean isBounded() {
		return this.habit != Habit.POSTPONE;
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
