package io.genstage.boot;

import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

import io.genstage.StageStatus;
import io.genstage.annotation.Batch;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.SubscribeTo;
import io.genstage.pipeline.PipelineState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Events that come from outside, and that the code which says where they belong fails
 * for. Each is lost by itself: its data comes into no log, and nothing stops.
 */
@ExtendWith(OutputCaptureExtension.class)
class UndispatchableEventTests {

	private static final String FORGED = "x\nERROR all is lost";

	private static final String[] REST = Stream.generate(() -> "a").limit(20).toArray(String[]::new);

	private final ApplicationContextRunner contextRunner = TestContexts.runner();

	private final CapturedOutput output;

	UndispatchableEventTests(CapturedOutput output) {
		this.output = output;
	}

	@ParameterizedTest
	@ValueSource(strings = { "checked", "unchecked", "price", "customer.name", "function", "toInt", "assertion" })
	void failByThemselvesWhereverTheKeyComesFrom(String key) {
		this.contextRunner.withUserConfiguration(Partitioned.class)
			.withPropertyValues("genstage.stages.lines.partition-by=" + key)
			.run((context) -> {
				TestContexts.awaitState(context, PipelineState.COMPLETED);
				assertThat(TestContexts.sink(context).events()).containsExactlyInAnyOrder((Object[]) REST);
				assertThat(status(context, "lines").discarded()).isEqualTo(6);
				assertNothingOfAnEventIsLogged();
				assertIsLogged("stage 'lines' has discarded .*: the router failed for an event of .*Line: .* at .*");
			});
	}

	@Test
	void areLostOnlyForTheConsumerWhoseSelectorThrows() {
		this.contextRunner.withUserConfiguration(Broadcast.class).run((context) -> {
			TestContexts.awaitState(context, PipelineState.COMPLETED);
			List<Object> events = TestContexts.sink(context).events();
			assertThat(events).filteredOn("all a"::equals).hasSize(20);
			assertThat(events).filteredOn(("all " + FORGED)::equals).hasSize(6);
			assertThat(events).filteredOn("picky a"::equals).hasSize(20);
			assertThat(events).hasSize(46);
			assertThat(status(context, "lines").discarded()).isEqualTo(6);
			assertNothingOfAnEventIsLogged();
			assertIsLogged(
					"stage 'lines' has discarded .*: the selector of .* of picky to lines failed for an event .*");
		});
	}

	@Test
	void failByThemselvesWithTheKeyOfABatch() {
		this.contextRunner.withUserConfiguration(Batches.class).run((context) -> {
			TestContexts.awaitState(context, PipelineState.COMPLETED);
			assertThat(TestContexts.sink(context).events()).containsExactlyInAnyOrder((Object[]) REST);
			assertThat(status(context, "lines").discarded()).isZero();
			assertThat(status(context, "keep").discarded()).isEqualTo(6);
			assertNothingOfAnEventIsLogged();
			assertIsLogged("stage 'keep' has discarded .*: the key of an event of .*Line can't be used: .* at .*");
		});
	}

	private void assertIsLogged(String pattern) {
		assertThat(this.output.toString().lines()).anyMatch((line) -> line.matches(".*" + pattern + ".*"));
	}

	private void assertNothingOfAnEventIsLogged() {
		assertThat(this.output).doesNotContain("all is lost").doesNotContain("restarted");
	}

	private static StageStatus status(ApplicationContext context, String stage) {
		return TestContexts.registry(context).stage(stage).orElseThrow().started().orElseThrow();
	}

	/** More of the forged ones than a producer may fail within a minute. */
	private static Stream<Line> attack() {
		return Stream.concat(Stream.generate(() -> new Line(FORGED)).limit(6), Stream.of(REST).map(Line::new));
	}

	/** A bean, so that it has getters of its own. */
	public static final class Line {

		private final String text;

		Line(String text) {
			this.text = text;
		}

		String text() {
			return this.text;
		}

		@Override
		public String toString() {
			return this.text;
		}

		public int getPrice() {
			return check(this.text).length();
		}

		public Line getCustomer() {
			return this;
		}

		public String getName() {
			return check(this.text);
		}

		static String check(String text) {
			if (text.equals(FORGED)) {
				throw new IllegalArgumentException("bad: " + text);
			}
			return text;
		}

	}

	@Configuration
	static class Partitioned {

		private final Sink sink;

		Partitioned(Sink sink) {
			this.sink = sink;
		}

		@Producer(dispatcher = "partition", partitions = 2)
		Stream<Line> lines() {
			return attack();
		}

		String checked(Line line) throws Exception {
			if (line.text().equals(FORGED)) {
				throw new Exception(line.text());
			}
			return line.text();
		}

		String unchecked(Line line) {
			return Line.check(line.text());
		}

		String assertion(Line line) {
			if (line.text().equals(FORGED)) {
				throw new AssertionError(line);
			}
			return line.text();
		}

		@Bean
		static Function<Line, String> function() {
			return (line) -> Line.check(line.text());
		}

		@Bean
		static ToIntFunction<Line> toInt() {
			return (line) -> Line.check(line.text()).length();
		}

		@Consumer(subscribeTo = "lines")
		void handle(Line line) {
			this.sink.add(line.text());
		}

	}

	@Configuration
	static class Broadcast {

		private final Sink sink;

		Broadcast(Sink sink) {
			this.sink = sink;
		}

		@Producer(dispatcher = "broadcast")
		Stream<Line> lines() {
			return attack();
		}

		@Consumer(subscribeTo = "lines")
		void all(Line line) {
			this.sink.add("all " + line.text());
		}

		@Consumer(subscriptions = @SubscribeTo(producer = "lines", selector = "isShort"))
		void picky(Line line) {
			this.sink.add("picky " + line.text());
		}

		boolean isShort(Line line) {
			return Line.check(line.text()).length() < 5;
		}

	}

	@Configuration
	static class Batches {

		private final Sink sink;

		Batches(Sink sink) {
			this.sink = sink;
		}

		@Producer
		Stream<Line> lines() {
			return attack();
		}

		@Consumer(subscribeTo = "lines", batch = @Batch(size = 4, by = "initial"))
		void keep(List<Line> lines) {
			lines.forEach((line) -> this.sink.add(line.text()));
		}

		String initial(Line line) {
			return Line.check(line.text()).substring(0, 1);
		}

	}

}
