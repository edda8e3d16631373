package io.genstage.picture;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.genstage.picture.GraphLayout.Line;
import io.genstage.picture.GraphLayout.Node;

/**
 * Graphs in the languages of programs that draw them.
 */
final class GraphSource {

	private static final String PLAIN = "-_. ";

	private GraphSource() {
	}

	static String mermaid(GraphLayout layout) {
		Map<String, String> ids = new HashMap<>();
		StringBuilder source = new StringBuilder("flowchart LR\n");
		for (Node node : inOrder(layout)) {
			String id = id(ids, node);
			String label = '"' + mermaidText(node.name()) + '"';
			source.append("    ").append(id).append(switch (node.stage().kind()) {
				case PRODUCER -> "([" + label + "])";
				case PRODUCER_CONSUMER -> "[" + label + "]";
				case CONSUMER -> "[[" + label + "]]";
			}).append('\n');
		}
		for (Line line : layout.lines()) {
			String label = line.label().isEmpty() ? "" : "|\"" + mermaidText(line.label()) + "\"|";
			source.append("    ").append(ids.get(line.producer())).append(" -->").append(label);
			source.append(' ').append(ids.get(line.consumer())).append('\n');
		}
		return source.toString();
	}

	static String dot(GraphLayout layout) {
		Map<String, String> ids = new HashMap<>();
		StringBuilder source = new StringBuilder("digraph pipeline {\n    rankdir=LR;\n    node [shape=box];\n");
		for (Node node : inOrder(layout)) {
			source.append("    ").append(id(ids, node)).append(" [label=").append(quoted(node.name())).append("];\n");
		}
		for (Line line : layout.lines()) {
			source.append("    ").append(ids.get(line.producer())).append(" -> ").append(ids.get(line.consumer()));
			source.append(line.label().isEmpty() ? "" : " [label=" + quoted(line.label()) + "]").append(";\n");
		}
		return source.append("}\n").toString();
	}

	/** Programs draw what comes first further up. */
	private static List<Node> inOrder(GraphLayout layout) {
		return layout.nodes()
			.stream()
			.sorted(Comparator.comparingInt((Node node) -> node.place().column())
				.thenComparingInt((node) -> node.place().row()))
			.toList();
	}

	private static String id(Map<String, String> ids, Node node) {
		return ids.computeIfAbsent(node.name(), (name) -> "s" + ids.size());
	}

	/** A label is read as Markdown and HTML, unless each such character is a number. */
	private static String mermaidText(String text) {
		return text.codePoints()
			.mapToObj((character) -> Character.isLetterOrDigit(character) || PLAIN.indexOf(character) >= 0
					? Character.toString(character) : "#" + character + ";")
			.collect(Collectors.joining());
	}

	private static String quoted(String text) {
		return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
	}

}
