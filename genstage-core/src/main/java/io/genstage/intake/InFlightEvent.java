package io.genstage.intake;

import org.jspecify.annotations.Nullable;

/**
 * An event that a stage has begun to handle.
 *
 * @param <E> the type of the event
 */
public final class InFlightEvent<E> {

	private final InFlightIntake<E> intake;

	private final Inlet inlet;

	private final E event;

	private Runnable cancelling = () -> {
	};

	private @Nullable Finish finish;

	private boolean givenUp;

	InFlightEvent(InFlightIntake<E> intake, Inlet inlet, E event) {
		this.intake = intake;
		this.inlet = inlet;
		this.event = event;
	}

	E event() {
		return this.event;
	}

	Inlet inlet() {
		return this.inlet;
	}

	/** Sets what is to be done if nobody waits for the event any more. */
	public void onCancel(Runnable cancelling) {
		this.cancelling = cancelling;
	}

	/**
	 * The work for the event is over. Called in a turn of the stage.
	 * @param finish what is to be done for it when it is its turn
	 * @throws Exception what that, or what has become possible by it, has thrown
	 */
	public void complete(Finish finish) throws Exception {
		this.finish = finish;
		this.intake.completed(this);
	}

	/**
	 * The event has an outcome already, and only its place is still to be given back.
	 * @throws Exception what has become possible by it has thrown
	 */
	public void giveUp() throws Exception {
		this.givenUp = true;
		complete(() -> {
		});
	}

	boolean isGivenUp() {
		return this.givenUp;
	}

	/** Returns what is to be done for it, or null as long as it is worked on. */
	@Nullable Finish finish() {
		return this.finish;
	}

	void cancel() {
		if (this.finish == null) {
			this.cancelling.run();
		}
	}

	/**
	 * Counts an event as handled and emits its results, or fails the stage.
	 */
	@FunctionalInterface
	public interface Finish {

		void run() throws Exception;

	}

}
