package io.genstage.boot.observe;

import java.util.ArrayDeque;
import java.util.Deque;

import io.genstage.StageObserver;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * What surrounds a call of a handler, or the sending of an event.
 */
final class Surroundings implements StageObserver.Observed {

	/** Takes back what is set on the thread, the last of it first. */
	private final Deque<Runnable> set = new ArrayDeque<>(3);

	private final @Nullable Sent carried;

	private final @Nullable Observation observation;

	/**
	 * Creates surroundings in which nothing is set yet.
	 * @param carried what events carry that are sent or made there
	 * @param observation is stopped when it is over; null if nobody observes it
	 */
	Surroundings(@Nullable Sent carried, @Nullable Observation observation) {
		this.carried = carried;
		this.observation = observation;
	}

	/** Notes how something is taken back that is set on the thread now. */
	void add(Runnable takingBack) {
		this.set.push(takingBack);
	}

	@Override
	public @Nullable Object context() {
		return this.carried;
	}

	@Override
	public void leave() {
		RuntimeException failure = null;
		while (!this.set.isEmpty()) {
			try {
				this.set.pop().run();
			}
			catch (RuntimeException ex) {
				failure = ex;
			}
		}
		if (failure != null) {
			throw failure;
		}
	}

	@Override
	public void end(@Nullable Throwable failure) {
		if (this.observation == null) {
			return;
		}
		if (failure != null) {
			this.observation.error(failure);
		}
		if (this.observation.getContext() instanceof StageObservationContext context) {
			context.end();
		}
		this.observation.stop();
	}

}
