package io.genstage.boot;

import java.util.Optional;
import java.util.function.Supplier;

import io.genstage.Stage;
import io.genstage.boot.handler.TypedStage;
import io.genstage.boot.link.LinkEnd;
import io.genstage.boot.link.Links;

import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * Makes the stage of each run of each instance at an end of a link.
 *
 * @param end the end
 * @param keepsEvents whether what was sent is still there when the application has ended
 * @param takes the type of the events that the stage takes, {@link ResolvableType#NONE}
 * if it takes none or nobody says it
 * @param emits the type of those that it emits, likewise
 * @param stages makes the stage
 * @param links has the numbers of receivers
 */
record LinkSource(LinkEnd end, boolean keepsEvents, ResolvableType takes, ResolvableType emits,
		Supplier<? extends Stage> stages, Links links) implements Supplier<Stage> {

	@Override
	public Stage get() {
		return this.stages.get();
	}

	/** Returns of what each event is that the stage takes, if it is known. */
	Optional<Class<?>> taken() {
		return Optional.<Class<?>>ofNullable(this.takes.resolve()).map(ClassUtils::resolvePrimitiveIfNecessary);
	}

	/** Returns whether this is the stage that the engine delivers messages to. */
	boolean isReceiver() {
		return this.end.direction() == LinkEnd.Direction.RECEIVE && this.takes.equals(ResolvableType.NONE);
	}

	/** Returns whether what one of them sends is what the other one receives. */
	boolean isOtherEndOf(LinkSource other) {
		return this.end.direction() != other.end.direction() && this.end.type().equals(other.end.type())
				&& this.end.destination().equals(other.end.destination());
	}

	/** Returns a stage, with what is known of its events. */
	TypedStage typed() {
		return new TypedStage(get(), this.takes, this.emits);
	}

}
