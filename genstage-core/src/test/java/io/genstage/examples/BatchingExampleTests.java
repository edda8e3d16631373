package io.genstage.examples;

import java.time.Duration;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.batch.Batch;
import io.genstage.batch.BatchConsumer;
import io.genstage.batch.BatchOptions;
import io.genstage.batch.BatchProducerConsumer;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.Sources;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The examples of {@code docs/batching-and-rate.md} about batches.
 */
class BatchingExampleTests {

	private final SeededExecutor executor = new SeededExecutor(1);

	private final StageSystem system = StageSystem.builder().executor(this.executor).scheduler(this.executor).build();

	@Test
	void insertsRowsTogether() {
		Table table = new Table();
		// tag::consumer[]
		BatchConsumer<Reading> rows = BatchConsumer.of(
				BatchOptions.defaults().withSize(500).withTimeout(Duration.ofMillis(200)),
				(List<Reading> readings) -> table.insertAll(readings));
		// end::consumer[]
		this.system.start("rows", rows).subscribeTo(readings(1200), SubscribeOptions.defaults());
		this.executor.runReady();
		assertThat(table.inserts).containsExactly(500, 500, 200);
	}

	@Test
	void sumsUpByKey() {
		List<Summary> summaries = new ArrayList<>();
		BatchOptions options = BatchOptions.defaults();
		// tag::key[]
		BatchProducerConsumer<Reading, Summary> summary = BatchProducerConsumer.byKey(Reading::sensor, options,
				(Batch<String, Reading> batch) -> List.of(Summary.of(batch.key(), batch.events())));
		// end::key[]
		StageRef middle = this.system.start("summary", summary);
		middle.subscribeTo(readings(400), SubscribeOptions.defaults());
		this.system
			.start("print", BatchConsumer.of(options.withSize(1), (List<Summary> batch) -> summaries.addAll(batch)))
			.subscribeTo(middle, SubscribeOptions.defaults());
		this.executor.runReady();
		assertThat(summaries).hasSize(4).extracting(Summary::sensor).containsOnly("s0", "s1", "s2", "s3");
		assertThat(summaries).extracting((each) -> each.values().getCount()).containsOnly(100L);
	}

	@Test
	void changesOptionsLive() {
		Table table = new Table();
		BatchConsumer<Reading> rows = BatchConsumer.of(BatchOptions.defaults(),
				(List<Reading> readings) -> table.insertAll(readings));
		this.system.start("rows", rows).subscribeTo(readings(50), SubscribeOptions.defaults());
		// tag::change[]
		rows.change(rows.options().withSize(20));
		// end::change[]
		this.executor.runReady();
		assertThat(table.inserts).containsExactly(20, 20, 10);
	}

	private StageRef readings(int count) {
		return this.system.start("readings",
				Sources.iterable(() -> IntStream.range(0, count)
					.mapToObj((number) -> new Reading("s" + number % 4, number))
					.iterator()));
	}

	private static final class Table {

		private final List<Integer> inserts = new ArrayList<>();

		void insertAll(List<Reading> readings) {
			this.inserts.add(readings.size());
		}

	}

	private record Reading(String sensor, int value) {
	}

	private record Summary(String sensor, IntSummaryStatistics values) {

		static Summary of(String sensor, List<Reading> readings) {
			return new Summary(sensor, readings.stream().collect(Collectors.summarizingInt(Reading::value)));
		}

	}

}
