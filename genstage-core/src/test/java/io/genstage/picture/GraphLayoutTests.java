package io.genstage.picture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.StageOptions;
import io.genstage.SubscribeOptions;
import io.genstage.dispatch.Dispatchers;
import io.genstage.dispatch.PartitionOptions;
import io.genstage.picture.GraphLayout.Line;
import io.genstage.picture.GraphLayout.Node;
import io.genstage.picture.GraphLayout.Place;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.StageDefinition;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static io.genstage.picture.Graphs.stage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Where the stages of a graph are, and the ways of the lines between them.
 */
class GraphLayoutTests {

	@Nested
	class EachGraph {

		static Stream<Arguments> graphs() {
			Stream<Arguments> known = Stream
				.of(arguments("one chain", Graphs.chain(12)), arguments("a tree", Graphs.tree(6)), arguments("parts",
						Graphs.of(stage("p1"), stage("c1", "p1"), stage("p2"), stage("c2", "p2"), stage("c3", "p2"))),
						arguments("a short cut", shortCut()));
			return Stream.concat(known,
					IntStream.range(0, 30)
						.mapToObj((seed) -> arguments("random " + seed,
								Graphs.random(seed, 5 + 3 * seed, (seed % 2 == 0) ? 6 : 60))));
		}

		@ParameterizedTest(name = "{0}")
		@MethodSource("graphs")
		void hasItsStagesApartFromEachOther(String name, PipelineGraph graph) {
			GraphLayout layout = GraphLayout.of(graph);
			assertThat(layout.nodes()).extracting(Node::stage).containsExactlyElementsOf(graph.stages());
			Map<Integer, List<Integer>> rows = rowsByColumn(layout);
			rows.forEach((column, ofColumn) -> {
				List<Integer> sorted = ofColumn.stream().sorted().toList();
				for (int index = 1; index < sorted.size(); index++) {
					assertThat(sorted.get(index) - sorted.get(index - 1)).isGreaterThanOrEqualTo(2);
				}
			});
			assertThat(layout.nodes()).allSatisfy((node) -> {
				assertThat(node.place().column()).isBetween(0, layout.columns() - 1);
				assertThat(node.place().row()).isBetween(0, layout.rows() - 1);
			});
		}

		@ParameterizedTest(name = "{0}")
		@MethodSource("graphs")
		void hasALineToTheRightForEachEdge(String name, PipelineGraph graph) {
			GraphLayout layout = GraphLayout.of(graph);
			Map<String, Place> places = places(layout);
			assertThat(layout.lines()).extracting((line) -> line.producer() + " " + line.consumer())
				.containsExactlyElementsOf(graph.stages()
					.stream()
					.flatMap((stage) -> stage.producers().stream().map((edge) -> edge.producer() + " " + stage.name()))
					.toList());
			assertThat(layout.lines()).allSatisfy((line) -> {
				assertThat(line.way()).startsWith(places.get(line.producer())).endsWith(places.get(line.consumer()));
				assertThat(line.way()).extracting(Place::column).isSorted().doesNotHaveDuplicates();
			});
		}

		@ParameterizedTest(name = "{0}")
		@MethodSource("graphs")
		void hasNoLineThroughAStage(String name, PipelineGraph graph) {
			GraphLayout layout = GraphLayout.of(graph);
			Map<Integer, List<Integer>> stages = rowsByColumn(layout);
			for (Line line : layout.lines()) {
				for (Place passed : passedColumns(line)) {
					assertThat(stages.getOrDefault(passed.column(), List.of()))
						.noneMatch((row) -> Math.abs(row - passed.row()) < 1);
				}
			}
		}

		@ParameterizedTest(name = "{0}")
		@MethodSource("graphs")
		void isAlwaysTheSame(String name, PipelineGraph graph) {
			GraphLayout layout = GraphLayout.of(graph);
			GraphLayout again = GraphLayout.of(PipelineGraph.of(graph.stages()));
			assertThat(again.nodes()).isEqualTo(layout.nodes());
			assertThat(again.lines()).isEqualTo(layout.lines());
		}

	}

	@Nested
	class Shapes {

		@Test
		void ofAChainAreOneRow() {
			assertThat(places(GraphLayout.of(Graphs.chain(4)))).isEqualTo(
					Map.of("p0", new Place(0, 0), "m1", new Place(1, 0), "m2", new Place(2, 0), "c", new Place(3, 0)));
		}

		@Test
		void ofAFanOutHaveTheProducerInTheMiddle() {
			GraphLayout layout = GraphLayout.of(Graphs.of(stage("p"), stage("c1", "p"), stage("c2", "p")));
			assertThat(places(layout))
				.isEqualTo(Map.of("p", new Place(0, 1), "c1", new Place(1, 0), "c2", new Place(1, 2)));
		}

		@Test
		void ofAShortCutGoBesideTheStages() {
			GraphLayout layout = GraphLayout.of(shortCut());
			assertThat(layout.lines()
				.stream()
				.filter((line) -> line.producer().equals("p") && line.consumer().equals("c"))).singleElement()
				.satisfies((line) -> assertThat(line.way()).hasSizeGreaterThan(2));
		}

		@Test
		void ofNothingAreNothing() {
			GraphLayout layout = GraphLayout.of(PipelineGraph.of(List.of()));
			assertThat(layout.columns()).isZero();
			assertThat(layout.rows()).isZero();
		}

	}

	@Nested
	class Crossings {

		@Test
		void areNoneInATree() {
			assertThat(crossings(GraphLayout.of(Graphs.tree(6)))).isZero();
		}

		@Test
		void areNoneInALadderThatWasDefinedCrosswise() {
			assertThat(crossings(GraphLayout.of(Graphs.of(stage("p1"), stage("p2"), stage("p3"), stage("m3", "p3"),
					stage("m1", "p1"), stage("m2", "p2"), stage("c2", "m2"), stage("c3", "m3"), stage("c1", "m1")))))
				.isZero();
		}

		@Test
		void areOneWhereTwoProducersBothFeedTwoConsumers() {
			assertThat(crossings(GraphLayout
				.of(Graphs.of(stage("p1"), stage("p2"), stage("c1", "p1", "p2"), stage("c2", "p1", "p2")))))
				.isEqualTo(1);
		}

		@Test
		void areAsFewAsPossibleInAGraphOfSixtyStages() {
			// Seven branches meet in a column where each has an end of its own, too: with
			// three
			// of them above the meeting point and four below it, 3 and 6 lines cross.
			assertThat(crossings(GraphLayout.of(sixty()))).isEqualTo(9);
		}

	}

	@Nested
	class LargeGraphs {

		@Test
		void ofFiveThousandStagesTakeStepsInProportionToTheirSize() {
			long small = steps(Graphs.random(1, 1250, 40));
			long large = steps(Graphs.random(1, 5000, 40));
			assertThat(large).isLessThan(6 * small);
		}

		@Test
		void ofFiveThousandStagesAreLookedAtAFewTimesOnly() {
			PipelineGraph graph = Graphs.random(1, 5000, 40);
			int edges = graph.stages().stream().mapToInt((stage) -> stage.producers().size()).sum();
			// Each stage may have two bends, which have a line each.
			long once = 3L * graph.stages().size() + edges + 2L * graph.stages().size();
			assertThat(steps(graph)).isBetween(3 * once, 6 * once);
		}

		@Test
		void ofFiveThousandStagesInARowWithShortCutsToTheEndHaveFewBends() {
			List<StageDefinition> stages = new ArrayList<>(Graphs.chain(5000).stages());
			stages.remove(stages.size() - 1);
			stages.add(stage("c", stages.stream().map(StageDefinition::name).toArray(String[]::new)));
			GraphLayout layout = GraphLayout.of(PipelineGraph.of(stages));
			assertThat(layout.lines()).hasSize(4998 + 4999)
				.allSatisfy((line) -> assertThat(line.way()).hasSizeLessThan(6));
		}

		@Test
		void ofFiveThousandStagesBesideEachOtherHaveTwoColumns() {
			List<StageDefinition> star = new ArrayList<>(List.of(stage("p")));
			IntStream.range(0, 4999).forEach((index) -> star.add(stage("c" + index, "p")));
			GraphLayout layout = GraphLayout.of(PipelineGraph.of(star));
			assertThat(layout.columns()).isEqualTo(2);
			assertThat(layout.rows()).isEqualTo(2 * 4999 - 1);
			assertThat(crossings(layout)).isZero();
		}

		private long steps(PipelineGraph graph) {
			GraphArrangement arrangement = new GraphArrangement(graph);
			GraphLayout unused = arrangement.layout();
			return arrangement.steps();
		}

	}

	@Nested
	class Labels {

		@Test
		void nameTheDispatcherOfAProducerWithSeveralConsumers() {
			assertThat(labels(Graphs.of(stage("p"), stage("c1", "p"), stage("c2", "p")))).containsExactly("demand",
					"demand");
			assertThat(labels(
					Graphs.of(stage("p").withOptions(StageOptions.defaults().withDispatcher(Dispatchers.broadcast())),
							stage("c1", "p"), stage("c2", "p"))))
				.containsExactly("broadcast", "broadcast");
		}

		@Test
		void nameThePartitionOfAConsumer() {
			assertThat(labels(Graphs.of(
					stage("p").withOptions(StageOptions.defaults()
						.withDispatcher(Dispatchers.partition(PartitionOptions.<Object>ofCount(1)))),
					stage("c").subscribeTo("p", SubscribeOptions.defaults().withPartition(0)))))
				.containsExactly("partition 0");
		}

		@Test
		void areEmptyWhereThereIsNoChoice() {
			assertThat(labels(Graphs.of(stage("p"), stage("c", "p")))).containsExactly("");
		}

		private List<String> labels(PipelineGraph graph) {
			return GraphLayout.of(graph).lines().stream().map(Line::label).toList();
		}

	}

	private static PipelineGraph shortCut() {
		return Graphs.of(stage("p"), stage("m1", "p"), stage("m2", "m1"), stage("c", "m2", "p"));
	}

	/** Returns three sources, whose events join, are split five ways twice, and end. */
	static PipelineGraph sixty() {
		List<StageDefinition> stages = new ArrayList<>(List.of(stage("p-web"), stage("p-mail"), stage("p-files"),
				stage("merge", "p-web", "p-mail", "p-files")));
		for (int branch = 0; branch < 7; branch++) {
			stages.add(stage("region-" + branch, "merge"));
			for (int step = 0; step < 5; step++) {
				String before = (step > 0) ? "step-" + branch + "-" + (step - 1) : "region-" + branch;
				stages.add(stage("step-" + branch + "-" + step, before));
			}
			stages.add(stage("cache-" + branch, "step-" + branch + "-4"));
		}
		stages.add(stage("joined",
				IntStream.range(0, 7).mapToObj((branch) -> "step-" + branch + "-4").toArray(String[]::new)));
		stages.add(stage("c-store", "joined"));
		IntStream.range(0, 5).forEach((index) -> stages.add(stage("c-audit-" + index, "joined")));
		return PipelineGraph.of(stages);
	}

	private static Map<String, Place> places(GraphLayout layout) {
		return layout.nodes().stream().collect(Collectors.toMap(Node::name, Node::place));
	}

	private static Map<Integer, List<Integer>> rowsByColumn(GraphLayout layout) {
		return layout.nodes()
			.stream()
			.collect(Collectors.groupingBy((node) -> node.place().column(),
					Collectors.mapping((node) -> node.place().row(), Collectors.toList())));
	}

	/** Returns where a line passes each column between those of its stages. */
	private static List<Place> passedColumns(Line line) {
		List<Place> passed = new ArrayList<>();
		Place before = line.way().get(0);
		for (Place place : line.way().subList(1, line.way().size())) {
			for (int column = before.column(); column < place.column(); column++) {
				passed.add(new Place(column, before.row()));
			}
			before = place;
		}
		passed.remove(0);
		return passed;
	}

	/** Counts, in each gap, the pairs of lines that change sides. */
	private static long crossings(GraphLayout layout) {
		Map<Integer, Set<List<Integer>>> gaps = new HashMap<>();
		for (Line line : layout.lines()) {
			List<Place> passed = new ArrayList<>(List.of(line.way().get(0)));
			passed.addAll(passedColumns(line));
			passed.add(line.way().get(line.way().size() - 1));
			for (int index = 1; index < passed.size(); index++) {
				gaps.computeIfAbsent(passed.get(index).column(), (column) -> new HashSet<>())
					.add(List.of(passed.get(index - 1).row(), passed.get(index).row()));
			}
		}
		return gaps.values()
			.stream()
			.mapToLong((gap) -> gap.stream()
				.flatMap(
						(one) -> gap.stream().filter((other) -> one.get(0) < other.get(0) && one.get(1) > other.get(1)))
				.count())
			.sum();
	}

}
