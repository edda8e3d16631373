package io.genstage;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.genstage.dispatch.Dispatchers;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whole graphs, turn by turn on one thread, against the traces that GenStage gives.
 */
class GoldenTraceTests {

	private final ManualExecutor executor = new ManualExecutor();

	private final Dialogue dialogue = new Dialogue(this.executor);

	private final List<Long> demands = new ArrayList<>();

	private final List<String> doubled = new ArrayList<>();

	private final List<String> consumed = new ArrayList<>();

	private final StageRef counter = this.dialogue.start("counter", new CountingStage(),
			StageOptions.defaults().withDemandMode(DemandMode.ACCUMULATE));

	@Nested
	class ProducerAndConsumer {

		@Test
		@DisplayName("5.8 a consumer of 4/2")
		void smallConsumer() {
			run(consumer(), 4, 2);
			assertThat(demands).startsWith(4L, 2L, 2L, 2L);
			assertThat(consumed).startsWith("2 (0-1)", "2 (2-3)", "2 (4-5)", "2 (6-7)");
		}

		@Test
		@DisplayName("G2 a consumer with the defaults")
		void consumerWithTheDefaults() {
			run(consumer(), 1000, 500);
			assertThat(demands).startsWith(1000L, 500L, 500L, 500L);
			assertThat(consumed).startsWith("500 (0-499)", "500 (500-999)", "500 (1000-1499)");
		}

		@Test
		@DisplayName("G3 a consumer of 100/80")
		void consumerThatAsksOften() {
			run(consumer(), 100, 80);
			assertThat(demands).startsWith(100L, 20L, 20L, 20L);
			assertThat(consumed).startsWith("20 (0-19)", "20 (20-39)")
				.contains("20 (1000-1019)")
				.allMatch((batch) -> batch.startsWith("20 ("));
		}

		@Test
		@DisplayName("6 a consumer of 100/20")
		void consumerThatAsksSeldom() {
			run(consumer(), 100, 20);
			assertThat(demands).startsWith(100L, 80L, 100L, 80L, 100L);
			assertThat(consumed).startsWith("80 (0-79)", "20 (80-99)", "80 (100-179)", "80 (180-259)");
		}

		@Test
		@DisplayName("G5 a consumer of 1/0")
		void consumerOfOne() {
			run(consumer(), 1, 0);
			assertThat(consumed).startsWith("1 (0-0)", "1 (1-1)", "1 (2-2)");
		}

		@Test
		@DisplayName("G24 8.3 a consumer of 4/0 and a buffer that comes first")
		void bufferedEventsComeFirst() {
			counter.demand(DemandMode.FORWARD);
			counter.tell(List.of(-5, -4, -3));
			counter.tell(List.of(-2, -1));
			Dialogue.subscribe(consumer(), counter, 4, 0);
			executor.run(100);
			assertThat(demands).startsWith(3L, 4L, 4L);
			assertThat(consumed).startsWith("4 (-5--2)", "1 (-1--1)", "3 (0-2)", "4 (3-6)");
		}

		@Test
		@DisplayName("G23 two consumers of 2/1 whose demands are not summed up")
		void heldDemandsAreNotSummedUp() {
			StageRef recorder = dialogue.start("recorder", (ProducerStage<Integer>) (demand) -> {
				demands.add(demand);
				return List.of((int) demand);
			}, StageOptions.defaults().withDemandMode(DemandMode.ACCUMULATE));
			Dialogue.subscribe(consumer(), recorder, 2, 1);
			Dialogue.subscribe(dialogue.start("other", recording(consumed)), recorder, 2, 1);
			executor.runAll();
			assertThat(demands).isEmpty();
			forward(recorder, 100);
			assertThat(demands).startsWith(2L, 2L, 1L, 1L, 1L);
			assertThat(consumed).startsWith("1 (2-2)", "1 (2-2)", "1 (1-1)", "1 (1-1)");
		}

		private void run(StageRef consumer, int max, int min) {
			Dialogue.subscribe(consumer, counter, max, min);
			GoldenTraceTests.this.run();
		}

	}

	@Nested
	class Broadcast {

		private final List<String> other = new ArrayList<>();

		@Test
		@DisplayName("G6 two consumers of 10/0 and 20/0 get the same")
		void twoConsumersGetTheSame() {
			StageRef producer = startBroadcast();
			Dialogue.subscribe(consumer(), producer, 10, 0);
			Dialogue.subscribe(dialogue.start("other", recording(this.other)), producer, 20, 0);
			executor.runAll();
			forward(producer, 500);
			assertBothGetTensUpTo1009();
		}

		@Test
		@DisplayName("G7 one that never asks holds them up until it leaves")
		void oneThatNeverAsksHoldsThemUp() {
			StageRef producer = startBroadcast();
			OpenSubscription holding = dialogue.probe("holding").subscribeTo(producer);
			Dialogue.subscribe(consumer(), producer, 10, 0);
			Dialogue.subscribe(dialogue.start("other", recording(this.other)), producer, 20, 0);
			executor.runAll();
			producer.demand(DemandMode.FORWARD);
			executor.runAll();
			assertThat(demands).isEmpty();
			assertThat(consumed).isEmpty();
			assertThat(this.other).isEmpty();
			holding.cancel(ExitReason.NORMAL);
			executor.run(500);
			assertBothGetTensUpTo1009();
		}

		private void assertBothGetTensUpTo1009() {
			assertThat(demands).allMatch((demand) -> demand == 10);
			assertThat(consumed).startsWith("10 (0-9)", "10 (10-19)").contains("10 (1000-1009)");
			assertThat(this.other).startsWith("10 (0-9)", "10 (10-19)").contains("10 (1000-1009)");
		}

		@Test
		@DisplayName("G15 behind a producer-consumer that broadcasts to consumers of 10/0 and 20/0")
		void behindAProducerConsumer() {
			StageRef doubler = dialogue.start("doubler", doubling(),
					StageOptions.defaults().withDispatcher(Dispatchers.broadcast()));
			Dialogue.subscribe(doubler, counter, 10, 5);
			Dialogue.subscribe(consumer(), doubler, 10, 0);
			Dialogue.subscribe(dialogue.start("other", recording(this.other)), doubler, 20, 0);
			run();
			assertThat(demands).startsWith(10L, 5L, 5L, 5L);
			assertThat(doubled).startsWith("5 (0-4)", "5 (5-9)", "5 (10-14)");
			assertThat(consumed).startsWith("10 (0-4)", "10 (5-9)").contains("10 (200-204)");
			assertThat(this.other).startsWith("10 (0-4)", "10 (5-9)").contains("10 (200-204)");
		}

		private StageRef startBroadcast() {
			return dialogue.start("broadcast", new CountingStage(),
					StageOptions.defaults()
						.withDemandMode(DemandMode.ACCUMULATE)
						.withDispatcher(Dispatchers.broadcast()));
		}

	}

	@Nested
	class ThroughAProducerConsumer {

		private final StageRef doubler = dialogue.start("doubler", doubling());

		private final StageRef forwarder = consumer();

		@Test
		@DisplayName("G9 100/80 and 100/50")
		void askingOften() {
			Dialogue.subscribe(this.doubler, counter, 100, 80);
			Dialogue.subscribe(this.forwarder, this.doubler, 100, 50);
			run();
			assertOftenAsked();
		}

		@Test
		@DisplayName("G11 100/80 and 100/50, connected from the end")
		void askingOftenConnectedFromTheEnd() {
			Dialogue.subscribe(this.forwarder, this.doubler, 100, 50);
			executor.runAll();
			Dialogue.subscribe(this.doubler, counter, 100, 80);
			run();
			assertOftenAsked();
		}

		private void assertOftenAsked() {
			assertThat(demands).startsWith(100L, 20L, 20L, 20L);
			assertThat(doubled).startsWith("20 (0-19)", "20 (20-39)", "20 (40-59)", "20 (60-79)", "20 (80-99)",
					"20 (100-119)", "20 (120-139)");
			assertThat(doubled).allMatch((batch) -> batch.startsWith("20 ("));
			assertThat(consumed).startsWith("40 (0-19)", "40 (20-39)", "20 (40-49)", "50 (50-74)", "30 (75-89)",
					"20 (90-99)", "40 (100-119)", "10 (120-124)", "30 (125-139)");
		}

		@Test
		@DisplayName("G10 100/20 and 100/50")
		void askingSeldom() {
			Dialogue.subscribe(this.doubler, counter, 100, 20);
			Dialogue.subscribe(this.forwarder, this.doubler, 100, 50);
			run();
			assertThat(demands).startsWith(100L, 80L, 100L, 80L, 100L);
			assertThat(doubled).startsWith("80 (0-79)", "20 (80-99)", "80 (100-179)", "80 (180-259)", "20 (260-279)");
			assertThat(consumed).startsWith("50 (0-24)", "50 (25-49)", "50 (50-74)", "50 (75-99)");
		}

	}

	/** Lets the counter forward when everything is connected, and runs many turns. */
	private void run() {
		this.executor.runAll();
		forward(this.counter, 1000);
	}

	private void forward(StageRef producer, int turns) {
		producer.demand(DemandMode.FORWARD);
		this.executor.run(turns);
	}

	private StageRef consumer() {
		return this.dialogue.start("consumer", recording(this.consumed));
	}

	private static ConsumerStage<Integer> recording(List<String> batches) {
		return (events, from) -> batches.add(describe(events));
	}

	private ProducerConsumerStage<Integer, Integer> doubling() {
		return (events, from) -> {
			this.doubled.add(describe(events));
			return events.stream().flatMap((event) -> IntStream.of(event, event).boxed()).toList();
		};
	}

	private static String describe(List<Integer> batch) {
		return "%d (%d-%d)".formatted(batch.size(), batch.get(0), batch.get(batch.size() - 1));
	}

	private final class CountingStage implements ProducerStage<Integer> {

		private int next;

		@Override
		public List<Integer> handleDemand(long demand) {
			GoldenTraceTests.this.demands.add(demand);
			int first = this.next;
			this.next += (int) demand;
			return IntStream.range(first, this.next).boxed().toList();
		}

		/** Emits the events that it is told. */
		@Override
		@SuppressWarnings("unchecked") // the test tells lists of numbers
		public List<Integer> onInfo(Object message) {
			return (List<Integer>) message;
		}

	}

}
