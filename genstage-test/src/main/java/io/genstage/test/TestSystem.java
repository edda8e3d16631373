package io.genstage.test;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

import io.genstage.ExitReason;
import io.genstage.StageRef;
import io.genstage.StageSystem;

/**
 * A stage system without threads, clock and chance: its stages run when the test lets
 * them, on its thread, and their time passes when the test lets it.
 *
 * <pre>{@code
 * try (TestSystem test = new TestSystem()) {
 *     Pipeline pipeline = new Pipeline(graph, test.stages());
 *     pipeline.start();
 *     test.run();
 *     test.advance(Duration.ofSeconds(30));
 *     ...
 * }
 * }</pre>
 *
 * What a callback starts on other threads of its own is not waited for.
 *
 * @see #immediate()
 */
public final class TestSystem implements AutoCloseable {

	private final Queue<Runnable> turns = new ConcurrentLinkedQueue<>();

	private final VirtualTime time = new VirtualTime();

	private final boolean immediate;

	/** Whether a thread lets the stages run, if they do so at once. */
	private final AtomicBoolean running = new AtomicBoolean();

	private final StageSystem stages = StageSystem.builder()
		.executor(this::add)
		.scheduler(this.time)
		.closeTimeout(Duration.ZERO)
		.build();

	/**
	 * Creates a system whose stages run when the test lets them.
	 */
	public TestSystem() {
		this(false);
	}

	private TestSystem(boolean immediate) {
		this.immediate = immediate;
	}

	/**
	 * Creates a system whose stages run at once, on the thread that gives them something
	 * to do: when a call returns by which events come in, all that can be done now has
	 * been done. Only their time waits for the test. So an application that knows nothing
	 * of tests can have such a system, for instance as the bean of a Spring context.
	 * <p>
	 * One stage runs at a time, whatever the number of threads. A handler that waits for
	 * another thread holds them all up. An application that ends while events wait for
	 * time to pass, for instance for a rate, ends when it has waited for them in vain.
	 * @return a new system
	 */
	public static TestSystem immediate() {
		return new TestSystem(true);
	}

	private void add(Runnable turn) {
		this.turns.add(turn);
		if (this.immediate) {
			run();
		}
	}

	/**
	 * Returns the system to start stages and pipelines in.
	 * @return the system, closed with this one
	 */
	public StageSystem stages() {
		return this.stages;
	}

	/**
	 * Lets the stages do all that they can do now. Doesn't return while they find
	 * something to do, as a producer without an end does for a consumer without one.
	 */
	public void run() {
		if (!this.immediate) {
			runTurns();
			return;
		}
		// Looked at again: whoever adds a turn meanwhile leaves it to this thread.
		while (!this.turns.isEmpty() && this.running.compareAndSet(false, true)) {
			try {
				runTurns();
			}
			finally {
				this.running.set(false);
			}
		}
	}

	private void runTurns() {
		for (Runnable turn = this.turns.poll(); turn != null; turn = this.turns.poll()) {
			turn.run();
		}
	}

	/**
	 * Lets time pass: what was scheduled within it happens in its order, and after each
	 * of these moments the stages do all that they can do.
	 * @param time how much time, not negative
	 * @throws IllegalArgumentException if it is negative
	 */
	public void advance(Duration time) {
		if (time.isNegative()) {
			throw new IllegalArgumentException("time can't go back, but was to pass by " + time);
		}
		run();
		this.time.advance(time, this::run);
	}

	/**
	 * Stops all stages with {@link ExitReason#SHUTDOWN}.
	 */
	@Override
	public void close() {
		for (StageRef stage : this.stages.stages()) {
			CompletionStage<ExitReason> unused = stage.stop(ExitReason.SHUTDOWN);
		}
		run();
		this.stages.close();
	}

}
