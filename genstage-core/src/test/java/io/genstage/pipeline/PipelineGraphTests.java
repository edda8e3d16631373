package io.genstage.pipeline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.ProducerStage;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class PipelineGraphTests {

	/** More than fit on a thread's stack, and too many to look at in pairs. */
	private static final int LENGTH = 100_000;

	@Nested
	class Problems {

		@Test
		void namesThatAreTaken() {
			assertProblems(List.of(producer("a"), consumer("b", "a"), consumer("b", "a")),
					"stage 'b' is defined more than once: names must be unique");
		}

		@Test
		void aNameThatAnInstanceOfAnotherStageMayHave() {
			assertProblems(List.of(producer("a"), consumer("b", "a"), consumer("b#12", "a"), consumer("c#1", "a")),
					"stage 'b#12' is named like an instance of 'b': choose another name");
		}

		@Test
		void aProducerThatSubscribes() {
			assertProblems(List.of(producer("a"), producer("b").subscribeTo("a"), consumer("c", "b")),
					"stage 'b' is a producer and can't subscribe to [a]");
		}

		@Test
		void aConsumerWithoutAProducer() {
			assertProblems(List.of(producer("a"), consumer("b", "a"), consumer("c")),
					"stage 'c' is a consumer without a producer: say which stages it subscribes to");
		}

		@Test
		void aProducerWithoutAConsumer() {
			assertProblems(List.of(producer("a"), consumer("b", "a"), producer("c")),
					"stage 'c' is a producer without a consumer: no stage subscribes to it");
		}

		@Test
		void aProducerConsumerWithoutEitherSide() {
			assertProblems(List.of(producer("a"), consumer("b", "a"), both("c")),
					"stage 'c' is a producer-consumer without a producer: say which stages it subscribes to",
					"stage 'c' is a producer-consumer without a consumer: no stage subscribes to it");
		}

		@Test
		void aProducerThatDoesNotExist() {
			assertProblems(List.of(producer("numbers"), consumer("b", "numbers"), consumer("c", "number")),
					"stage 'c' subscribes to 'number', which doesn't exist: did you mean 'numbers'? (there are [b, numbers])");
		}

		@Test
		void aConsumerAsAProducer() {
			assertProblems(List.of(producer("a"), consumer("b", "a"), consumer("c", "b")),
					"stage 'c' subscribes to 'b', which is a consumer and emits nothing");
		}

		@Test
		void twoEdgesBetweenTheSameStages() {
			assertProblems(List.of(producer("a"), consumer("b", "a", "a")),
					"stage 'b' subscribes to 'a' more than once");
		}

		@Test
		void aStageThatSubscribesToItself() {
			assertProblems(List.of(both("a", "a"), consumer("b", "a")), "stage 'a' subscribes to itself");
		}

		@Test
		void aCircle() {
			assertProblems(
					List.of(producer("p"), both("a", "p", "c"), both("b", "a"), both("c", "b"), consumer("d", "c")),
					"stage 'a' is in a circle of subscriptions: a → c → b → a");
		}

		@Test
		void twoCirclesThatShareAStage() {
			assertProblems(
					List.of(producer("p"), both("a", "p", "b", "c"), both("b", "a"), both("c", "a"),
							consumer("d", "c")),
					"stage 'a' is in a circle of subscriptions: a → b → a",
					"stage 'a' is in a circle of subscriptions: a → c → a");
		}

		@Test
		void aCircleOfAHundredThousandStages() {
			List<StageDefinition> stages = chain();
			stages.set(0, both("s0", "s" + (LENGTH - 2)));
			assertThat(GraphCheck.problems(stages)).singleElement()
				.asString()
				.startsWith("stage 's0' is in a circle of subscriptions: s0 → s99998 → s99997 →")
				.endsWith("s1 → s0");
		}

		@Test
		void namesThatAreNotFitForALog() {
			assertProblems(List.of(producer("a\nb"), consumer("c", "a\nb"), consumer(" ", "a\nb")),
					"stage 'a\\u000ab' needs another name: it must have " + RULE,
					"stage ' ' needs another name: it must have " + RULE);
		}

		@Test
		void allOfThemAtOnce() {
			assertThatExceptionOfType(InvalidGraphException.class)
				.isThrownBy(() -> PipelineGraph.of(List.of(producer("a"), consumer("b"), both("c", "c"))))
				.withMessage("stage 'b' is a consumer without a producer: say which stages it subscribes to; "
						+ "stage 'a' is a producer without a consumer: no stage subscribes to it; "
						+ "stage 'c' subscribes to itself")
				.satisfies((ex) -> assertThat(ex.problems()).extracting(GraphProblem::stage)
					.containsExactly("b", "a", "c"));
		}

		private static final String RULE = "1 to 200 characters, not all blank, none of them invisible or one of / and \\, and must not be . or ..";

		private static void assertProblems(List<StageDefinition> stages, String... problems) {
			assertThat(GraphCheck.problems(stages)).extracting(GraphProblem::toString).containsExactly(problems);
		}

	}

	@Nested
	class SoundGraphs {

		private final PipelineGraph graph = PipelineGraph.of(List.of(consumer("d", "b", "c"), both("c", "a"),
				consumer("z", "y"), both("b", "a"), producer("y"), producer("a")));

		@Test
		void putEachStageBehindItsProducers() {
			assertThat(this.graph.stages()).extracting(StageDefinition::name)
				.containsExactly("y", "a", "c", "z", "b", "d");
		}

		@Test
		void knowTheirConsumers() {
			assertThat(this.graph.consumersOf("a")).containsExactly("c", "b");
			assertThat(this.graph.consumersOf("d")).isEmpty();
		}

		@Test
		void fallIntoTheirComponents() {
			assertThat(this.graph.components()).extracting((component) -> names(component))
				.containsExactly(List.of("y", "z"), List.of("a", "c", "b", "d"));
			assertThat(PipelineGraph.of(List.of()).components()).isEmpty();
		}

		@Test
		void suggestAStageThatExists() {
			assertThatIllegalArgumentException().isThrownBy(() -> this.graph.stage("q"))
				.withMessage("there is no stage 'q': did you mean 'y'? (there are [a, b, c, d, y, z])");
		}

		@Test
		void mayBeAHundredThousandStagesDeep() {
			List<StageDefinition> stages = chain();
			Collections.reverse(stages);
			PipelineGraph deep = PipelineGraph.of(stages);
			assertThat(deep.stages()).hasSize(LENGTH).last().extracting(StageDefinition::name).isEqualTo("s99999");
			assertThat(deep.stages().get(0).name()).isEqualTo("s0");
			assertThat(deep.components()).hasSize(1);
		}

		@Test
		void mayBeAHundredThousandPartsWide() {
			List<StageDefinition> stages = new ArrayList<>();
			for (int i = 0; i < LENGTH; i += 2) {
				stages.add(consumer("c" + i, "p" + i));
				stages.add(producer("p" + i));
			}
			assertThat(PipelineGraph.of(stages).components()).hasSize(LENGTH / 2);
		}

		private static List<String> names(PipelineGraph graph) {
			return graph.stages().stream().map(StageDefinition::name).toList();
		}

	}

	private static List<StageDefinition> chain() {
		List<StageDefinition> stages = new ArrayList<>();
		stages.add(producer("s0"));
		for (int i = 1; i < LENGTH - 1; i++) {
			stages.add(both("s" + i, "s" + (i - 1)));
		}
		stages.add(consumer("s" + (LENGTH - 1), "s" + (LENGTH - 2)));
		return stages;
	}

	private static StageDefinition producer(String name) {
		return StageDefinition.of(name, (ProducerStage<String>) (demand) -> List.of());
	}

	private static StageDefinition both(String name, String... producers) {
		return subscribed(StageDefinition.of(name, (ProducerConsumerStage<String, String>) (events, from) -> events),
				producers);
	}

	private static StageDefinition consumer(String name, String... producers) {
		return subscribed(StageDefinition.of(name, (ConsumerStage<String>) (events, from) -> {
		}), producers);
	}

	private static StageDefinition subscribed(StageDefinition stage, String... producers) {
		return Stream.of(producers).reduce(stage, StageDefinition::subscribeTo, (one, other) -> other);
	}

}
