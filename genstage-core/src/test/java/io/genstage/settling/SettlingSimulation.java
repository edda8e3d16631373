package io.genstage.settling;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

import io.genstage.ExitReason;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.pipeline.Pipeline;
import io.genstage.simulation.SeededExecutor;

/**
 * One random pipeline in one random order, with handlers that fail, stages that crash and
 * a drain at the end: each event has one outcome, and each source hears of its own once.
 */
public final class SettlingSimulation {

	private static final int MOST_TURNS = 200_000;

	private static final int TURNS_BETWEEN_CHECKS = 64;

	private final Random random;

	private final SeededExecutor executor;

	private final Account account;

	private final StageSystem system;

	private final RandomPipeline graph;

	private final Pipeline pipeline;

	private SettlingSimulation(long seed, boolean tracing) {
		this.random = new Random(seed);
		this.executor = new SeededExecutor(this.random.nextLong());
		this.account = new Account(tracing);
		this.system = StageSystem.builder()
			.executor(this.executor)
			.scheduler(this.executor)
			.listener(this.account)
			.closeTimeout(Duration.ZERO)
			.build();
		this.graph = new RandomPipeline(this.executor, this.random, this.account);
		this.pipeline = new Pipeline(this.graph.build(), this.system);
		this.pipeline.graph()
			.stages()
			.forEach((stage) -> this.account.tell(stage.name(), "is", stage.options(), stage.producers()));
	}

	/** Runs the simulation of a seed and fails if a promise is broken. */
	public static void run(long seed) {
		try {
			new SettlingSimulation(seed, false).run();
		}
		catch (AssertionError | RuntimeException ex) {
			throw new AssertionError("seed %d: %s".formatted(seed, ex), ex);
		}
	}

	/** Returns what happens in the simulation of a seed until it ends or fails. */
	public static List<String> trace(long seed) {
		SettlingSimulation simulation = new SettlingSimulation(seed, true);
		try {
			simulation.run();
		}
		catch (AssertionError | RuntimeException ex) {
			simulation.account.tell("simulation", "failed,", ex);
		}
		return simulation.account.story();
	}

	private void run() {
		this.pipeline.start();
		for (int count = this.random.nextInt(10); count > 0; count--) {
			runSome(this.random.nextInt(120));
			makeTrouble();
		}
		runSome(this.random.nextInt(4000));
		if (this.random.nextInt(4) > 0) {
			this.account.tell("simulation", "drains");
			this.pipeline.drain(Duration.ofMillis(this.random.nextInt(120_000)));
			runToRest();
		}
		this.account.tell("simulation", "stops all");
		this.pipeline.drain(Duration.ZERO);
		runToRest();
		this.system.close();
		runToRest();
		this.account.checkEnd();
		this.account.throwIfBroken();
	}

	private void makeTrouble() {
		List<String> stages = this.graph.stages();
		String stage = stages.get(this.random.nextInt(stages.size()));
		this.account.tell("simulation", "troubles", stage);
		switch (this.random.nextInt(5)) {
			case 0 -> this.pipeline.restart(stage);
			case 1 -> this.pipeline.pause(stage).thenRun(() -> this.pipeline.resume(stage));
			case 2, 3 -> this.system.stages()
				.stream()
				.filter((running) -> running.name().startsWith(stage))
				.sorted(Comparator.comparing(StageRef::name))
				.findFirst()
				.ifPresent((running) -> running.stop(ExitReason.failure(new IllegalStateException("crash"))));
			default -> this.executor.advance(Duration.ofMillis(this.random.nextInt(5000)));
		}
	}

	private void runSome(int turns) {
		for (int turn = 0; turn < turns && this.executor.runOne(); turn++) {
			checkSometimes(turn);
		}
	}

	private void runToRest() {
		int turn = 0;
		while (this.executor.runOne()) {
			checkSometimes(turn);
			if (++turn > MOST_TURNS) {
				throw new AssertionError("no rest after %d turns".formatted(turn));
			}
		}
		this.account.throwIfBroken();
	}

	private void checkSometimes(int turn) {
		if (turn % TURNS_BETWEEN_CHECKS == 0) {
			this.account.throwIfBroken();
		}
	}

}
