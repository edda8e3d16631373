package io.genstage.test;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;

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
 */
public final class TestSystem implements AutoCloseable {

	private final Queue<Runnable> turns = new ConcurrentLinkedQueue<>();

	private final VirtualTime time = new VirtualTime();

	private final StageSystem stages = StageSystem.builder()
		.executor(this.turns::add)
		.scheduler(this.time)
		.closeTimeout(Duration.ZERO)
		.build();

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
