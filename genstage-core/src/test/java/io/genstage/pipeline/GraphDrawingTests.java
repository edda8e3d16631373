package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.StageOptions;
import io.genstage.SubscribeOptions;
import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.dispatch.Dispatchers;
import io.genstage.dispatch.PartitionOptions;
import io.genstage.intake.InFlight;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import io.genstage.source.Sources;
import io.genstage.task.TaskOptions;
import io.genstage.task.Tasks;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How a graph is drawn.
 */
class GraphDrawingTests {

	private final ConsumerStage<Object> consumer = (events, from) -> {
	};

	private final ProducerConsumerStage<Object, Object> between = (events, from) -> events;

	@Nested
	class Shapes {

		@Test
		void ofAChainAreSteps() {
			assertThat(draw(producer("orders"), between("invoices", "orders"), consumer("store", "invoices")))
				.containsExactly("orders", "\\- invoices (demand 1000/500)", "   \\- store (demand 1000/500)");
		}

		@Test
		void ofAFanOutAreBranches() {
			assertThat(draw(producer("orders"), between("invoices", "orders"), consumer("store", "invoices"),
					consumer("audit", "orders")))
				.containsExactly("orders (dispatcher demand: each event to one of them)",
						"+- invoices (demand 1000/500)", "|  \\- store (demand 1000/500)",
						"\\- audit (demand 1000/500)");
		}

		@Test
		void ofAFanInShowTheConsumerBelowEachProducer() {
			assertThat(draw(producer("web"), producer("mail"), consumer("store", "web", "mail"))).containsExactly("web",
					"\\- store (demand 1000/500)", "mail", "\\- store (demand 1000/500)");
		}

		@Test
		void ofADiamondGoOnBelowTheFirstProducer() {
			assertThat(draw(producer("orders"), between("large", "orders"), between("small", "orders"),
					between("all", "large", "small"), consumer("store", "all")))
				.containsExactly("orders (dispatcher demand: each event to one of them)", "+- large (demand 1000/500)",
						"|  \\- all (demand 1000/500)", "|     \\- store (demand 1000/500)",
						"\\- small (demand 1000/500)", "   \\- all (demand 1000/500, see above)");
		}

	}

	@Nested
	class Notes {

		@Test
		void tellTheDemandOfTheEdge() {
			assertThat(draw(producer("orders"),
					StageDefinition.of("store", GraphDrawingTests.this.consumer)
						.subscribeTo("orders", SubscribeOptions.defaults().withMaxDemand(10).withMinDemand(2))))
				.containsExactly("orders", "\\- store (demand 10/2)");
		}

		@Test
		void tellThePartition() {
			StageDefinition orders = producer("orders");
			assertThat(draw(
					orders.withOptions(orders.options()
						.withDispatcher(Dispatchers.partition(PartitionOptions.<Object>ofCount(1)))),
					StageDefinition.of("store", GraphDrawingTests.this.consumer)
						.subscribeTo("orders", SubscribeOptions.defaults().withPartition(0))))
				.containsExactly("orders (dispatcher partition)", "\\- store (demand 1000/500 of partition 0)");
		}

		@Test
		void tellTheNameOfTheDispatcher() {
			assertThat(drawWith(StageOptions.defaults().withDispatcher("mine", Dispatchers.demand())))
				.startsWith("orders (dispatcher mine)");
			assertThat(drawWith(StageOptions.defaults().withDispatcher("my own", Dispatchers.demand())))
				.startsWith("orders (dispatcher 'my own')");
		}

		@Test
		void tellWhatADispatcherWithoutANameIs() {
			assertThat(drawWith(StageOptions.defaults().withDispatcher(Dispatchers.broadcast())))
				.startsWith("orders (dispatcher broadcast)");
			assertThat(drawWith(
					StageOptions.defaults().withDispatcher((outlet) -> Dispatchers.<Object>demand().create(outlet))))
				.startsWith("orders (a dispatcher of its own)");
		}

		@Test
		void tellNothingOfTheUsualDispatcherOfOneConsumer() {
			StageOptions named = StageOptions.defaults().withDispatcher("demand", Dispatchers.demand());
			assertThat(draw(producer("orders").withOptions(named), consumer("store", "orders"))).startsWith("orders");
			assertThat(drawWith(named)).startsWith("orders (dispatcher demand: each event to one of them)");
		}

		@Test
		void tellOfTasks() {
			StageOptions tasks = StageOptions.defaults().withTasks(Tasks.of(TaskOptions.defaults()));
			assertThat(draw(producer("orders"), consumer("store", "orders").withOptions(tasks)))
				.containsExactly("orders", "\\- store (demand 1000/500, a task for each event)");
		}

		@Test
		void showBatchesRatesAndEventsInFlight() {
			StageOptions batches = StageOptions.defaults()
				.withBatching(Batching.of(new BatchOptions(200, Duration.ofMillis(100), 1)))
				.withRate(new RateAccount(RateLimit.of(50, Duration.ofSeconds(1))));
			StageOptions future = StageOptions.defaults()
				.withInFlight(InFlight.of(8))
				.withRate(new RateAccount(RateLimit.of(3, Duration.ofMillis(1500))));
			assertThat(draw(
					producer("orders").withOptions(
							StageOptions.defaults().withRate(new RateAccount(RateLimit.of(90, Duration.ofMinutes(1))))),
					between("score", "orders").withOptions(future),
					consumer("keep", "score").withOptions(batches).withConcurrency(4)))
				.containsExactly("orders (rate 90/min)", "\\- score (demand 1000/500, rate 3 in 1500 ms, 8 in flight)",
						"   \\- keep (4 instances, demand 10/5, batch 200 in 100 ms, rate 50/s)");
		}

		@Test
		void showTheBatchAndTheRateOfNow() {
			Batching<Object> batching = Batching.of(BatchOptions.defaults());
			RateAccount rate = new RateAccount(RateLimit.of(50, Duration.ofSeconds(1)));
			StageOptions options = StageOptions.defaults().withBatching(batching).withRate(rate);
			batching.change(new BatchOptions(7, Duration.ofHours(2), 1));
			rate.change(RateLimit.of(4, Duration.ofHours(1)));
			assertThat(draw(producer("orders"), consumer("store", "orders").withOptions(options)))
				.containsExactly("orders", "\\- store (demand 1000/500, batch 7 in 2 h, rate 4/h)");
		}

		@Test
		void tellWhatTheCallerAdds() {
			PipelineGraph graph = PipelineGraph.of(List.of(producer("orders"), consumer("store", "orders")));
			assertThat(graph.drawing((stage) -> stage.name().equals("store") ? List.of("slow", "local") : List.of()))
				.containsExactly("orders", "\\- store (demand 1000/500, slow, local)");
		}

		private List<String> drawWith(StageOptions options) {
			return draw(producer("orders").withOptions(options), consumer("audit", "orders"),
					consumer("store", "orders"));
		}

		@Test
		void tellTheNumberOfInstancesAndWhoWaits() {
			assertThat(draw(producer("orders"), consumer("store", "orders").withConcurrency(4).withAutoStartup(false)))
				.containsExactly("orders", "\\- store (4 instances, demand 10/5, waits to be started)");
		}

	}

	@Nested
	class Names {

		@Test
		void ofAllLettersArePlain() {
			assertThat(draw(producer("Bücher.2"), consumer("ü-b_e.r#1", "Bücher.2"))).containsExactly("Bücher.2",
					"\\- ü-b_e.r#1 (demand 1000/500)");
		}

		@Test
		void thatCouldBeTakenForTheDrawingAreQuoted() {
			assertThat(draw(producer("a (see above)"), consumer("+- b", "a (see above)")))
				.containsExactly("'a (see above)'", "\\- '+- b' (demand 1000/500)");
		}

		@Test
		void thatTurnTheDirectionAreRefused() {
			assertThatExceptionOfType(InvalidGraphException.class)
				.isThrownBy(() -> draw(producer("a\u202eb"), consumer("c", "a\u202eb")))
				.withMessageContaining("'a\\u202eb' needs another name");
		}

	}

	@Nested
	class OfAThousandStages {

		@Test
		void inAChainHasAHundredLinesAndTheRestInNumbers() {
			List<StageDefinition> chain = new ArrayList<>(List.of(producer("s0")));
			for (int number = 1; number < 999; number++) {
				chain.add(between("s" + number, "s" + (number - 1)));
			}
			chain.add(consumer("s999", "s998"));
			List<String> lines = draw(chain.toArray(StageDefinition[]::new));
			assertThat(lines).hasSize(101).endsWith("... and 900 more stages");
			assertThat(lines.get(99)).isEqualTo("   ".repeat(98) + "\\- s99 (demand 1000/500)");
		}

		@Test
		void besideEachOtherHasAHundredLinesAndTheRestInNumbers() {
			List<StageDefinition> star = new ArrayList<>(List.of(producer("s0")));
			for (int number = 1; number < 1000; number++) {
				star.add(consumer("s" + number, "s0"));
			}
			assertThat(draw(star.toArray(StageDefinition[]::new))).hasSize(101)
				.startsWith("s0 (dispatcher demand: each event to one of them)", "+- s1 (demand 1000/500)")
				.endsWith("+- s99 (demand 1000/500)", "... and 900 more stages");
		}

	}

	private static StageDefinition producer(String name) {
		return StageDefinition.of(name, Sources.iterable(List.of()));
	}

	private StageDefinition between(String name, String... producers) {
		return subscribed(StageDefinition.of(name, this.between), producers);
	}

	private StageDefinition consumer(String name, String... producers) {
		return subscribed(StageDefinition.of(name, this.consumer), producers);
	}

	private static StageDefinition subscribed(StageDefinition stage, String... producers) {
		StageDefinition subscribed = stage;
		for (String producer : producers) {
			subscribed = subscribed.subscribeTo(producer);
		}
		return subscribed;
	}

	private static List<String> draw(StageDefinition... stages) {
		return PipelineGraph.of(List.of(stages)).drawing();
	}

}
