package io.genstage.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Random;

import io.genstage.Caller;
import io.genstage.Cancellation;
import io.genstage.ProducerStage;
import io.genstage.StageContext;
import io.genstage.Subscription;

/**
 * A producer that has a limited number of events to give, and its own habit of giving
 * them.
 */
final class SimulatedProducer extends SimulatedEmitter implements ProducerStage<SimulatedEvent> {

	private final Habit habit;

	private final Random random;

	private long supply;

	private long owed;

	private boolean givingLater;

	SimulatedProducer(String name, Habit habit, long supply, Random random, Ledger ledger) {
		super(name, ledger);
		this.habit = habit;
		this.supply = supply;
		this.random = random;
	}

	@Override
	public List<SimulatedEvent> handleDemand(long demand) {
		crashIfWanted(Callback.DEMAND);
		ledger().trace(this, "demand", demand);
		long open = dispatcher().openDemand();
		violations().unless(demand > 0 && demand <= open,
				() -> "%s: a demand of %d, where %d events are wanted".formatted(name(), demand, open));
		this.owed += demand;
		return give();
	}

	@Override
	public List<SimulatedEvent> onInfo(Object message) {
		if (understands(message)) {
			return List.of();
		}
		if (message instanceof Supply more) {
			this.supply += more.events();
		}
		else if (message instanceof Burst burst) {
			return emit(burst.events());
		}
		else {
			this.givingLater = false;
		}
		return give();
	}

	@Override
	public List<SimulatedEvent> onCall(Object request, Caller caller) {
		crashIfWanted(Callback.CALL);
		List<SimulatedEvent> events = emit(Calls.eventsOf(request));
		Calls.answer(request, caller, context());
		return events;
	}

	@Override
	public void onDrain(StageContext context) {
		drain(context);
	}

	@Override
	public List<SimulatedEvent> onCancel(Subscription subscription, Cancellation cancellation) {
		crashIfWanted(Callback.CANCEL);
		return (this.habit == Habit.GENEROUS) ? emit(1) : List.of();
	}

	private List<SimulatedEvent> give() {
		long most = Math.min(this.owed, this.supply);
		long given = switch (this.habit) {
			case EXACT -> most;
			case TARDY -> (most > 0) ? this.random.nextLong(most + 1) : 0;
			case GENEROUS -> (most > 0) ? Math.min(most + this.random.nextInt(4), this.supply) : 0;
		};
		this.supply -= given;
		this.owed = Math.max(this.owed - given, 0);
		if (couldGive() && !this.givingLater) {
			this.givingLater = true;
			context().tellLater(Duration.ofMillis(this.random.nextInt(5)), "give");
		}
		return emit(given);
	}

	/** Returns whether it has something to give and has been asked for it. */
	boolean couldGive() {
		return this.owed > 0 && this.supply > 0;
	}

	long owed() {
		return this.owed;
	}

	long supply() {
		return this.supply;
	}

	/**
	 * How a producer answers demand.
	 */
	enum Habit {

		/** As many events as are wanted, at once. */
		EXACT,

		/** Fewer events, and the others later. */
		TARDY,

		/** Some more than wanted, and one whenever a consumer leaves. */
		GENEROUS

	}

	/**
	 * Tells a producer that it has more to give.
	 */
	record Supply(int events) {
	}

	/**
	 * Tells a producer to emit events that nobody asked it for.
	 */
	record Burst(int events) {
	}

}
