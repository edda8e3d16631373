package io.genstage.picture;

import java.util.List;

import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.StageDefinition;

/**
 * Where the stages of a graph are in a picture, and the ways of the lines between them.
 *
 * <pre>{@code
 * GraphLayout layout = GraphLayout.of(pipeline.graph());
 * System.out.println(layout.text());
 * }</pre>
 *
 * Events flow from the left to the right: each stage is in a column behind those of its
 * producers. Stages of one column are at least two rows apart, and a line passes a column
 * at least one row away from each stage that it does not end at. So boxes of less than
 * two rows in height that leave a gap between the columns never overlap each other, nor
 * the lines, whatever the size of a row and a column is.
 * <p>
 * The same graph always has the same layout. The time it takes grows nearly linearly with
 * the number of stages and edges: 5,000 stages take a fraction of a second.
 */
public final class GraphLayout {

	private final List<Node> nodes;

	private final List<Line> lines;

	private final int columns;

	private final int rows;

	GraphLayout(List<Node> nodes, List<Line> lines) {
		this.nodes = List.copyOf(nodes);
		this.lines = List.copyOf(lines);
		int columns = 0;
		int rows = 0;
		for (Node node : nodes) {
			columns = Math.max(columns, node.place().column() + 1);
			rows = Math.max(rows, node.place().row() + 1);
		}
		for (Line line : lines) {
			for (Place place : line.way()) {
				rows = Math.max(rows, place.row() + 1);
			}
		}
		this.columns = columns;
		this.rows = rows;
	}

	/**
	 * Lays out a graph.
	 * @param graph the graph; its parts that no edge joins are laid out together
	 * @return the layout
	 */
	public static GraphLayout of(PipelineGraph graph) {
		return new GraphArrangement(graph).layout();
	}

	/**
	 * Returns the stages with their places.
	 * @return the stages, each behind its producers
	 */
	public List<Node> nodes() {
		return this.nodes;
	}

	/**
	 * Returns the edges with their ways.
	 * @return the edges, those of a consumer together
	 */
	public List<Line> lines() {
		return this.lines;
	}

	/**
	 * Returns how many columns there are.
	 * @return the number, 0 for a graph without stages
	 */
	public int columns() {
		return this.columns;
	}

	/**
	 * Returns how many rows there are, also of those that only lines pass by.
	 * @return the number, 0 for a graph without stages
	 */
	public int rows() {
		return this.rows;
	}

	/**
	 * Draws the graph as a flowchart of Mermaid, with its stages in the order of this
	 * layout.
	 * @return the lines, each with its end
	 */
	public String mermaid() {
		return GraphSource.mermaid(this);
	}

	/**
	 * Draws the graph in the language of Graphviz, with its stages in the order of this
	 * layout.
	 * @return the lines, each with its end
	 */
	public String dot() {
		return GraphSource.dot(this);
	}

	/**
	 * Draws the graph as an SVG image that can be read on a light and on a dark ground.
	 * It has no styles, so that it may be part of a page with a strict policy, but
	 * classes for a style sheet of that page: {@code genstage-graph},
	 * {@code genstage-node}, which has {@code genstage-producer},
	 * {@code genstage-producer-consumer} or {@code genstage-consumer} too, and
	 * {@code genstage-line}. A title and a description say what is to be seen.
	 * @return the image
	 */
	public String svg() {
		return new SvgDrawing(this).draw();
	}

	/**
	 * Draws the graph with boxes and lines made of characters.
	 *
	 * <pre>
	 * ┌──────┐  ┌─────────┐    ┌────────┐
	 * │ feed ├─►│ located ├─┬─►│ store  │
	 * └──────┘  └─────────┘ │  └────────┘
	 *                       │
	 *                       │  ┌────────┐
	 *                       └─►│ alerts │
	 *                          └────────┘
	 * </pre>
	 *
	 * Lines that would be mistaken for others are written below the picture instead.
	 * @return the lines, each with its end
	 */
	public String text() {
		return new TextDrawing(this).draw();
	}

	/**
	 * A place in the picture.
	 *
	 * @param column the column, from 0 at the left
	 * @param row the row, from 0 at the top
	 */
	public record Place(int column, int row) {
	}

	/**
	 * A stage in the picture.
	 *
	 * @param stage what the stage is
	 * @param place where its middle is
	 */
	public record Node(StageDefinition stage, Place place) {

		/**
		 * Returns what the stage is called.
		 * @return its name
		 */
		public String name() {
			return this.stage.name();
		}

	}

	/**
	 * An edge in the picture.
	 *
	 * @param producer the name of the stage where the line begins
	 * @param consumer the name of the stage where it ends
	 * @param label which events go this way, such as {@code broadcast} or
	 * {@code partition eu}; empty where the consumer is the only one
	 * @param way the places that it passes, from that of the producer to that of the
	 * consumer; between two places of one row it goes straight through the columns, else
	 * it changes the row in the gap between two neighbouring columns
	 */
	public record Line(String producer, String consumer, String label, List<Place> way) {

		public Line {
			way = List.copyOf(way);
		}

	}

}
