package io.genstage.demand;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

import org.jspecify.annotations.Nullable;

/**
 * What a producer collects while it accumulates: demand and emitted events, each as it
 * came. Two demands are never summed up, so that the producer meets them one by one.
 *
 * @param <E> the type of the events
 */
public final class DemandLog<E> {

	private final Queue<Entry<E>> entries = new ArrayDeque<>();

	private final Counter events = new Counter();

	public void addDemand(long demand) {
		this.entries.add(new Demand<>(demand));
	}

	public void addEmission(List<E> emitted) {
		this.entries.add(new Emission<>(emitted));
		this.events.add(emitted.size());
	}

	public void addAction(Runnable action) {
		this.entries.add(new Action<>(action));
	}

	/** Takes the oldest entry, or returns null if there is none. */
	public @Nullable Entry<E> poll() {
		Entry<E> oldest = this.entries.poll();
		if (oldest instanceof Emission<E> emission) {
			this.events.add(-emission.events().size());
		}
		return oldest;
	}

	/** Returns how many events are collected. */
	public long events() {
		return this.events.get();
	}

	/**
	 * Something collected.
	 *
	 * @param <E> the type of the events
	 */
	public sealed interface Entry<E> {

	}

	/**
	 * Demand that came.
	 */
	public record Demand<E>(long demand) implements Entry<E> {
	}

	/**
	 * Events that were emitted.
	 */
	public record Emission<E>(List<E> events) implements Entry<E> {
	}

	/**
	 * Something to do when all before it has been acted on.
	 */
	public record Action<E>(Runnable action) implements Entry<E> {
	}

}
