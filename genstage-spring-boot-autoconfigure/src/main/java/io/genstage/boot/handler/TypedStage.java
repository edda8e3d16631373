package io.genstage.boot.handler;

import io.genstage.Stage;

import org.springframework.core.ResolvableType;

/**
 * A stage and what is known of its events.
 *
 * @param stage the stage
 * @param takes the type of the events that it takes, {@link ResolvableType#NONE} if it
 * takes none or any
 * @param emits the type of the events or deliveries that it emits,
 * {@link ResolvableType#NONE} if it emits none or nobody knows
 * @param polled whether it is a producer that is asked again and again
 */
public record TypedStage(Stage stage, ResolvableType takes, ResolvableType emits, boolean polled) {

	/** Creates a stage that is not polled. */
	public TypedStage(Stage stage, ResolvableType takes, ResolvableType emits) {
		this(stage, takes, emits, false);
	}

	/**
	 * Returns the type of the events that it emits.
	 * @return the type, also of those that are emitted as deliveries
	 */
	@Override
	public ResolvableType emits() {
		return EventTypes.known(EventTypes.event(this.emits));
	}

	/** Returns whether its declared type says that it emits deliveries. */
	public boolean emitsDeliveries() {
		return EventTypes.isDelivery(this.emits);
	}

	/** Returns another stage of the same events. */
	public TypedStage with(Stage other) {
		return new TypedStage(other, this.takes, this.emits, this.polled);
	}

}
