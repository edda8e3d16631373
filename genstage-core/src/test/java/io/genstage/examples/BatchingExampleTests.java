package io.genstage.examples;

import java.time.Duration;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.batch.Batch;
import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.Sources;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The examples of {@code docs/core.md} about batches.
 */
class BatchingExampleTests {

	private final SeededExecutor executor = new SeededExecutor(1);

	private final StageSystem system = StageSystem.builder().executor(this.executor).scheduler(this.executor).build();

	@Test
	void insertsRowsTogether() {
		Table table = new Table();
		// tag::consumer[]
		BatchOptions options = BatchOptions.defaults().withSize(500).withTimeout(Duration.ofMillis(200));
		ConsumerStage<Reading> rows = (readings, from) -> table.insertAll(readings);
		StageRef stage = this.system.start("rows", rows, StageOptions.defaults().withBatching(Batching.of(options)));
		// end::consumer[]
		stage.subscribeTo(readings(1200), SubscribeOptions.defaults());
		this.executor.runReady();
		assertThat(table.inserts).containsExactly(500, 500, 200);
	}

	@Test
	void sumsUpByKey() {
		List<Summary> summaries = new ArrayList<>();
		BatchOptions options = BatchOptions.defaults();
		// tag::key[]
		ProducerConsumerStage<Reading, Summary> summary = (readings, from) -> {
			Batch<String, Reading> batch = Batch.of(readings);
			return List.of(Summary.of(batch.key(), batch));
		};
		StageRef middle = this.system.start("summary", summary,
				StageOptions.defaults().withBatching(Batching.byKey(Reading::sensor, options)));
		// end::key[]
		middle.subscribeTo(readings(400), SubscribeOptions.defaults());
		this.system.start("print", (ConsumerStage<Summary>) (events, from) -> summaries.addAll(events))
			.subscribeTo(middle, SubscribeOptions.defaults());
		this.executor.runReady();
		assertThat(summaries).hasSize(4).extracting(Summary::sensor).containsOnly("s0", "s1", "s2", "s3");
		assertThat(summaries).extracting((each) -> each.values().getCount()).containsOnly(100L);
	}

	@Test
	void changesOptionsLive() {
		Table table = new Table();
		Batching<Reading> batching = Batching.of(BatchOptions.defaults());
		ConsumerStage<Reading> rows = (readings, from) -> table.insertAll(readings);
		this.system.start("rows", rows, StageOptions.defaults().withBatching(batching))
			.subscribeTo(readings(50), SubscribeOptions.defaults());
		// tag::change[]
		batching.change(batching.options().withSize(20));
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
