package io.genstage;

import java.util.logging.Level;
import java.util.logging.Logger;

import io.genstage.simulation.Simulation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The whole engine in random graphs and random orders. One seed is run again, with its
 * story printed, by {@code -Dgenstage.simulation.seed=…}; more seeds than usual are run
 * by {@code -Dgenstage.simulation.seeds=…}.
 */
class SimulationTests {

	private static final Logger logger = Logger.getLogger("io.genstage");

	private static final Seeds SEEDS = new Seeds("simulation", SimulationTests.class, 100_000);

	@BeforeAll
	static void quieten() {
		logger.setLevel(Level.OFF);
	}

	@AfterAll
	static void resetLogger() {
		logger.setLevel(null);
	}

	@Test
	void keepsItsPromisesInAnyOrderOfSteps() {
		SEEDS.run(Simulation::run, Simulation::trace);
	}

}
