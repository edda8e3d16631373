package io.genstage.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.genstage.ExitReason;
import io.genstage.FaultInjector;
import io.genstage.StageKind;
import io.genstage.StageRef;
import io.genstage.Subscription;
import io.genstage.delivery.Acknowledger;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.Outcome;
import io.genstage.delivery.Settlement;
import io.genstage.source.DeliveryFailedException;
import org.jspecify.annotations.Nullable;

/**
 * The events of one stage, over all its runs and instances: what it emits, or what it
 * handles if it is a consumer.
 */
final class StageProbe implements FaultInjector {

	private static final Acknowledger<StageProbe> ACKNOWLEDGER = (probe, done, failed) -> {
		done.forEach(StageProbe::settle);
		failed.forEach(StageProbe::settle);
	};

	private final String name;

	private final StageKind kind;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition seen = this.lock.newCondition();

	private final List<Object> events = new ArrayList<>();

	private final Set<StageRef> runs = ConcurrentHashMap.newKeySet();

	/** How many calls of the handler are to fail. */
	private int faults;

	private @Nullable Exception fault;

	StageProbe(String name, StageKind kind) {
		this.name = name;
		this.kind = kind;
	}

	@Override
	public void onStart(StageRef stage) {
		this.runs.add(stage);
	}

	@Override
	public void onStop(StageRef stage, ExitReason reason) {
		this.runs.remove(stage);
	}

	@Override
	public void beforeHandling(StageRef stage, List<?> events) throws Exception {
		this.lock.lock();
		try {
			if (this.fault != null && this.faults > 0) {
				this.faults--;
				throw this.fault;
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void onEmit(StageRef stage, List<?> events) {
		note(events);
	}

	@Override
	public void onHandle(Subscription subscription, List<?> events) {
		if (!this.kind.produces()) {
			note(events);
		}
	}

	private void note(List<?> events) {
		this.lock.lock();
		try {
			this.events.addAll(events);
			this.seen.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	void emit(List<Object> events) {
		running().emit(events);
	}

	CompletableFuture<Outcome> deliver(Object event) {
		CompletableFuture<Outcome> settled = new CompletableFuture<>();
		running().emit(List.of(Delivery.of(event, ACKNOWLEDGER, this, settled)));
		return settled;
	}

	@SuppressWarnings("unchecked") // given with the delivery
	private static void settle(Settlement settlement) {
		CompletableFuture<Outcome> settled = (CompletableFuture<Outcome>) Objects
			.requireNonNull(settlement.reference());
		if (settlement.outcome().isDone()) {
			settled.complete(settlement.outcome());
		}
		else {
			settled.completeExceptionally(new DeliveryFailedException(settlement.reason(), settlement.cause()));
		}
	}

	private StageRef running() {
		return this.runs.stream()
			.filter((run) -> run.status().isRunning())
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("stage '%s' doesn't run".formatted(this.name)));
	}

	void failNext(int calls, Exception fault) {
		if (!this.kind.consumes()) {
			throw new IllegalArgumentException("stage '%s' is a producer, which handles nothing".formatted(this.name));
		}
		if (calls < 0) {
			throw new IllegalArgumentException("calls must be >= 0, was " + calls);
		}
		this.lock.lock();
		try {
			this.faults = calls;
			this.fault = fault;
		}
		finally {
			this.lock.unlock();
		}
	}

	void reset() {
		this.lock.lock();
		try {
			this.events.clear();
			this.faults = 0;
			this.fault = null;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Returns what completes when all runs have worked off what they were sent before.
	 */
	CompletionStage<?> reached() {
		return CompletableFuture.allOf(
				this.runs.stream().map((run) -> run.reached().toCompletableFuture()).toArray(CompletableFuture[]::new));
	}

	void flush() {
		this.runs.forEach(StageRef::flush);
	}

	List<Object> events() {
		this.lock.lock();
		try {
			return List.copyOf(this.events);
		}
		finally {
			this.lock.unlock();
		}
	}

	List<Object> await(int count, Duration timeout) {
		this.lock.lock();
		try {
			long left = timeout.toNanos();
			while (this.events.size() < count) {
				if (left <= 0) {
					throw new AssertionError("expected %d events of stage '%s' within %s, but there are %d: %s"
						.formatted(count, this.name, timeout, this.events.size(), this.events));
				}
				left = this.seen.awaitNanos(left);
			}
			return List.copyOf(this.events);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError("interrupted while waiting for stage '%s'".formatted(this.name), ex);
		}
		finally {
			this.lock.unlock();
		}
	}

}
