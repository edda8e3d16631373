package io.genstage;

import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/**
 * Runs a simulation with many seeds, or with one that is to be looked at.
 *
 * @param name what the simulation is called in the properties {@code genstage.NAME.seed},
 * of which the story is printed, and {@code genstage.NAME.seeds}, which is how many are
 * run
 * @param test the test that runs it
 * @param usual how many are run if nothing is said. Each of the two JDKs that the tests
 * run on takes others
 */
record Seeds(String name, Class<?> test, long usual) {

	void run(LongConsumer simulation, LongFunction<List<String>> story) {
		Long only = Long.getLong(property("seed"));
		if (only != null) {
			story.apply(only).forEach(System.out::println);
			simulation.accept(only);
			return;
		}
		long first = (Runtime.version().feature() == 17) ? 0 : this.usual;
		// All of them, so that none still runs when the next test begins.
		LongStream.range(first, first + Long.getLong(property("seeds"), this.usual))
			.parallel()
			.mapToObj((seed) -> failureOf(simulation, seed))
			.flatMap(Optional::stream)
			.reduce((earlier, later) -> earlier)
			.ifPresent((failure) -> {
				throw failure;
			});
	}

	private Optional<AssertionError> failureOf(LongConsumer simulation, long seed) {
		try {
			simulation.accept(seed);
			return Optional.empty();
		}
		catch (AssertionError ex) {
			return Optional.of(new AssertionError("""
					%s
					replay: mvn -pl genstage-core test -Dtest=%s -D%s=%d""".formatted(ex.getMessage(),
					this.test.getSimpleName(), property("seed"), seed), ex));
		}
	}

	private String property(String what) {
		return "genstage.%s.%s".formatted(this.name, what);
	}

}
