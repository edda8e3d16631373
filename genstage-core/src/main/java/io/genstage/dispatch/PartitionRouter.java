package io.genstage.dispatch;

import java.util.Objects;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Decides which partition an event belongs to. Called by the producing stage, in the
 * order of the events, once for each.
 * <p>
 * Source: the {@code hash} option of {@code GenStage.PartitionDispatcher}.
 *
 * @param <E> the type of the events
 */
@FunctionalInterface
public interface PartitionRouter<E> {

	/**
	 * Routes an event.
	 * @param event the event
	 * @return its partition, with the event to send there, or {@code null} to discard it,
	 * which gives its demand back. If it throws or names a partition that doesn't exist,
	 * this event is discarded in the same way, which is logged, without its data, and
	 * counted
	 */
	@Nullable Routed<E> route(E event);

	/**
	 * Creates a router that sends the events as they are.
	 * @param partition returns the name of the partition, or {@code null} to discard the
	 * event
	 * @param <E> the type of the events
	 * @return the router
	 */
	static <E> PartitionRouter<E> to(Function<? super E, ? extends @Nullable Object> partition) {
		Objects.requireNonNull(partition, "partition must not be null");
		return (event) -> {
			Object name = partition.apply(event);
			return (name != null) ? new Routed<>(name, event) : null;
		};
	}

	/**
	 * An event on its way to a partition.
	 *
	 * @param <E> the type of the events
	 * @param partition the name of the partition
	 * @param event the event to send, the routed one or another
	 */
	record Routed<E>(Object partition, E event) {

		public Routed {
			Objects.requireNonNull(partition, "the partition of a routed event must not be null");
		}

	}

}
