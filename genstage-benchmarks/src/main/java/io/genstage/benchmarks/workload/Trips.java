package io.genstage.benchmarks.workload;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Sends one event at a time through a line, and takes the time from the call that hands
 * it to the first stage until the last stage has it.
 */
public final class Trips {

	private static final long PATIENCE_SECONDS = 60;

	/*
	 * Written by whoever sends, read by the last stage. The event that goes from the one
	 * to the other carries the changes along, as does the future on the way back.
	 */
	private Round round = new Round(0);

	private final int stages;

	private final Consumer<Long> line;

	/** Starts the line. */
	public Trips(Lines lines, int stages) throws Exception {
		this.stages = stages;
		this.line = lines.start(stages, this::arrive);
	}

	/** Sends events with idleness in front of each. */
	public Durations afterIdleness(Duration idleness, int events) throws Exception {
		long[] trips = new long[events];
		for (int event = 0; event < events; event++) {
			LockSupport.parkNanos(idleness.toNanos());
			trips[event] = send(1)[0];
		}
		return new Durations(trips);
	}

	/**
	 * Sends events one right behind the other: the last stage sends the next one, so that
	 * nobody else need be woken.
	 */
	public Durations atOnce(int events) throws Exception {
		return new Durations(send(events));
	}

	private long[] send(int events) throws Exception {
		Round all = new Round(events);
		this.round = all;
		sendNext(all);
		return all.done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
	}

	private void sendNext(Round all) {
		long event = all.arrived;
		all.sentAt = System.nanoTime();
		this.line.accept(event);
	}

	private void arrive(Long event) {
		long now = System.nanoTime();
		Round all = this.round;
		long expected = all.arrived + this.stages - 1L;
		if (event != expected) {
			all.done
				.completeExceptionally(new IllegalStateException("%d must arrive, was %d".formatted(expected, event)));
			return;
		}
		all.trips[all.arrived++] = now - all.sentAt;
		if (all.arrived == all.trips.length) {
			all.done.complete(all.trips);
		}
		else {
			sendNext(all);
		}
	}

	/**
	 * Events that are sent one behind the other.
	 */
	private static final class Round {

		private final CompletableFuture<long[]> done = new CompletableFuture<>();

		private final long[] trips;

		private int arrived;

		private long sentAt;

		Round(int events) {
			this.trips = new long[events];
		}

	}

}
