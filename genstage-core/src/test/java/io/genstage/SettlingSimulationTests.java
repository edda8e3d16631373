package io.genstage;

import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;

import io.genstage.settling.SettlingSimulation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * One outcome for each event, in random pipelines and random orders. One seed is run
 * again, with its story told, by {@code -Dgenstage.settling.seed=…}; more seeds than
 * usual are run by {@code -Dgenstage.settling.seeds=…}.
 */
class SettlingSimulationTests {

	private static final Logger logger = Logger.getLogger("io.genstage");

	/** Each of the two JDKs that the tests run on takes other seeds. */
	private static final long SEEDS = 800;

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
	void givesEachEventOneOutcome() {
		Long only = Long.getLong("genstage.settling.seed");
		if (only != null) {
			SettlingSimulation.trace(only).forEach(System.out::println);
			SettlingSimulation.run(only);
			return;
		}
		long seeds = Long.getLong("genstage.settling.seeds", SEEDS);
		LongStream.range(FIRST_SEED, FIRST_SEED + seeds)
			.parallel()
			.mapToObj(SettlingSimulationTests::failureOf)
			.flatMap(Optional::stream)
			.reduce((first, later) -> first)
			.ifPresent((failure) -> {
				throw failure;
			});
	}

	private static Optional<AssertionError> failureOf(long seed) {
		try {
			SettlingSimulation.run(seed);
			return Optional.empty();
		}
		catch (AssertionError ex) {
			return Optional.of(new AssertionError("""
					%s
					replay: mvn -pl genstage-core test -Dtest=SettlingSimulationTests -Dgenstage.settling.seed=%d"""
				.formatted(ex.getMessage(), seed), ex));
		}
	}

}
