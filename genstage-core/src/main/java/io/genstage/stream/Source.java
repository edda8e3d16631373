package io.genstage.stream;

import java.util.Optional;
import java.util.function.Supplier;

import io.genstage.CancelMode;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;

/**
 * A producer to stream from, as the user named it.
 *
 * @param name the name of the producer
 * @param lookup finds it
 * @param options the demand and the cancel mode
 */
record Source(String name, Supplier<Optional<StageRef>> lookup, SubscribeOptions options) {

	Source {
		if (options.manual()) {
			throw new IllegalArgumentException(
					"can't stream from stage '%s' with manual demand: a stream asks when it is read".formatted(name));
		}
	}

	static Source of(StageRef producer, SubscribeOptions options) {
		return new Source(producer.name(), () -> Optional.of(producer), options);
	}

	static Source named(String producer, StageSystem system, SubscribeOptions options) {
		return new Source(producer, () -> system.find(producer), options);
	}

	/**
	 * Finds the producer, if there is one.
	 * @throws IllegalArgumentException if there is only a stage that produces nothing
	 */
	Optional<StageRef> find() {
		Optional<StageRef> found = this.lookup.get();
		found.ifPresent((stage) -> {
			if (!stage.status().kind().produces()) {
				throw new IllegalArgumentException(
						"can't stream from stage '%s': it is a %s".formatted(this.name, stage.status().kind()));
			}
		});
		return found;
	}

	CancelMode cancel() {
		return this.options.cancel();
	}

}
