package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

import io.genstage.ConsumerStage;
import io.genstage.DemandMode;
import io.genstage.ExitReason;
import io.genstage.Place;
import io.genstage.ProducerConsumerStage;
import io.genstage.StageContext;
import io.genstage.Discard;
import io.genstage.StageListener;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.Subscription;
import io.genstage.dispatch.Dispatchers;
import io.genstage.source.EventQueue;
import io.genstage.source.Sources;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

/**
 * What a broadcast owes to each consumer of a pipeline: every event, or a count of those
 * that have passed it.
 */
class BroadcastPlaceTests extends PipelineFixture {

	private static final RestartPolicy ONE_SECOND_LATER = RestartPolicy.defaults()
		.withBackOff(Duration.ofSeconds(1), 1, Duration.ofSeconds(1));

	private static final StageOptions BROADCAST = StageOptions.defaults().withDispatcher(Dispatchers.broadcast());

	private final List<Integer> well = new ArrayList<>();

	private final List<Integer> flaky = new ArrayList<>();

	@Test
	void waitsForAConsumerThatIsBeingRestarted() {
		Pipeline pipeline = pipeline(numbers(100), well(), flaky().withRestarts(ONE_SECOND_LATER));
		pipeline.start();
		run();
		assertThat(stage(pipeline, "flaky").state()).isEqualTo(StageState.RESTARTING);
		assertThat(this.well).hasSizeLessThanOrEqualTo((int) sent(pipeline, "flaky"));
		this.executor.advance(Duration.ofSeconds(1));
		assertThat(pipeline.state()).isEqualTo(PipelineState.COMPLETED);
		assertThat(this.well).isEqualTo(numbersUpTo(100));
		assertThat(sent(pipeline, "flaky")).isEqualTo(100);
		assertEachGotAll(pipeline, 100, "flaky");
	}

	@Test
	void waitsBehindAProducerConsumerAsWell() {
		Pipeline pipeline = pipeline(StageDefinition.of("source", Sources.iterable(numbersUpTo(100))),
				StageDefinition.of("numbers", (ProducerConsumerStage<Integer, Integer>) (events, from) -> events)
					.withOptions(BROADCAST)
					.subscribeTo("source", FEW),
				well(), flaky().withRestarts(ONE_SECOND_LATER));
		pipeline.start();
		this.executor.runToRest(10_000);
		assertThat(pipeline.state()).isEqualTo(PipelineState.COMPLETED);
		assertThat(sent(pipeline, "flaky")).isEqualTo(100);
		assertEachGotAll(pipeline, 100, "well", "flaky");
	}

	@Test
	void letsNotEvenDemandThatIsSharedAlreadyPass() {
		EventQueue<Integer> queue = new EventQueue<>(100);
		Pipeline pipeline = pipeline(StageDefinition.of("numbers", queue).withOptions(BROADCAST), well(),
				consumer("killed", this.flaky).withRestarts(ONE_SECOND_LATER));
		pipeline.start();
		run();
		this.system.find("killed").orElseThrow().stop(ExitReason.of("killed"));
		run();
		// Both have asked for four.
		numbersUpTo(10).forEach(queue::offer);
		run();
		assertThat(this.well).isEmpty();
		this.executor.advance(Duration.ofSeconds(1));
		assertThat(this.well).isEqualTo(numbersUpTo(10));
		assertThat(sent(pipeline, "killed")).isEqualTo(10);
	}

	@Test
	void waitsForAConsumerThatIsStoppedOrPaused() {
		EventQueue<Integer> queue = new EventQueue<>(100);
		Pipeline pipeline = pipeline(StageDefinition.of("numbers", queue).withOptions(BROADCAST), well(),
				consumer("other", this.flaky));
		pipeline.start();
		pipeline.stop("other");
		run();
		numbersUpTo(10).forEach(queue::offer);
		run();
		assertThat(this.well).isEmpty();
		pipeline.start("other");
		run();
		assertThat(this.well).isEqualTo(numbersUpTo(10));
		assertThat(this.flaky).isEqualTo(numbersUpTo(10));
		pipeline.pause("other");
		pipeline.restart("other");
		run();
		numbersUpTo(10).forEach(queue::offer);
		run();
		assertThat(this.well).hasSize(10);
		pipeline.resume("other");
		run();
		assertThat(this.well).hasSize(20).isEqualTo(this.flaky);
	}

	@Test
	void doesNotWaitForAConsumerThatWasNeverStartedOrHasCompleted() {
		EventQueue<Integer> queue = new EventQueue<>(100);
		Pipeline pipeline = pipeline(StageDefinition.of("numbers", queue).withOptions(BROADCAST), well(),
				consumer("later", this.flaky).withAutoStartup(false),
				StageDefinition.of("first", new FirstOnly()).subscribeTo("numbers", FEW));
		pipeline.start();
		numbersUpTo(50).forEach(queue::offer);
		run();
		assertThat(stage(pipeline, "first").state()).isEqualTo(StageState.COMPLETED);
		assertThat(this.well).isEqualTo(numbersUpTo(50));
		assertThat(pipeline.status().edge("first", "numbers").orElseThrow().missed()).isZero();
		pipeline.start("later");
		run();
		queue.offer(50);
		run();
		assertThat(this.flaky).containsExactly(50);
	}

	@Test
	void goesOnWithoutAConsumerThatHasFailedForGoodAndCountsWhatPassesIt() {
		Pipeline pipeline = pipeline(numbers(100), well(), flaky().withRestarts(RestartPolicy.never()));
		pipeline.start();
		run();
		assertThat(stage(pipeline, "flaky").state()).isEqualTo(StageState.FAILED);
		assertThat(stage(pipeline, "numbers").state()).isEqualTo(StageState.COMPLETED);
		assertThat(this.well).isEqualTo(numbersUpTo(100));
		EdgeStatus edge = pipeline.status().edge("flaky", "numbers").orElseThrow();
		assertThat(edge.missed()).isEqualTo(100 - edge.sent()).isPositive();
		assertEachGotAll(pipeline, 100, "well", "flaky");
	}

	@Test
	void reportsToListenersWhatPassesAConsumerThatHasFailedForGood() {
		Map<String, Long> lost = new TreeMap<>();
		Pipeline pipeline = new Pipeline(
				PipelineGraph.of(List.of(numbers(100), well(), flaky().withRestarts(RestartPolicy.never()))),
				listened(lost));
		pipeline.start();
		run();
		assertThat(pipeline.status().edge("flaky", "numbers").orElseThrow().missed()).isPositive();
		assertThat(lost).containsExactly(entry("flaky", numbers(pipeline, "flaky").discarded()));
	}

	@Test
	void reportsToListenersWhatPassesAStoppedConsumerInADrain() {
		Map<String, Long> lost = new TreeMap<>();
		EventQueue<Integer> queue = new EventQueue<>(100);
		Pipeline pipeline = new Pipeline(PipelineGraph.of(List
			.of(StageDefinition.of("numbers", queue).withOptions(BROADCAST), well(), consumer("other", this.flaky))),
				listened(lost));
		pipeline.start();
		pipeline.stop("other");
		run();
		numbersUpTo(10).forEach(queue::offer);
		pipeline.drain(Duration.ofSeconds(10));
		run();
		assertThat(lost).containsExactly(entry("other", 10L));
	}

	@Test
	void reportsToListenersWhatPassesAPlaceThatWasNeverTakenAsLostByTheProducer() {
		Map<String, Long> lost = new TreeMap<>();
		StageSystem system = listened(lost);
		StageRef numbers = system.start("numbers", Sources.iterable(numbersUpTo(10)),
				BROADCAST.withDemandMode(DemandMode.ACCUMULATE));
		Place place = new Place("never", FEW);
		numbers.whileEmpty(place, Place.Empty.PASSED);
		system.start("well", collecting(this.well)).subscribeTo(numbers, FEW);
		run();
		numbers.demand(DemandMode.FORWARD);
		run();
		assertThat(this.well).isEqualTo(numbersUpTo(10));
		assertThat(place.missed()).isEqualTo(10);
		assertThat(lost).containsExactly(entry("numbers", 10L));
	}

	private StageSystem listened(Map<String, Long> lost) {
		return StageSystem.builder().executor(this.executor).scheduler(this.executor).listener(new StageListener() {

			@Override
			public void onDiscard(StageRef stage, Discard discard) {
				lost.merge(stage.name(), (long) discard.count(), Long::sum);
			}

		}).build();
	}

	@Test
	void countsOnlyWhatAFailedConsumerWouldHaveSelected() {
		Pipeline pipeline = pipeline(numbers(100), well(),
				StageDefinition.of("flaky", (ConsumerStage<Integer>) (events, from) -> {
					throw new IllegalStateException("broken");
				})
					.subscribeTo("numbers", FEW.withSelector((Integer number) -> number % 10 == 0))
					.withRestarts(RestartPolicy.never()));
		pipeline.start();
		run();
		assertThat(this.well).isEqualTo(numbersUpTo(100));
		assertThat(numbers(pipeline, "flaky").discarded()).isEqualTo(10);
	}

	@Test
	void takesAFailedConsumerBackWhenItIsStartedAgain() {
		EventQueue<Integer> queue = new EventQueue<>(100);
		Pipeline pipeline = pipeline(StageDefinition.of("numbers", queue).withOptions(BROADCAST), well(),
				flaky().withRestarts(RestartPolicy.never()));
		pipeline.start();
		numbersUpTo(50).forEach(queue::offer);
		run();
		assertThat(this.well).hasSize(50);
		long missed = pipeline.status().edge("flaky", "numbers").orElseThrow().missed();
		pipeline.start("flaky");
		run();
		numbersUpTo(50).forEach(queue::offer);
		run();
		assertThat(this.flaky).endsWith(numbersUpTo(50).toArray(Integer[]::new));
		assertThat(pipeline.status().edge("flaky", "numbers").orElseThrow().missed()).isEqualTo(missed);
		assertEachGotAll(pipeline, 100, "well", "flaky");
	}

	@Test
	void keepsAllPlacesWhenNoConsumerIsLeft() {
		EventQueue<Integer> queue = new EventQueue<>(100);
		Pipeline pipeline = pipeline(StageDefinition.of("numbers", queue).withOptions(BROADCAST),
				flaky().withRestarts(RestartPolicy.never()));
		pipeline.start();
		numbersUpTo(50).forEach(queue::offer);
		run();
		assertThat(stage(pipeline, "flaky").state()).isEqualTo(StageState.FAILED);
		assertThat(pipeline.status().edge("flaky", "numbers").orElseThrow().missed()).isZero();
		pipeline.start("flaky");
		run();
		assertThat(sent(pipeline, "flaky")).isEqualTo(50);
	}

	@Test
	void keepsThePlacesOverARestartOfTheProducer() {
		EventQueue<Integer> queue = new EventQueue<>(100);
		Pipeline pipeline = pipeline(StageDefinition.of("numbers", queue).withOptions(BROADCAST), well(),
				consumer("killed", this.flaky).withRestarts(ONE_SECOND_LATER));
		pipeline.start();
		run();
		this.system.find("killed").orElseThrow().stop(ExitReason.of("killed"));
		run();
		pipeline.restart("numbers");
		run();
		numbersUpTo(10).forEach(queue::offer);
		run();
		assertThat(stage(pipeline, "numbers").state()).isEqualTo(StageState.RUNNING);
		assertThat(this.well).isEmpty();
		this.executor.advance(Duration.ofSeconds(1));
		assertThat(this.well).isEqualTo(numbersUpTo(10));
		assertEachGotAll(pipeline, 10, "well", "killed");
	}

	@Test
	void keepsThePlacesAtAnInstanceThatIsAdded() {
		EventQueue<Integer> queue = new EventQueue<>(100);
		Pipeline pipeline = pipeline(StageDefinition.of("queue", queue),
				StageDefinition.of("numbers", (ProducerConsumerStage<Integer, Integer>) (events, from) -> events)
					.withOptions(BROADCAST)
					.subscribeTo("queue", FEW),
				well(), consumer("killed", this.flaky).withRestarts(ONE_SECOND_LATER));
		pipeline.start();
		run();
		this.system.find("killed").orElseThrow().stop(ExitReason.of("killed"));
		run();
		pipeline.concurrency("numbers", 3);
		run();
		numbersUpTo(40).forEach(queue::offer);
		run();
		assertThat(this.well).isEmpty();
		this.executor.advance(Duration.ofSeconds(1));
		assertEachGotAll(pipeline, 40, "well", "killed");
	}

	@Test
	void givesUpThePlaceOfAnInstanceThatIsTakenAway() {
		EventQueue<Integer> queue = new EventQueue<>(100);
		Pipeline pipeline = pipeline(StageDefinition.of("numbers", queue).withOptions(BROADCAST),
				consumer("well", this.well).withConcurrency(3));
		pipeline.start();
		run();
		numbersUpTo(10).forEach(queue::offer);
		run();
		pipeline.concurrency("well", 1);
		run();
		numbersUpTo(10).forEach(queue::offer);
		run();
		assertThat(this.well).hasSize(40);
		assertThat(pipeline.status().edge("well", "numbers").orElseThrow().missed()).isZero();
	}

	@Test
	void letsADrainGoOnWithoutAStoppedConsumerAndCountsWhatPassesIt() {
		EventQueue<Integer> queue = new EventQueue<>(100);
		Pipeline pipeline = pipeline(StageDefinition.of("numbers", queue).withOptions(BROADCAST), well(),
				consumer("other", this.flaky));
		pipeline.start();
		pipeline.stop("other");
		run();
		numbersUpTo(10).forEach(queue::offer);
		CompletableFuture<DrainReport> report = pipeline.drain(Duration.ofSeconds(10)).toCompletableFuture();
		run();
		assertThat(this.well).isEqualTo(numbersUpTo(10));
		assertThat(report.join().remainders()).singleElement().satisfies((other) -> {
			assertThat(other.stage()).isEqualTo("other");
			assertThat(other.lost()).isEqualTo(10);
		});
	}

	@Test
	void doesNotWaitForAConsumerThatHasCancelledItself() {
		EventQueue<Integer> queue = new EventQueue<>(100);
		Pipeline pipeline = pipeline(StageDefinition.of("numbers", queue).withOptions(BROADCAST), well(),
				StageDefinition
					.of("leaver",
							(ConsumerStage<Integer>) (events, from) -> from.cancel(ExitReason.shutdown("seen enough")))
					.subscribeTo("numbers", FEW));
		pipeline.start();
		numbersUpTo(50).forEach(queue::offer);
		run();
		assertThat(this.well).isEqualTo(numbersUpTo(50));
	}

	private StageDefinition numbers(int end) {
		return StageDefinition.of("numbers", Sources.iterable(numbersUpTo(end))).withOptions(BROADCAST);
	}

	private StageDefinition well() {
		return consumer("well", this.well);
	}

	private static StageDefinition consumer(String name, List<Integer> collected) {
		return StageDefinition.of(name, collecting(collected)).subscribeTo("numbers", FEW);
	}

	/** Fails once, at the fifth event or a later one. */
	private StageDefinition flaky() {
		boolean[] failed = { false };
		return StageDefinition.of("flaky", (ConsumerStage<Integer>) (events, from) -> {
			if (!failed[0] && this.flaky.size() >= 4) {
				failed[0] = true;
				throw new IllegalStateException("broken");
			}
			this.flaky.addAll(events);
		}).subscribeTo("numbers", FEW);
	}

	private static long sent(Pipeline pipeline, String consumer) {
		return pipeline.status().edge(consumer, "numbers").orElseThrow().sent();
	}

	private static void assertEachGotAll(Pipeline pipeline, long emitted, String... consumers) {
		assertThat(numbers(pipeline, "numbers").out()).isEqualTo(emitted);
		assertThat(numbers(pipeline, "numbers").discarded()).isZero();
		for (String consumer : consumers) {
			assertThat(numbers(pipeline, consumer).in() + numbers(pipeline, consumer).discarded()).as(consumer)
				.isEqualTo(emitted);
		}
	}

	/**
	 * Has enough after one batch.
	 */
	private static final class FirstOnly implements ConsumerStage<Integer> {

		private StageContext context;

		@Override
		public void onStart(StageContext context) {
			this.context = context;
		}

		@Override
		public void handleEvents(List<Integer> events, Subscription from) {
			this.context.complete();
		}

	}

}
