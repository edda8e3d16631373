package io.genstage;

import java.util.logging.Level;
import java.util.logging.Logger;

import io.genstage.settling.SettlingSimulation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * One outcome for each event, in random pipelines and random orders. One seed is run
 * again, with its story printed, by {@code -Dgenstage.settling.seed=…}; more seeds than
 * usual are run by {@code -Dgenstage.settling.seeds=…}.
 */
class SettlingSimulationTests {

	private static final Logger logger = Logger.getLogger("io.genstage");

	private static final Seeds SEEDS = new Seeds("settling", SettlingSimulationTests.class, 800);

	@BeforeAll
	static void quieten() {
		logger.setLevel(Level.OFF);
	}

	@AfterAll
	static void resetLogger() {
		logger.setLevel(null);
	}

	@Test
	void givesEachEventOneOutcome() {
		SEEDS.run(SettlingSimulation::run, SettlingSimulation::trace);
	}

}
