package io.genstage.test;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.Stage;
import io.genstage.StageKind;
import io.genstage.StageRef;
import io.genstage.StageStatus;

/**
 * The events of one stage, over all its runs and instances.
 */
final class StageProbe {

	private final String name;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition seen = this.lock.newCondition();

	private final List<Object> events = new ArrayList<>();

	private final Set<StageRef> runs = ConcurrentHashMap.newKeySet();

	/** Whether it is a consumer that may handle its events behind its callback. */
	private volatile boolean reportsHandled;

	StageProbe(String name) {
		this.name = name;
	}

	/** Returns a stage that does what the given one does, and notes its events here. */
	Stage tap(Stage stage) {
		Class<?> kind = switch (StageKind.of(stage)) {
			case PRODUCER -> ProducerStage.class;
			case PRODUCER_CONSUMER -> ProducerConsumerStage.class;
			case CONSUMER -> ConsumerStage.class;
		};
		this.reportsHandled = stage instanceof ConsumerStage<?> consumer && consumer.reportsHandled();
		return (Stage) Proxy.newProxyInstance(StageProbe.class.getClassLoader(), new Class<?>[] { kind },
				new Tap(stage, this));
	}

	/** Returns whether any callback may be the one that handles events. */
	boolean waitsForReports() {
		return this.reportsHandled;
	}

	void started(StageRef stage) {
		this.runs.add(stage);
	}

	void emit(List<Object> events) {
		StageRef stage = this.runs.stream()
			.filter((run) -> run.status().isRunning())
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("stage '%s' doesn't run".formatted(this.name)));
		if (!stage.status().kind().produces()) {
			throw new IllegalArgumentException("stage '%s' is a consumer, which emits nothing".formatted(this.name));
		}
		stage.tell(new Injection(events));
	}

	void note(List<?> events) {
		this.lock.lock();
		try {
			this.events.addAll(events);
			this.seen.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Lets those who wait look at the numbers of the stage again. */
	void look() {
		this.lock.lock();
		try {
			this.seen.signalAll();
		}
		finally {
			this.lock.unlock();
		}
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
			while (this.events.size() < count || handled() < count) {
				if (left <= 0) {
					throw new AssertionError("expected %d events of stage '%s' within %s, but there are %d%s: %s"
						.formatted(count, this.name, timeout, this.events.size(),
								this.reportsHandled ? ", of which %d are handled".formatted(handled()) : "",
								this.events));
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

	/** Returns how many of the noted events are handled. */
	private long handled() {
		return this.reportsHandled ? this.runs.stream().map(StageRef::status).mapToLong(StageStatus::in).sum()
				: this.events.size();
	}

	/**
	 * Events that a test emits in the name of a stage.
	 */
	record Injection(List<Object> events) {
	}

}
