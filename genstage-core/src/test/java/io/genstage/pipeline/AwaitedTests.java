package io.genstage.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.ConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.StageKind;
import io.genstage.StageOptions;
import io.genstage.SubscribeOptions;
import io.genstage.dispatch.Dispatchers;
import io.genstage.source.Sources;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * For whom a stage waits that has nothing to do, in a world whose time is pretended.
 */
class AwaitedTests {

	private static final SubscribeOptions FEW = SubscribeOptions.defaults().withMaxDemand(10).withMinDemand(5);

	private static final StageOptions BROADCAST = StageOptions.defaults().withDispatcher(Dispatchers.broadcast());

	private final PretendedWorld world = new PretendedWorld(3);

	@AfterEach
	void endTheWorld() {
		this.world.close();
	}

	private static StageDefinition endless(String name) {
		return StageDefinition.of(name, StageKind.PRODUCER,
				() -> (ProducerStage<Integer>) (demand) -> IntStream.range(0, (int) demand).boxed().toList());
	}

	private static StageDefinition quiet(String name) {
		return StageDefinition.of(name, StageKind.PRODUCER, () -> (ProducerStage<Integer>) (demand) -> List.of());
	}

	/** Takes a minute for each portion, so that it has one at each look. */
	private StageDefinition slow(String name, String producer) {
		return consumer(name, (events, from) -> this.world.work(Duration.ofMinutes(1))).subscribeTo(producer, FEW);
	}

	private static StageDefinition quick(String name, String... producers) {
		StageDefinition quick = consumer(name, (events, from) -> {
		});
		for (String producer : producers) {
			quick = quick.subscribeTo(producer, FEW);
		}
		return quick;
	}

	private static StageDefinition consumer(String name, ConsumerStage<Integer> stage) {
		return StageDefinition.of(name, StageKind.CONSUMER, () -> stage);
	}

	private Pipeline start(StageDefinition... stages) {
		Pipeline pipeline = new Pipeline(PipelineGraph.of(List.of(stages)), this.world.system);
		pipeline.start();
		this.world.pass(Duration.ofSeconds(10));
		return pipeline;
	}

	@Test
	void isTheOnlyProducerOfAStarvedStage() {
		Pipeline pipeline = start(quiet("source"), quick("sink", "source"));
		assertThat(pipeline.waitsFor("sink")).containsExactly("source");
		// What it waits for itself is outside of the pipeline.
		assertThat(pipeline.waitsFor("source")).isEmpty();
	}

	@Test
	void isTheConsumerThatDoesNotAsk() {
		Pipeline pipeline = start(endless("source"), slow("sink", "source"));
		assertThat(pipeline.waitsFor("source")).containsExactly("sink");
		assertThat(pipeline.waitsFor("sink")).isEmpty();
	}

	@Test
	void isOnlyTheProducerThatOwesEvents() {
		StageDefinition ended = StageDefinition.of("ended", StageKind.PRODUCER,
				() -> Sources.iterable(List.of(1, 2, 3)));
		Pipeline pipeline = start(ended, quiet("quiet"), quick("join", "ended", "quiet"));
		assertThat(pipeline.status().stage("join").orElseThrow().started().orElseThrow().in()).isEqualTo(3);
		assertThat(pipeline.waitsFor("join")).containsExactly("quiet");
	}

	@Test
	void leadsToTheSlowConsumerOfABroadcast() {
		Pipeline pipeline = start(endless("source").withOptions(BROADCAST), quick("fast", "source"),
				slow("slow", "source"));
		assertThat(pipeline.waitsFor("fast")).containsExactly("source");
		assertThat(pipeline.waitsFor("source")).containsExactly("slow");
	}

	@Test
	void isNobodyWhileAnInstanceIsAtWork() {
		Pipeline pipeline = start(StageDefinition.of("source", StageKind.PRODUCER, () -> Sources.iterable(List.of(1))),
				quiet("quiet"), slow("sink", "source").subscribeTo("quiet", FEW).withConcurrency(2));
		assertThat(pipeline.waitsFor("sink")).isEmpty();
		this.world.pass(Duration.ofMinutes(2));
		assertThat(pipeline.waitsFor("sink")).containsExactly("quiet");
	}

	@Test
	void isNamedUpToFiveTimes() {
		Pipeline pipeline = start(Stream
			.concat(Stream.of(endless("source").withOptions(BROADCAST)),
					IntStream.range(0, Awaited.MOST + 2).mapToObj((index) -> slow("sink" + index, "source")))
			.toArray(StageDefinition[]::new));
		assertThat(pipeline.waitsFor("source")).containsExactly("sink0", "sink1", "sink2", "sink3", "sink4");
	}

	@Test
	void isNobodyWithoutAccountsOrStage() {
		Pipeline pipeline = new Pipeline(PipelineGraph.of(List.of(quiet("source"), quick("sink", "source"))),
				this.world.system, List.of(), TimeKeeping.OFF);
		pipeline.start();
		this.world.pass(Duration.ofSeconds(10));
		assertThat(pipeline.waitsFor("sink")).isEmpty();
		assertThat(pipeline.waitsFor("unknown")).isEmpty();
	}

}
