package io.genstage.pipeline;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

import io.genstage.SubscribeOptions;
import io.genstage.dispatch.DispatcherFactory;
import io.genstage.dispatch.Subscriber;

/**
 * A graph as text for the log: a line for each producer, and below it one for each
 * subscription to it, with its maximum and minimum demand, and the batch, rate and limits
 * of its stage. Where several stages subscribe to one, its dispatcher is drawn.
 *
 * <pre>
 * orders (dispatcher broadcast)
 * +- invoices (demand 10/5)
 * |  \- store (demand 1000/500)
 * \- audit (demand 1000/500)
 * </pre>
 *
 * What is behind a stage with several producers is drawn below the first of them. It is
 * plain ASCII but for the names, as not every console has more.
 */
final class GraphDrawing {

	private static final int MAX_LINES = 100;

	private static final String DEMAND = "demand";

	private static final String SHARED = "dispatcher demand: each event to one of them";

	private static final Pattern PLAIN_NAME = Pattern.compile("[\\p{L}\\p{N}._#-]+");

	private final PipelineGraph graph;

	private final Function<StageDefinition, List<String>> notes;

	private final List<String> lines = new ArrayList<>();

	private final Set<String> drawn = new HashSet<>();

	private GraphDrawing(PipelineGraph graph, Function<StageDefinition, List<String>> notes) {
		this.graph = graph;
		this.notes = notes;
	}

	/**
	 * Draws a graph.
	 * @param graph the graph
	 * @param notes returns what else to say of a stage
	 * @return its lines, at most 100 and one that says how many stages are left out
	 */
	static List<String> of(PipelineGraph graph, Function<StageDefinition, List<String>> notes) {
		GraphDrawing drawing = new GraphDrawing(graph, notes);
		graph.stages().stream().filter((stage) -> stage.producers().isEmpty()).forEach(drawing::drawProducer);
		drawing.addWhatIsLeftOut();
		return List.copyOf(drawing.lines);
	}

	private void drawProducer(StageDefinition producer) {
		if (!isFull()) {
			this.drawn.add(producer.name());
			this.lines.add(label(producer, dispatcher(producer)));
			drawConsumers(producer, "");
		}
	}

	private void drawConsumers(StageDefinition producer, String indent) {
		List<String> consumers = this.graph.consumersOf(producer.name());
		for (int index = 0; index < consumers.size() && !isFull(); index++) {
			boolean last = index == consumers.size() - 1;
			drawConsumer(this.graph.stage(consumers.get(index)), producer, indent + (last ? "\\- " : "+- "),
					indent + (last ? "   " : "|  "));
		}
	}

	private void drawConsumer(StageDefinition consumer, StageDefinition producer, String branch, String indent) {
		List<String> notes = new ArrayList<>(List.of(demand(consumer, producer)));
		notes.addAll(dispatcher(consumer));
		boolean drawnBefore = !this.drawn.add(consumer.name()) && consumer.kind().produces();
		if (drawnBefore) {
			notes.add("see above");
		}
		this.lines.add(branch + label(consumer, notes));
		if (!drawnBefore) {
			drawConsumers(consumer, indent);
		}
	}

	/** Returns nothing where nobody would miss it. */
	private List<String> dispatcher(StageDefinition producer) {
		boolean shared = this.graph.consumersOf(producer.name()).size() > 1;
		DispatcherFactory<?> dispatcher = producer.options().dispatcher();
		if (dispatcher == null) {
			return shared ? List.of(SHARED) : List.of();
		}
		String name = producer.options().dispatcherName();
		if (DEMAND.equals(name)) {
			return shared ? List.of(SHARED) : List.of();
		}
		return List.of((name != null) ? "dispatcher " + shown(name) : unnamed(dispatcher));
	}

	private static String unnamed(DispatcherFactory<?> dispatcher) {
		if (dispatcher.waitsForAll()) {
			return "dispatcher broadcast";
		}
		return dispatcher.partitions().isEmpty() ? "a dispatcher of its own" : "dispatcher partition";
	}

	private static String demand(StageDefinition consumer, StageDefinition producer) {
		SubscribeOptions options = consumer.producers()
			.stream()
			.filter((edge) -> edge.producer().equals(producer.name()))
			.map((EdgeDefinition edge) -> edge.optionsFor(consumer.concurrency()))
			.findFirst()
			.orElseThrow();
		Object partition = options.attributes().get(Subscriber.PARTITION);
		return "demand %d/%d".formatted(options.maxDemand(), options.minDemand())
				+ ((partition != null) ? " of partition " + shown(partition.toString()) : "");
	}

	private String label(StageDefinition stage, List<String> notes) {
		List<String> all = new ArrayList<>(notes);
		if (stage.concurrency() > 1) {
			all.add(0, stage.concurrency() + " instances");
		}
		all.addAll(LimitNotes.of(stage.options()));
		all.addAll(this.notes.apply(stage));
		if (!stage.autoStartup()) {
			all.add("waits to be started");
		}
		return shown(stage.name()) + (all.isEmpty() ? "" : " (%s)".formatted(String.join(", ", all)));
	}

	/** Quotes a name that could be taken for a part of the drawing. */
	private static String shown(String name) {
		return PLAIN_NAME.matcher(name).matches() ? name : "'%s'".formatted(name);
	}

	private boolean isFull() {
		return this.lines.size() >= MAX_LINES;
	}

	private void addWhatIsLeftOut() {
		int left = this.graph.stages().size() - this.drawn.size();
		if (left > 0) {
			this.lines.add("... and %d more stages".formatted(left));
		}
	}

}
