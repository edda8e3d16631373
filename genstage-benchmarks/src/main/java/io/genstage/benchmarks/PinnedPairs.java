package io.genstage.benchmarks;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.genstage.benchmarks.report.PairedRatio;
import io.genstage.benchmarks.workload.Workload;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Plain events of this build and of an earlier one, each in a JVM that is pinned to a
 * processor of its own, both at the same time. So what the machine does beside concerns
 * both alike. The two builds change processors from round to round.
 */
final class PinnedPairs {

	private static final TimeValue SECOND = TimeValue.seconds(1);

	private final String before;

	private final List<String> processors;

	private final List<String> times;

	private final int rounds;

	/**
	 * Creates pairs.
	 * @param given options of JMH: {@code -f} is how many rounds there are; {@code -wi}
	 * and {@code -i} are 8 iterations each, of {@code -w} and {@code -r} a second; those
	 * to warm up are of processor time
	 * @param rounds how many rounds there are by default
	 * @param before the {@code benchmarks.jar} of the earlier build
	 * @param processors the numbers of two processors
	 */
	PinnedPairs(Options given, int rounds, String before, List<String> processors) {
		if (processors.size() != 2) {
			throw new IllegalArgumentException("expected two processors, such as 0,1, was " + processors);
		}
		this.before = before;
		this.processors = processors;
		this.rounds = given.getForkCount().orElse(rounds);
		long warmup = given.getWarmupIterations().orElse(8) * millis(given.getWarmupTime().orElse(SECOND));
		this.times = List.of(String.valueOf(warmup), String.valueOf(given.getMeasurementIterations().orElse(8)),
				String.valueOf(millis(given.getMeasurementTime().orElse(SECOND))));
	}

	private static long millis(TimeValue time) {
		return time.convertTo(TimeUnit.MILLISECONDS);
	}

	/** Runs all rounds, and returns a line for each workload. */
	List<String> run(List<Workload> workloads) {
		Map<Workload, Measured> measured = new EnumMap<>(Workload.class);
		workloads.forEach((workload) -> measured.put(workload, new Measured()));
		for (int round = 0; round < this.rounds; round++) {
			for (Workload workload : workloads) {
				double ratio = Objects.requireNonNull(measured.get(workload)).add(pair(workload, round % 2));
				// So that somebody who waits sees how far it is.
				System.out.println(String.format(Locale.ROOT, "round %d, %s: %.3f", round + 1, workload, ratio));
			}
		}
		return workloads.stream().map((workload) -> workload + ": " + measured.get(workload)).toList();
	}

	private Pair pair(Workload workload, int processor) {
		String own = System.getProperty("java.class.path");
		// Behind the earlier classes, since these have no such fork.
		try (Fork plain = new Fork(own, workload, this.processors.get(processor));
				Fork before = new Fork(this.before + File.pathSeparator + own, workload,
						this.processors.get(1 - processor))) {
			plain.awaitWarm();
			before.awaitWarm();
			plain.measure();
			before.measure();
			return new Pair(plain.rates(), before.rates());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * What two JVMs have done in the same slices of time.
	 */
	private record Pair(List<Double> plain, List<Double> before) {

		double ratio() {
			List<Double> ratios = new ArrayList<>();
			for (int slice = 0; slice < this.plain.size(); slice++) {
				ratios.add(this.plain.get(slice) / this.before.get(slice));
			}
			return ShortFork.median(ratios);
		}

	}

	/**
	 * The pairs of one workload.
	 */
	private static final class Measured {

		private final List<Double> ratios = new ArrayList<>();

		private final List<Double> plain = new ArrayList<>();

		private final List<Double> before = new ArrayList<>();

		double add(Pair pair) {
			this.ratios.add(pair.ratio());
			this.plain.add(ShortFork.median(pair.plain()));
			this.before.add(ShortFork.median(pair.before()));
			return pair.ratio();
		}

		@Override
		public String toString() {
			return String.format(Locale.ROOT,
					"plain ÷ before %s, %d pairs; plain %.1f and before %.1f events per µs of processor time",
					PairedRatio.of(this.ratios), this.ratios.size(), ShortFork.median(this.plain),
					ShortFork.median(this.before));
		}

	}

	/**
	 * One JVM.
	 */
	private final class Fork implements AutoCloseable {

		private final Process process;

		private final BufferedReader output;

		Fork(String classPath, Workload workload, String processor) throws IOException {
			List<String> command = new ArrayList<>(List.of("taskset", "-c", processor,
					Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xms512m", "-Xmx512m",
					"-XX:+AlwaysPreTouch", "-cp", classPath, PinnedFork.class.getName(), Contender.STAGES.name(),
					workload.name()));
			command.addAll(PinnedPairs.this.times);
			this.process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
			this.output = new BufferedReader(
					new InputStreamReader(this.process.getInputStream(), StandardCharsets.UTF_8));
		}

		void awaitWarm() throws IOException {
			String line = this.output.readLine();
			if (!PinnedFork.WARM.equals(line)) {
				throw new IllegalStateException(
						"%s has ended before it was warm: %s".formatted(this.process.info(), line));
			}
		}

		void measure() throws IOException {
			this.process.getOutputStream().write('\n');
			this.process.getOutputStream().flush();
		}

		List<Double> rates() throws IOException {
			int slices = Integer.parseInt(PinnedPairs.this.times.get(1));
			List<Double> rates = new ArrayList<>();
			for (int slice = 0; slice < slices; slice++) {
				rates.add(rate(this.output.readLine()));
			}
			return rates;
		}

		private double rate(@Nullable String line) {
			if (line == null) {
				throw new IllegalStateException("%s has ended while it was measured".formatted(this.process.info()));
			}
			return Double.parseDouble(line);
		}

		@Override
		public void close() {
			this.process.destroyForcibly().onExit().join();
		}

	}

}
