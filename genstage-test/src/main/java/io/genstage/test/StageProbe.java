package io.genstage.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.genstage.StageKind;
import io.genstage.StageListener;
import io.genstage.StageRef;
import io.genstage.Subscription;

/**
 * The events of one stage, over all its runs and instances: what it emits, or what it
 * handles if it is a consumer.
 */
final class StageProbe implements StageListener {

	private final String name;

	private final StageKind kind;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition seen = this.lock.newCondition();

	private final List<Object> events = new ArrayList<>();

	private final Set<StageRef> runs = ConcurrentHashMap.newKeySet();

	StageProbe(String name, StageKind kind) {
		this.name = name;
		this.kind = kind;
	}

	@Override
	public void onStart(StageRef stage) {
		this.runs.add(stage);
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
		this.runs.stream()
			.filter((run) -> run.status().isRunning())
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("stage '%s' doesn't run".formatted(this.name)))
			.emit(events);
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
