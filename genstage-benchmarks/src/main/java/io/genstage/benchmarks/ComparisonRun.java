package io.genstage.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import io.genstage.benchmarks.report.MedianRatio;
import io.genstage.benchmarks.workload.Workload;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs {@link ThroughputBenchmark} in many short JVMs in turn, with plain events, with
 * acknowledged ones, and with plain ones of an earlier build, and prints the ratios of
 * their rates with their intervals. JMH alone would run all JVMs of one kind first, and
 * compare what a machine did at different times.
 */
public final class ComparisonRun {

	/** The system property that names the {@code benchmarks.jar} of the earlier build. */
	static final String BEFORE = "before";

	/**
	 * The system property that names two processors, such as {@code 0,1}, to which the
	 * JVMs of this and of the earlier build are pinned at the same time.
	 */
	static final String PINNED = "pinned";

	private static final int ROUNDS = 10;

	private static final List<Workload> WORKLOADS = List.of(Workload.PIPE, Workload.CHAIN, Workload.FANOUT,
			Workload.BROADCAST, Workload.PARTITION);

	private ComparisonRun() {
	}

	/**
	 * Runs rounds, in each of which each side has a JVM for each workload.
	 * @param arguments options of JMH: {@code -f} is how many rounds there are, 10 if not
	 * given; {@code -wi} and {@code -i} are 3 and 4 iterations of {@code -w} and
	 * {@code -r} 500 ms; {@code -p workload=} is W1 to W5. With pinned JVMs, of plain
	 * events only, {@code -wi} and {@code -i} are 8 iterations of a second
	 * @throws RunnerException if a benchmark fails
	 * @throws CommandLineOptionException if JMH doesn't know an option
	 */
	public static void main(String[] arguments) throws RunnerException, CommandLineOptionException {
		Options given = new CommandLineOptions(arguments);
		String before = System.getProperty(BEFORE);
		String pinned = System.getProperty(PINNED);
		// Which is what all this is for.
		((pinned != null) ? runPinned(given, before, pinned) : run(given, before)).forEach(System.out::println);
	}

	static List<String> runPinned(Options given, @Nullable String before, String processors) {
		if (before == null) {
			throw new IllegalArgumentException("-D%s needs an earlier build: -D%s=".formatted(PINNED, BEFORE));
		}
		return new PinnedPairs(given, ROUNDS, before, List.of(processors.split(","))).run(workloads(given));
	}

	private static List<Workload> workloads(Options given) {
		return given.getParameter("workload")
			.orElse(WORKLOADS.stream().map(Workload::name).toList())
			.stream()
			.map(Workload::valueOf)
			.toList();
	}

	static List<String> run(Options given, @Nullable String before) throws RunnerException {
		List<Workload> workloads = workloads(given);
		List<Side> sides = new ArrayList<>(List.of(Side.PLAIN, Side.ACKNOWLEDGED));
		if (before != null) {
			sides.add(Side.BEFORE);
		}
		Map<Workload, Measured> measured = new EnumMap<>(Workload.class);
		workloads.forEach((workload) -> measured.put(workload, new Measured()));
		int rounds = given.getForkCount().orElse(ROUNDS);
		for (int round = 0; round < Math.max(rounds, 1); round++) {
			for (Workload workload : workloads) {
				for (Side side : sides) {
					Objects.requireNonNull(measured.get(workload))
						.add(side, run(options(given, rounds), side, workload, before));
				}
			}
			// Each is the first one as often as the others.
			Collections.rotate(sides, 1);
			// So that somebody who waits sees how far it is.
			System.out.println("round " + (round + 1));
		}
		return workloads.stream().map((workload) -> workload + ": " + measured.get(workload)).toList();
	}

	private static Options options(Options given, int rounds) {
		return ShortFork.options(given, ThroughputBenchmark.class, rounds, 3, 4).addProfiler(GCProfiler.class).build();
	}

	/** Returns what one JVM has done. */
	private static Collection<RunResult> run(Options options, Side side, Workload workload, @Nullable String before)
			throws RunnerException {
		Runner runner = new Runner(new OptionsBuilder().parent(options)
			.param("workload", workload.name())
			.param("contender", side.contender.name())
			.build());
		if (side != Side.BEFORE || before == null) {
			return runner.run();
		}
		// JMH gives its JVMs the class path that this one says it has.
		String own = System.getProperty("java.class.path");
		System.setProperty("java.class.path", before);
		try {
			return runner.run();
		}
		finally {
			System.setProperty("java.class.path", own);
		}
	}

	/**
	 * What is compared.
	 */
	private enum Side {

		PLAIN(Contender.STAGES), ACKNOWLEDGED(Contender.STAGES_ACKNOWLEDGED), BEFORE(Contender.STAGES);

		private final Contender contender;

		Side(Contender contender) {
			this.contender = contender;
		}

	}

	/**
	 * What the JVMs of each side have done in one workload.
	 */
	private static final class Measured {

		private final Map<Side, List<Double>> rates = new EnumMap<>(Side.class);

		private final Map<Side, List<Double>> bytes = new EnumMap<>(Side.class);

		void add(Side side, Collection<RunResult> results) {
			this.rates.computeIfAbsent(side, (each) -> new ArrayList<>())
				.add(ShortFork.median(results, (iteration) -> iteration.getPrimaryResult().getScore()));
			this.bytes.computeIfAbsent(side, (each) -> new ArrayList<>())
				.add(ShortFork.median(results, (iteration) -> ShortFork.beside(iteration, "gc.alloc.rate.norm")));
		}

		private String ratio(Side one, Side other) {
			return "%s ÷ %s %s".formatted(nameOf(one), nameOf(other), MedianRatio
				.of(Objects.requireNonNull(this.rates.get(one)), Objects.requireNonNull(this.rates.get(other))));
		}

		private static String nameOf(Side side) {
			return side.name().toLowerCase(Locale.ROOT);
		}

		private String ofOne(Side side) {
			List<Double> rates = Objects.requireNonNull(this.rates.get(side)).stream().sorted().toList();
			return "%s %.1f (%.1f to %.1f) events/µs and %.1f B".formatted(nameOf(side), ShortFork.median(rates),
					rates.get(0), rates.get(rates.size() - 1),
					ShortFork.median(Objects.requireNonNull(this.bytes.get(side))));
		}

		@Override
		public String toString() {
			List<String> parts = new ArrayList<>();
			parts.add(ratio(Side.ACKNOWLEDGED, Side.PLAIN));
			if (this.rates.containsKey(Side.BEFORE)) {
				parts.add(ratio(Side.PLAIN, Side.BEFORE));
			}
			this.rates.keySet().forEach((side) -> parts.add(ofOne(side)));
			return String.join("; ", parts);
		}

	}

}
