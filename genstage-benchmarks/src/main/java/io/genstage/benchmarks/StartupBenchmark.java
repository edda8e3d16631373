package io.genstage.benchmarks;

import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.genstage.boot.StageRegistry;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * W12: how long an application takes to start, once in each JVM.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(10)
public class StartupBenchmark {

	/** With the starter and without. */
	@Param
	public @Nullable StartupContender contender;

	private @Nullable ConfigurableApplicationContext application;

	@Benchmark
	public ConfigurableApplicationContext start() {
		this.application = new SpringApplicationBuilder(Objects.requireNonNull(this.contender).application())
			.web(WebApplicationType.NONE)
			.bannerMode(Banner.Mode.OFF)
			.logStartupInfo(false)
			.properties("logging.level.root=WARN")
			.run();
		return this.application;
	}

	@TearDown(Level.Iteration)
	public void close() {
		try (ConfigurableApplicationContext started = Objects.requireNonNull(this.application)) {
			int stages = started.getBeanProvider(StageRegistry.class)
				.stream()
				.mapToInt((registry) -> registry.definitions().size())
				.sum();
			int expected = (this.contender == StartupContender.WITH_STARTER) ? StartupApplications.STAGES : 0;
			if (stages != expected) {
				throw new IllegalStateException("%d stages must have started, were %d".formatted(expected, stages));
			}
		}
	}

}
