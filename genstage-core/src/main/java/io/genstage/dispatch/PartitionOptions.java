package io.genstage.dispatch;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.genstage.buffer.BufferKeep;
import io.genstage.buffer.EventBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Options of the partition dispatcher.
 *
 * @param <E> the type of the events
 * @param partitions the names of the partitions, at least one; by
 * {@linkplain #ofCount(int) count} they are the numbers from 0
 * @param router decides which partition an event belongs to
 * @param queueSize how many events to hold for one partition whose consumers can't take
 * them yet, {@link EventBuffer#UNLIMITED} (default) for no limit, 0 to hold none
 * @param queueKeep which events a full queue keeps (default {@link BufferKeep#LAST}); the
 * others are discarded and counted
 */
public record PartitionOptions<E>(Set<Object> partitions, PartitionRouter<E> router, int queueSize,
		BufferKeep queueKeep) {

	/**
	 * The most partitions that there may be.
	 */
	public static final int MAX_PARTITIONS = 100_000;

	public PartitionOptions {
		partitions.forEach((name) -> Objects.requireNonNull(name, "the name of a partition must not be null"));
		partitions = Collections.unmodifiableSet(different(partitions));
		if (partitions.isEmpty() || partitions.size() > MAX_PARTITIONS) {
			throw new IllegalArgumentException(
					"expected 1 to %d partitions, but got %d".formatted(MAX_PARTITIONS, partitions.size()));
		}
		if (queueSize < 0) {
			throw new IllegalArgumentException("queueSize must be >= 0, was " + queueSize);
		}
		Objects.requireNonNull(router, "router must not be null");
		Objects.requireNonNull(queueKeep, "queueKeep must not be null");
	}

	/** Also of arrays, which count by their content. */
	private static Set<Object> different(Collection<?> names) {
		Set<Object> found = new HashSet<>();
		return names.stream()
			.filter((name) -> found.add(Key.comparable(name)))
			.collect(Collectors.toCollection(LinkedHashSet::new));
	}

	/**
	 * Creates options for so many partitions, named from 0, to which events belong by
	 * their hash code, or by their content if they are arrays.
	 * @param count the number of partitions, from 1 to 100,000
	 * @param <E> the type of the events
	 * @return the options
	 */
	public static <E> PartitionOptions<E> ofCount(int count) {
		if (count < 1 || count > MAX_PARTITIONS) {
			throw new IllegalArgumentException(
					"expected 1 to %d partitions, but got %d".formatted(MAX_PARTITIONS, count));
		}
		Set<Object> numbers = IntStream.range(0, count).boxed().collect(Collectors.toCollection(LinkedHashSet::new));
		return new PartitionOptions<>(numbers, byKey(Function.identity(), count), EventBuffer.UNLIMITED,
				BufferKeep.LAST);
	}

	/**
	 * Creates options for so many partitions, named from 0, to which events belong by the
	 * hash code of their key. Events of one key are handled in order.
	 * @param count the number of partitions, from 1 to 100,000
	 * @param key returns the key of an event, {@code null} included; an array counts by
	 * its content, with the arrays in it. An event for which it throws is discarded,
	 * which is logged and counted
	 * @param <E> the type of the events
	 * @return the options
	 */
	public static <E> PartitionOptions<E> ofCount(int count, Function<? super E, ?> key) {
		PartitionOptions<E> options = ofCount(count);
		return options.withRouter(byKey(key, count));
	}

	/**
	 * Creates options for named partitions.
	 * @param names the names, at least one; an array counts by its content
	 * @param partition returns the name of the partition that an event belongs to, or
	 * {@code null} to discard the event without a word. An event for which it throws, or
	 * names none of the partitions, is discarded as well, which is logged and counted
	 * @param <E> the type of the events
	 * @return the options
	 */
	public static <E> PartitionOptions<E> ofNames(Collection<?> names,
			Function<? super E, ? extends @Nullable Object> partition) {
		return new PartitionOptions<>(new LinkedHashSet<>(names), PartitionRouter.to(partition), EventBuffer.UNLIMITED,
				BufferKeep.LAST);
	}

	private static <E> PartitionRouter<E> byKey(Function<? super E, ?> key, int count) {
		Objects.requireNonNull(key, "key must not be null");
		return PartitionRouter.to((event) -> Math.floorMod(spread(Key.hash(key.apply(event))), count));
	}

	/** Mixes the bits, since hash codes of neighbouring keys differ in few of them. */
	private static int spread(int hash) {
		int mixed = hash * 0x9E3779B9;
		return mixed ^ (mixed >>> 16);
	}

	/**
	 * Returns these options with another router.
	 * @param router decides which partition an event belongs to
	 * @return the changed options
	 */
	public PartitionOptions<E> withRouter(PartitionRouter<E> router) {
		return new PartitionOptions<>(this.partitions, router, this.queueSize, this.queueKeep);
	}

	/**
	 * Returns these options with a limit to what is held for one partition.
	 * @param queueSize at least 0
	 * @return the changed options
	 */
	public PartitionOptions<E> withQueueSize(int queueSize) {
		return new PartitionOptions<>(this.partitions, this.router, queueSize, this.queueKeep);
	}

	/**
	 * Returns these options with another rule for a full queue.
	 * @param queueKeep which events to keep
	 * @return the changed options
	 */
	public PartitionOptions<E> withQueueKeep(BufferKeep queueKeep) {
		return new PartitionOptions<>(this.partitions, this.router, this.queueSize, queueKeep);
	}

}
