package io.genstage.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.StageKind;
import io.genstage.StageOptions;
import io.genstage.SubscribeOptions;
import io.genstage.SubscriptionStatus;
import io.genstage.dispatch.Dispatchers;
import io.genstage.dispatch.PartitionOptions;
import io.genstage.source.Sources;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ConcurrencyTests extends PipelineFixture {

	private final List<Integer> handled = new ArrayList<>();

	private final Map<String, List<Integer>> byInstance = new TreeMap<>();

	@Test
	void connectsEachInstanceToEachInstance() {
		Pipeline pipeline = pipeline(
				StageDefinition.of("numbers", StageKind.PRODUCER, () -> Sources.iterable(numbersUpTo(20)))
					.withConcurrency(2),
				both("both").withConcurrency(3).subscribeTo("numbers"), consumer("print").subscribeTo("both"));
		pipeline.start();
		assertThat(this.system.stages()).extracting((stage) -> stage.name())
			.containsExactlyInAnyOrder("numbers#0", "numbers#1", "both#0", "both#1", "both#2", "print");
		run();
		assertThat(this.handled).hasSize(40);
		PipelineStatus status = pipeline.status();
		assertThat(status.state()).isEqualTo(PipelineState.COMPLETED);
		assertThat(status.edge("both", "numbers").orElseThrow().sent()).isEqualTo(40);
		assertThat(numbers(pipeline, "both").in()).isEqualTo(40);
		assertThat(numbers(pipeline, "both").out()).isEqualTo(40);
		assertThat(stage(pipeline, "both").instances()).extracting(InstanceStatus::name)
			.containsExactly("both#0", "both#1", "both#2");
		assertThat(stage(pipeline, "both").instances()).extracting(InstanceStatus::state)
			.containsOnly(StageState.COMPLETED);
	}

	@Test
	void asksForLessWhenInstancesShareTheWork() {
		Pipeline pipeline = pipeline(StageDefinition.of("numbers", idle()), consumer("alone").subscribeTo("numbers"),
				consumer("several").subscribeTo("numbers").withConcurrency(2),
				consumer("told").subscribeTo("numbers", FEW).withConcurrency(2));
		pipeline.start();
		run();
		assertThat(pipeline.status().demand("alone", "numbers")).isEqualTo(1000);
		assertThat(pipeline.status().demand("several", "numbers")).isEqualTo(20);
		assertThat(pipeline.status().demand("told", "numbers")).isEqualTo(8);
		assertThat(options(pipeline, "several")).containsExactly("10/5", "10/5");
		assertThat(options(pipeline, "alone")).containsExactly("1000/500");
	}

	@Test
	void givesEachInstanceItsPartition() {
		Pipeline pipeline = pipeline(partitioned(60, 3),
				consumer("keyed").withConcurrency(3).subscribeTo("numbers", FEW));
		pipeline.start();
		run();
		assertThat(this.byInstance.keySet()).containsExactly("keyed#0", "keyed#1", "keyed#2");
		for (int instance = 0; instance < 3; instance++) {
			int partition = instance;
			assertThat(this.byInstance.get("keyed#" + instance))
				.isEqualTo(numbersUpTo(60).stream().filter((number) -> number % 3 == partition).toList());
		}
		assertThat(pipeline.status().state()).isEqualTo(PipelineState.COMPLETED);
	}

	@Test
	void dividesMorePartitionsThanInstances() {
		Pipeline pipeline = pipeline(partitioned(60, 3),
				consumer("keyed").withConcurrency(2).subscribeTo("numbers", FEW));
		pipeline.start();
		run();
		assertThat(this.byInstance.get("keyed#0")).allMatch((number) -> number % 3 != 1).hasSize(40);
		assertThat(this.byInstance.get("keyed#1")).allMatch((number) -> number % 3 == 1).hasSize(20);
	}

	@Test
	void leavesAPartitionThatTheEdgeNames() {
		Pipeline pipeline = pipeline(partitioned(60, 3),
				consumer("some").withConcurrency(2).subscribeTo("numbers", FEW.withPartition(1)),
				consumer("others").subscribeTo("numbers", FEW));
		pipeline.start();
		run();
		assertThat(numbers(pipeline, "some").in() + numbers(pipeline, "others").in()).isEqualTo(60);
		assertThat(numbers(pipeline, "others").in()).isGreaterThanOrEqualTo(40);
	}

	@Test
	void makesAStageForEachInstance() {
		List<Object> made = new ArrayList<>();
		Pipeline pipeline = pipeline(StageDefinition.of("numbers", idle()),
				StageDefinition.of("print", StageKind.CONSUMER, () -> {
					ConsumerStage<Integer> consumer = collecting(new ArrayList<>());
					made.add(consumer);
					return consumer;
				}).withConcurrency(3).subscribeTo("numbers"));
		pipeline.start();
		assertThat(made).hasSize(3);
	}

	@Test
	void refusesAnImpossibleConcurrency() {
		assertThatIllegalArgumentException().isThrownBy(() -> consumer("print").withConcurrency(0))
			.withMessage("the concurrency of stage 'print' must be from 1 to 1000, was 0");
	}

	private static List<String> options(Pipeline pipeline, String consumer) {
		return pipeline.status()
			.edge(consumer, "numbers")
			.orElseThrow()
			.subscriptions()
			.stream()
			.map(SubscriptionStatus::options)
			.map((SubscribeOptions options) -> options.maxDemand() + "/" + options.minDemand())
			.toList();
	}

	private static StageDefinition partitioned(int numbers, int partitions) {
		List<Integer> names = numbersUpTo(partitions);
		return StageDefinition.of("numbers", Sources.iterable(numbersUpTo(numbers)))
			.withOptions(StageOptions.defaults()
				.withDispatcher(Dispatchers
					.partition(PartitionOptions.<Integer>ofNames(names, (number) -> number % partitions))));
	}

	private static ProducerStage<Integer> idle() {
		return (demand) -> List.of();
	}

	private static StageDefinition both(String name) {
		return StageDefinition.of(name, (ProducerConsumerStage<Integer, Integer>) (events, from) -> events);
	}

	private StageDefinition consumer(String name) {
		return StageDefinition.of(name, (ConsumerStage<Integer>) (events, from) -> {
			this.handled.addAll(events);
			this.byInstance.computeIfAbsent(from.consumer().name(), (key) -> new ArrayList<>()).addAll(events);
		});
	}

}
