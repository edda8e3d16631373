package io.genstage.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Random;

import io.genstage.DemandMode;
import io.genstage.ExitReason;
import io.genstage.StageSystem;

/**
 * One random graph in one random order, troubled at random, then given what it needs to
 * get everything done, and stopped.
 */
public final class Simulation {

	private static final int MOST_TURNS = 20_000;

	private static final int TURNS_BETWEEN_CHECKS = 32;

	private final Random random;

	private final SeededExecutor executor;

	private final Ledger ledger;

	private final StageSystem system;

	private final RandomGraph graph;

	private final Calls calls = new Calls();

	private final Troubles troubles;

	private final Invariants invariants;

	private Simulation(long seed, boolean tracing) {
		this.random = new Random(seed);
		this.executor = new SeededExecutor(this.random.nextLong());
		this.ledger = new Ledger(tracing);
		this.system = StageSystem.builder()
			.executor(this.executor)
			.scheduler(this.executor)
			.listener(this.ledger)
			.closeTimeout(Duration.ZERO)
			.build();
		this.graph = new RandomGraph(this.system, this.random, this.ledger);
		this.troubles = new Troubles(this.graph, this.ledger, this.calls, this.random);
		this.invariants = new Invariants(this.graph, this.ledger, this.calls);
	}

	/** Runs the simulation of a seed and fails if an invariant is broken. */
	public static void run(long seed) {
		try {
			new Simulation(seed, false).run();
		}
		catch (AssertionError | RuntimeException ex) {
			throw new AssertionError("seed %d: %s".formatted(seed, ex), ex);
		}
	}

	/** Returns what happens in the simulation of a seed until it ends or fails. */
	public static List<String> trace(long seed) {
		Simulation simulation = new Simulation(seed, true);
		try {
			simulation.run();
		}
		catch (AssertionError | RuntimeException ex) {
			simulation.ledger.trace("simulation", "failed,", ex);
		}
		return simulation.ledger.trace();
	}

	private void run() {
		this.graph.build();
		for (int count = this.random.nextInt(16); count > 0; count--) {
			runSome(this.random.nextInt(40));
			this.troubles.makeOne();
		}
		runToRest();
		satisfyAll();
		runToRest();
		this.invariants.checkFlow();
		this.ledger.violations().throwIfAny();
		this.graph.stages().forEach((stage) -> stage.stop(ExitReason.SHUTDOWN));
		runToRest();
		this.invariants.checkEnd();
		this.ledger.violations().throwIfAny();
		this.system.close();
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
		this.invariants.checkRest();
		this.ledger.violations().throwIfAny();
	}

	private void checkSometimes(int turn) {
		if (turn % TURNS_BETWEEN_CHECKS == 0) {
			this.invariants.checkBounds();
		}
		this.ledger.violations().throwIfAny();
	}

	/** Sees to it that nothing but the engine can keep events from flowing. */
	private void satisfyAll() {
		this.ledger.trace("simulation", "satisfies", "all");
		this.graph.emitters().forEach(this.graph::satisfy);
		this.ledger.edges().stream().filter(Edge::isManual).forEach((edge) -> edge.askByHand(1_000_000));
		for (SimulatedProducer producer : this.graph.producers()) {
			producer.ref().demand(DemandMode.FORWARD);
			producer.ref().tell(new SimulatedProducer.Supply(20 + this.random.nextInt(20)));
		}
	}

}
