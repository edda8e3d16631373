package io.genstage.boot.actuate;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.boot.StageRegistry;
import io.genstage.boot.TestContexts;
import io.genstage.boot.actuate.PipelineViews.EdgeTopology;
import io.genstage.boot.actuate.PipelineViews.Numbers;
import io.genstage.boot.actuate.PipelineViews.StageNumbers;
import io.genstage.boot.actuate.PipelineViews.StageTopology;
import io.genstage.boot.actuate.PipelineViews.Topology;
import io.genstage.picture.GraphLayout;
import io.genstage.pipeline.StageDefinition;
import io.genstage.source.EventQueue;
import io.genstage.source.Sources;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is answered about pipelines, page by page.
 */
class PipelineViewsTests {

	private static final Instant NOW = Instant.parse("2026-11-30T08:00:00Z");

	private final AtomicInteger reads = new AtomicInteger();

	private final ProducerConsumerStage<Integer, Integer> between = (events, from) -> events;

	private final ConsumerStage<Integer> end = (events, from) -> {
	};

	@Test
	void ofTheTopologySayWhereStagesAndLinesAre() {
		run(List.of(producer("orders", 0), StageDefinition.of("checked", this.between).subscribeTo("orders"),
				StageDefinition.of("store", this.end).subscribeTo("checked").withConcurrency(3)), (views) -> {
					Topology topology = views.topology(10, null, false);
					assertThat(topology.next()).isNull();
					assertThat(topology.operations()).isNull();
					assertThat(topology.pipelines()).singleElement().satisfies((pipeline) -> {
						assertThat(pipeline.name()).isEqualTo("orders");
						assertThat(pipeline.columns()).isEqualTo(3);
						assertThat(pipeline.rows()).isEqualTo(1);
						assertThat(pipeline.stages()).containsExactly(
								new StageTopology("orders", "producer", 0, 0, null, null),
								new StageTopology("checked", "producer-consumer", 1, 0, null,
										List.of(new EdgeTopology("orders", 1000, 500, null, List.of(0, 0, 1, 0)))),
								new StageTopology("store", "consumer", 2, 0, 3,
										List.of(new EdgeTopology("checked", 10, 5, null, List.of(1, 0, 2, 0)))));
					});
				});
	}

	@Test
	void ofNumbersAreThoseOfTheEvents() {
		run(List.of(producer("orders", 40), StageDefinition.of("checked", this.between).subscribeTo("orders"),
				StageDefinition.of("store", this.end).subscribeTo("checked")), (views) -> {
					Awaitility.await()
						.untilAsserted(
								() -> assertThat(stages(views.numbers(10, null, false))).extracting(StageNumbers::state)
									.containsOnly("COMPLETED"));
					Numbers numbers = views.numbers(10, null, false);
					assertThat(numbers.time()).isEqualTo(NOW);
					assertThat(stages(numbers)).extracting(StageNumbers::in).containsExactly(null, 40L, 40L);
					assertThat(stages(numbers)).extracting(StageNumbers::out).containsExactly(40L, 40L, null);
					assertThat(stages(numbers).get(2).edges()).singleElement().satisfies((edge) -> {
						assertThat(edge.sent()).isEqualTo(40);
						assertThat(edge.inFlight()).isNull();
					});
					assertThat(stages(numbers)).extracting(StageNumbers::oldest).containsOnlyNulls();
					assertThat(stages(numbers)).extracting(StageNumbers::times).doesNotContainNull();
					assertThat(numbers.pipelines()).singleElement()
						.satisfies((pipeline) -> assertThat(pipeline.verdict().kind()).isEqualTo("NOT_RUNNING"));
				});
	}

	@Test
	void nameWhomAStageWaitsFor() {
		run(List.of(queue("orders"), StageDefinition.of("checked", this.between).subscribeTo("orders"),
				StageDefinition.of("store", this.end).subscribeTo("checked")), (views) -> {
					Awaitility.await()
						.untilAsserted(() -> assertThat(stages(views.numbers(10, null, false)))
							.extracting(StageNumbers::waitsFor)
							.containsExactly(null, List.of("orders"), List.of("checked")));
					// Also of a page on which that one is not.
					assertThat(stages(views.numbers(1, "checked", false))).extracting(StageNumbers::waitsFor)
						.containsExactly(List.of("checked"));
				});
	}

	@Test
	void haveAnotherVersionWhenSomethingIsDrawnDifferently() {
		run(List.of(queue("orders"), StageDefinition.of("store", this.end).subscribeTo("orders")),
				(views, registry) -> {
					String version = views.topology(10, null, false).version();
					assertThat(views.topology(10, null, false).version()).isEqualTo(version);
					assertThat(views.numbers(10, null, false).topology()).isEqualTo(version);
					assertThat(views.topology(10, null, true).version()).isNotEqualTo(version);
					registry.demand("store", 7, 3).toCompletableFuture().join();
					String tuned = views.topology(10, null, false).version();
					assertThat(tuned).isNotEqualTo(version);
					assertThat(views.numbers(10, null, false).topology()).isEqualTo(tuned);
					registry.concurrency("store", 2).toCompletableFuture().join();
					String wider = views.numbers(10, null, false).topology();
					assertThat(wider).isNotEqualTo(tuned);
					assertThat(views.topology(10, null, false).version()).isEqualTo(wider);
					registry.register(StageDefinition.of("audit", this.end).subscribeTo("orders"))
						.toCompletableFuture()
						.join();
					assertThat(views.numbers(10, null, false).topology()).isNotIn(tuned, wider);
				});
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3, 7, 100 })
	void havePagesWithEachStageOnce(int limit) {
		List<StageDefinition> stages = new ArrayList<>();
		IntStream.range(0, 4)
			.forEach((index) -> stages.addAll(
					List.of(queue("q" + index), StageDefinition.of("m" + index, this.between).subscribeTo("q" + index),
							StageDefinition.of("c" + index, this.end).subscribeTo("m" + index))));
		run(stages, (views) -> {
			List<String> drawn = new ArrayList<>();
			List<String> counted = new ArrayList<>();
			@Nullable String after = null;
			do {
				Topology topology = views.topology(limit, after, false);
				Numbers numbers = views.numbers(limit, after, false);
				topology.pipelines().forEach((one) -> one.stages().forEach((stage) -> drawn.add(stage.name())));
				stages(numbers).forEach((stage) -> counted.add(stage.name()));
				assertThat(numbers.next()).isEqualTo(topology.next());
				after = topology.next();
			}
			while (after != null);
			assertThat(drawn).containsExactlyInAnyOrderElementsOf(stages.stream().map(StageDefinition::name).toList());
			assertThat(counted).isEqualTo(drawn);
		});
	}

	@Test
	void refuseAPageBehindAStageThatIsGone() {
		run(List.of(queue("orders"), StageDefinition.of("store", this.end).subscribeTo("orders")),
				(views) -> assertThatExceptionOfType(RefusedRequestException.class)
					.isThrownBy(() -> views.numbers(10, "nobody", false))
					.withMessage("'after' must be the 'next' of the page before"));
	}

	@Test
	void readNoMoreStagesThanThePageHasOfFiveThousand() {
		List<StageDefinition> stages = new ArrayList<>(List.of(queue("orders")));
		IntStream.range(1, 5000)
			.forEach((index) -> stages
				.add(StageDefinition.of("c" + index, this.end).subscribeTo("orders").withAutoStartup(false)));
		run(stages, (views) -> {
			this.reads.set(0);
			assertThat(stages(views.numbers(100, null, false))).hasSize(100);
			assertThat(this.reads).hasValue(100);
			assertThat(stages(views.numbers(100, "c4949", false))).hasSize(50);
			assertThat(this.reads).hasValue(150);
		});
	}

	@Test
	void drawPipelinesOrOneOfThem() {
		run(List.of(queue("orders"), StageDefinition.of("store", this.end).subscribeTo("orders"), queue("mails"),
				StageDefinition.of("send", this.end).subscribeTo("mails")), (views) -> {
					assertThat(views.drawings(null, GraphLayout::dot)).containsOnlyKeys("orders", "mails");
					assertThat(views.drawings("mails", GraphLayout::mermaid)).isEqualTo(Map.of("mails", """
							flowchart LR
							    s0(["mails"])
							    s1[["send"]]
							    s0 --> s1
							"""));
					assertThat(views.drawings("nobody", GraphLayout::dot)).isEmpty();
				});
	}

	@Test
	void doNotWaitForAStageThatIsBusy() {
		CountDownLatch entered = new CountDownLatch(1);
		CountDownLatch released = new CountDownLatch(1);
		ConsumerStage<Integer> stuck = (events, from) -> {
			entered.countDown();
			released.await();
		};
		run(List.of(producer("orders", 5), StageDefinition.of("stuck", stuck).subscribeTo("orders")), (views) -> {
			try {
				entered.await();
				assertThat(stages(views.numbers(10, null, false)).get(1).edges()).singleElement()
					.satisfies((edge) -> assertThat(edge.inFlight()).isEqualTo(5));
			}
			finally {
				released.countDown();
			}
		});
	}

	@Test
	void needLessThanEightThousandCharactersForFortyStages() {
		List<StageDefinition> stages = new ArrayList<>(List.of(producer("producer number 1", 1_000_000)));
		IntStream.range(0, 39)
			.forEach((index) -> stages
				.add(StageDefinition.of("consumer of orders " + index, this.end).subscribeTo("producer number 1")));
		run(stages, (views) -> {
			Awaitility.await()
				.untilAsserted(() -> assertThat(stages(views.numbers(50, null, false))).extracting(StageNumbers::state)
					.containsOnly("COMPLETED"));
			String json = JsonMapper.builder()
				.changeDefaultPropertyInclusion(
						(inclusion) -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
				.build()
				.writeValueAsString(views.numbers(50, null, false));
			assertThat(json.length()).isLessThan(8000);
		});
	}

	private static List<StageNumbers> stages(Numbers numbers) {
		return numbers.pipelines().stream().flatMap((pipeline) -> pipeline.stages().stream()).toList();
	}

	private static StageDefinition producer(String name, int events) {
		return StageDefinition.of(name, Sources.iterable(IntStream.range(0, events).boxed().toList()));
	}

	private static StageDefinition queue(String name) {
		return StageDefinition.of(name, new EventQueue<Integer>(10));
	}

	private void run(List<StageDefinition> stages, Looking looking) {
		run(stages, (views, registry) -> looking.at(views));
	}

	private void run(List<StageDefinition> stages, Changing changing) {
		TestContexts.runner().run((context) -> {
			StageRegistry registry = TestContexts.registry(context);
			registry.register(stages.toArray(StageDefinition[]::new)).toCompletableFuture().join();
			changing.of(new PipelineViews(registry, (stage) -> {
				this.reads.incrementAndGet();
				return registry.stage(stage);
			}, null, () -> NOW), registry);
		});
	}

	@FunctionalInterface
	private interface Looking {

		void at(PipelineViews views) throws Exception;

	}

	@FunctionalInterface
	private interface Changing {

		void of(PipelineViews views, StageRegistry registry) throws Exception;

	}

}
