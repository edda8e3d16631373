package io.genstage.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

import io.genstage.CancelMode;
import io.genstage.DemandMode;
import io.genstage.ExitReason;
import io.genstage.StageSystem;
import io.genstage.dispatch.DispatcherFactory;

/**
 * One random graph in one random order, troubled at random, then given what it needs to
 * get everything done, and stopped.
 */
public final class Simulation {

	private static final int MOST_TURNS = 20_000;

	private static final int TURNS_BETWEEN_CHECKS = 16;

	private final Random random;

	private final SeededExecutor executor;

	private final Ledger ledger;

	private final StageSystem system;

	private final RandomGraph graph;

	private final Invariants invariants;

	private Simulation(long seed, UnaryOperator<DispatcherFactory<SimulatedEvent>> flaw, boolean tracing) {
		this.random = new Random(seed);
		this.executor = new SeededExecutor(this.random.nextLong());
		this.ledger = new Ledger(tracing);
		this.system = StageSystem.builder()
			.executor(this.executor)
			.scheduler(this.executor)
			.listener(this.ledger)
			.closeTimeout(Duration.ZERO)
			.build();
		this.graph = new RandomGraph(this.system, this.random, this.ledger, flaw);
		this.invariants = new Invariants(this.graph, this.ledger);
	}

	/** Runs the simulation of a seed and fails if an invariant is broken. */
	public static void run(long seed) {
		run(seed, UnaryOperator.identity());
	}

	/** Runs the simulation of a seed with something wrong with every dispatcher. */
	static void run(long seed, UnaryOperator<DispatcherFactory<SimulatedEvent>> flaw) {
		try {
			new Simulation(seed, flaw, false).run();
		}
		catch (AssertionError | RuntimeException ex) {
			throw new AssertionError("seed %d: %s".formatted(seed, ex.getMessage()), ex);
		}
	}

	/** Returns what happens in the simulation of a seed until it ends or fails. */
	public static List<String> trace(long seed) {
		Simulation simulation = new Simulation(seed, UnaryOperator.identity(), true);
		try {
			simulation.run();
		}
		catch (AssertionError | RuntimeException ex) {
			simulation.ledger.trace("failed", ex.getMessage());
		}
		return simulation.ledger.trace();
	}

	private void run() {
		this.graph.build();
		for (int troubles = this.random.nextInt(12); troubles > 0; troubles--) {
			runSome(this.random.nextInt(40));
			makeTrouble();
		}
		runToRest();
		this.invariants.checkRest();
		satisfyAll();
		runToRest();
		this.invariants.checkRest();
		this.invariants.checkFlow();
		this.ledger.violations().throwIfAny();
		this.graph.stages().forEach((stage) -> stage.stop(ExitReason.SHUTDOWN));
		runToRest();
		this.invariants.checkRest();
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
	}

	private void checkSometimes(int turn) {
		if (turn % TURNS_BETWEEN_CHECKS == 0) {
			this.invariants.checkBounds();
		}
		this.ledger.violations().throwIfAny();
	}

	private void makeTrouble() {
		int kind = this.random.nextInt(12);
		this.ledger.trace("trouble", kind);
		switch (kind) {
			case 0 -> this.graph.subscribe(this.graph.startConsumer(), any(this.graph.emitters()));
			case 1 -> this.graph.subscribe(any(this.graph.receivers()), any(this.graph.producers()));
			case 2, 3 -> cancel();
			case 4 -> any(this.graph.receivers()).crashNext();
			case 5 -> any(this.graph.receivers()).stop(ExitReason.SHUTDOWN);
			case 6 -> {
				if (this.random.nextInt(3) == 0) {
					any(this.graph.producers()).crashNext();
				}
			}
			case 7 -> {
				if (this.random.nextInt(3) == 0) {
					any(this.graph.emitters()).drain();
				}
			}
			case 8, 9 -> any(this.graph.producers()).ref().demand(any(List.of(DemandMode.values())));
			case 10 -> any(this.graph.producers()).ref().tell(new SimulatedProducer.Burst(this.random.nextInt(10)));
			case 11 -> any(this.graph.producers()).ref().tell(new SimulatedProducer.Supply(this.random.nextInt(50)));
			default -> throw new IllegalStateException();
		}
	}

	private void cancel() {
		List<Edge> edges = List.copyOf(this.ledger.edges());
		if (!edges.isEmpty()) {
			any(edges).subscription().cancel(anyReason());
		}
	}

	/** Sees to it that nothing but the engine can keep events from flowing. */
	private void satisfyAll() {
		this.ledger.trace("satisfy", "all");
		for (SimulatedStage emitter : this.graph.emitters()) {
			this.graph.subscribe(this.graph.startConsumer(), emitter, CancelMode.TEMPORARY);
		}
		for (SimulatedProducer producer : this.graph.producers()) {
			producer.ref().demand(DemandMode.FORWARD);
			producer.ref().tell(new SimulatedProducer.Supply(20 + this.random.nextInt(20)));
		}
	}

	private ExitReason anyReason() {
		return any(List.of(ExitReason.NORMAL, ExitReason.SHUTDOWN, ExitReason.of("enough")));
	}

	private <T> T any(List<T> values) {
		return values.get(this.random.nextInt(values.size()));
	}

}
