package io.genstage.picture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.genstage.dispatch.DispatcherFactory;
import io.genstage.dispatch.Subscriber;
import io.genstage.picture.GraphLayout.Line;
import io.genstage.picture.GraphLayout.Node;
import io.genstage.picture.GraphLayout.Place;
import io.genstage.pipeline.EdgeDefinition;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.StageDefinition;

/**
 * Makes the layout of one graph: columns first, then the order within them, then rows.
 * <p>
 * An edge over several columns has a bend in each of them, which takes a place like a
 * stage does. So that there are never many more bends than stages, edges beyond that go
 * through lanes below everything, one for each producer.
 */
final class GraphArrangement {

	private static final int BENDS_AT_LEAST = 1000;

	private final PipelineGraph graph;

	private final List<StageDefinition> stages;

	private final Map<String, Integer> indices = new HashMap<>();

	private final Columns columns = new Columns();

	private final List<Way> ways = new ArrayList<>();

	/** By the names of producers, of which one may have thousands of lines. */
	private final Map<String, String> choices = new HashMap<>();

	GraphArrangement(PipelineGraph graph) {
		this.graph = graph;
		this.stages = graph.stages();
	}

	GraphLayout layout() {
		addStages();
		addEdges();
		this.columns.order();
		Rows rows = Rows.of(this.columns);
		List<Node> nodes = new ArrayList<>();
		for (int stage = 0; stage < this.stages.size(); stage++) {
			nodes.add(new Node(this.stages.get(stage), place(stage, rows)));
		}
		return new GraphLayout(nodes, lines(rows));
	}

	/** Returns how much has been looked at to find an order. */
	long steps() {
		return this.columns.steps();
	}

	/** Each stage is one column behind the last of its producers, which are known. */
	private void addStages() {
		for (StageDefinition stage : this.stages) {
			int column = 0;
			for (EdgeDefinition edge : stage.producers()) {
				column = Math.max(column, this.columns.columnOf(index(edge.producer())) + 1);
			}
			this.indices.put(stage.name(), this.columns.add(column, false));
		}
	}

	private int index(String stage) {
		return this.indices.getOrDefault(stage, 0);
	}

	private void addEdges() {
		int bendsLeft = Math.max(2 * this.stages.size(), BENDS_AT_LEAST);
		for (StageDefinition consumer : this.stages) {
			for (EdgeDefinition edge : consumer.producers()) {
				int from = index(edge.producer());
				int to = index(consumer.name());
				int bends = this.columns.columnOf(to) - this.columns.columnOf(from) - 1;
				boolean joined = bends <= bendsLeft;
				this.ways.add(new Way(edge, consumer, from, to, this.columns.size(), joined ? bends : 0));
				if (joined) {
					bendsLeft -= bends;
					join(from, to);
				}
			}
		}
	}

	/** The bends of a line have numbers that follow each other. */
	private void join(int from, int to) {
		int last = from;
		for (int column = this.columns.columnOf(from) + 1; column < this.columns.columnOf(to); column++) {
			int bend = this.columns.add(column, true);
			this.columns.join(last, bend);
			last = bend;
		}
		this.columns.join(last, to);
	}

	private Place place(int vertex, Rows rows) {
		return new Place(this.columns.columnOf(vertex), rows.of(vertex));
	}

	private List<Line> lines(Rows rows) {
		Map<Integer, Integer> lanes = new HashMap<>();
		List<Line> lines = new ArrayList<>();
		for (Way way : this.ways) {
			List<Place> places = new ArrayList<>();
			places.add(place(way.from(), rows));
			for (int bend = 0; bend < way.bends(); bend++) {
				places.add(place(way.firstBend() + bend, rows));
			}
			int first = this.columns.columnOf(way.from()) + 1;
			int last = this.columns.columnOf(way.to()) - 1;
			if (way.bends() == 0 && first <= last) {
				int lane = rows.last() + 1 + lanes.computeIfAbsent(way.from(), (from) -> lanes.size() + 1);
				places.add(new Place(first, lane));
				places.add(new Place(last, lane));
			}
			places.add(place(way.to(), rows));
			lines.add(new Line(way.edge().producer(), way.consumer().name(), label(way), withoutStraightOn(places)));
		}
		return lines;
	}

	/** Leaves places out at which a line goes on in its row. */
	private static List<Place> withoutStraightOn(List<Place> places) {
		List<Place> turns = new ArrayList<>();
		for (int index = 0; index < places.size(); index++) {
			Place place = places.get(index);
			boolean inner = index > 0 && index < places.size() - 1;
			if (!inner || places.get(index - 1).row() != place.row() || places.get(index + 1).row() != place.row()) {
				turns.add(place);
			}
		}
		return turns;
	}

	private String label(Way way) {
		Object partition = way.edge().optionsFor(way.consumer().concurrency()).attributes().get(Subscriber.PARTITION);
		if (partition != null) {
			return "partition " + partition;
		}
		return this.choices.computeIfAbsent(way.edge().producer(), this::choice);
	}

	/** Returns who gets the events of a producer, unless it is one consumer only. */
	private String choice(String producer) {
		return (this.graph.consumersOf(producer).size() > 1) ? dispatcher(this.graph.stage(producer)) : "";
	}

	private static String dispatcher(StageDefinition producer) {
		String name = producer.options().dispatcherName();
		if (name != null) {
			return name;
		}
		DispatcherFactory<?> dispatcher = producer.options().dispatcher();
		if (dispatcher == null) {
			return "demand";
		}
		if (dispatcher.waitsForAll()) {
			return "broadcast";
		}
		return dispatcher.partitions().isEmpty() ? "own dispatcher" : "partition";
	}

	/**
	 * An edge and the vertices that it leads over.
	 *
	 * @param edge the edge
	 * @param consumer the stage where it ends
	 * @param from the vertex of its producer
	 * @param to the vertex of its consumer
	 * @param firstBend the first of the vertices between, if there are any
	 * @param bends the number of vertices between, none if it goes through a lane or
	 * needs none
	 */
	private record Way(EdgeDefinition edge, StageDefinition consumer, int from, int to, int firstBend, int bends) {
	}

}
