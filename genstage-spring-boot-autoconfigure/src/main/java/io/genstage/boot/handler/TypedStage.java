package io.genstage.boot.handler;

import io.genstage.Stage;

import org.springframework.core.ResolvableType;

/**
 * A stage and what is known of its events.
 *
 * @param stage the stage
 * @param takes the type of the events that it takes, {@link ResolvableType#NONE} if it
 * takes none or any
 * @param emits the type of the events that it emits, {@link ResolvableType#NONE} if it
 * emits none or nobody knows
 */
public record TypedStage(Stage stage, ResolvableType takes, ResolvableType emits) {

	/** Returns another stage of the same events. */
	public TypedStage with(Stage other) {
		return new TypedStage(other, this.takes, this.emits);
	}

}
