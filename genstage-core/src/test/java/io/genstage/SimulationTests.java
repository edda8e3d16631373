package io.genstage;

import java.util.logging.Level;
import java.util.logging.Logger;

import io.genstage.simulation.Simulation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The whole engine in random graphs and random orders. One seed is run again, with its
 * story told, by {@code -Dgenstage.simulation.seed=…}; more seeds than usual are run by
 * {@code -Dgenstage.simulation.seeds=…}.
 */
class SimulationTests {

	private static final Logger logger = Logger.getLogger("io.genstage");

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
		Long only = Long.getLong("genstage.simulation.seed");
		if (only != null) {
			Simulation.trace(only).forEach(System.out::println);
			Simulation.run(only);
			return;
		}
		long seeds = Long.getLong("genstage.simulation.seeds", 20_000);
		for (long seed = 0; seed < seeds; seed++) {
			runOrTellHowToReplay(seed);
		}
	}

	private static void runOrTellHowToReplay(long seed) {
		try {
			Simulation.run(seed);
		}
		catch (AssertionError ex) {
			throw new AssertionError("""
					%s
					replay: mvn -pl genstage-core test -Dtest=SimulationTests -Dgenstage.simulation.seed=%d"""
				.formatted(ex.getMessage(), seed), ex);
		}
	}

}
