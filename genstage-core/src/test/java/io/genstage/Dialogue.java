package io.genstage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

import io.genstage.thread.LastingTasks;

/**
 * One stage under test with probes around it, all on the thread of the test. Whatever is
 * said is answered when the call returns, unless a {@link ManualExecutor} runs the stage.
 */
final class Dialogue {

	private final Map<String, StageRef> running = new HashMap<>();

	private final Journal journal = new Journal();

	private final List<StageListener> listeners = new ArrayList<>();

	private final List<String> removed = new ArrayList<>();

	private final AtomicLong subscriptionIds = new AtomicLong();

	private final ManualScheduler scheduler;

	private final Executor executor;

	Dialogue() {
		this(Runnable::run);
	}

	Dialogue(Executor executor) {
		this.executor = executor;
		this.scheduler = new ManualScheduler(this.journal);
	}

	Journal journal() {
		return this.journal;
	}

	/** Adds a listener for the stages started from now on. */
	void listen(StageListener listener) {
		this.listeners.add(listener);
	}

	Probe probe(String name) {
		return new Probe(name, this.journal);
	}

	StageRef start(String name, Stage stage) {
		return start(name, stage, StageOptions.defaults());
	}

	StageRef start(String name, Stage stage, StageOptions options) {
		StageEnvironment environment = new StageEnvironment(this.executor, new LastingTasks(), this.scheduler,
				StageListeners.of(this.listeners), null, this.subscriptionIds::incrementAndGet, this.running::get,
				this::remove, new LettersUnderWay())
			.withListeners(options.listeners());
		StageActor actor = create(name, stage, options, environment);
		this.running.put(name, actor.self());
		try {
			actor.start();
		}
		catch (Exception ex) {
			throw new AssertionError(ex);
		}
		return actor.self();
	}

	private void remove(StageRef stage) {
		this.running.remove(stage.name());
		this.removed.add(stage.name());
	}

	/** Lets the time pass that the oldest timer waits for. */
	void runTimer() {
		this.scheduler.runTimer();
	}

	/** Lets time pass that nobody waits for. */
	void pass(Duration time) {
		this.scheduler.pass(time);
	}

	/** Returns how much time has passed. */
	Duration time() {
		return Duration.ofNanos(this.scheduler.nanoTime());
	}

	/** Returns how many timers wait for their time. */
	int timers() {
		return this.scheduler.waiting();
	}

	private static StageActor create(String name, Stage stage, StageOptions options, StageEnvironment environment) {
		if (stage instanceof ProducerStage<?> producer) {
			return new ProducerActor<>(name, producer, options, environment);
		}
		if (stage instanceof ConsumerStage<?> consumer) {
			return new ConsumerActor<>(name, consumer, options, environment);
		}
		return new ProducerConsumerActor<>(name, (ProducerConsumerStage<?, ?>) stage, options, environment);
	}

	/** Subscribes the stage under test to a producer. */
	static CompletableFuture<Subscription> subscribe(StageRef consumer, StageRef producer, int max, int min,
			CancelMode cancel) {
		return consumer.subscribeTo(producer, new SubscribeOptions(max, min, cancel)).toCompletableFuture();
	}

	static CompletableFuture<Subscription> subscribe(StageRef consumer, StageRef producer, int max, int min) {
		return subscribe(consumer, producer, max, min, CancelMode.PERMANENT);
	}

	/** Returns what has happened since the last call. */
	List<String> heard() {
		return this.journal.read();
	}

	/** Forgets what has happened so far. */
	void skip() {
		this.journal.read();
	}

	/** Returns the names of the stages that have stopped. */
	List<String> removed() {
		return this.removed;
	}

}
