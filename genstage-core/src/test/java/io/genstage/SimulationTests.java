package io.genstage;

import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;

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

	/** Each of the two JDKs that the tests run on takes a half of 200,000 seeds. */
	private static final long SEEDS = 100_000;

	private static final long FIRST_SEED = (Runtime.version().feature() == 17) ? 0 : SEEDS;

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
		long seeds = Long.getLong("genstage.simulation.seeds", SEEDS);
		// All of them, so that none still runs when the next test begins.
		LongStream.range(FIRST_SEED, FIRST_SEED + seeds)
			.parallel()
			.mapToObj(SimulationTests::failureOf)
			.flatMap(Optional::stream)
			.reduce((first, later) -> first)
			.ifPresent((failure) -> {
				throw failure;
			});
	}

	private static Optional<AssertionError> failureOf(long seed) {
		try {
			Simulation.run(seed);
			return Optional.empty();
		}
		catch (AssertionError ex) {
			return Optional.of(new AssertionError("""
					%s
					replay: mvn -pl genstage-core test -Dtest=SimulationTests -Dgenstage.simulation.seed=%d"""
				.formatted(ex.getMessage(), seed), ex));
		}
	}

}
