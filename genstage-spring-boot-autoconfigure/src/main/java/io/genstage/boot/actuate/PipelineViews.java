package io.genstage.boot.actuate;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.genstage.StageStatus;
import io.genstage.WaitingEvents;
import io.genstage.account.Activity;
import io.genstage.account.StageTimes;
import io.genstage.boot.StageRegistry;
import io.genstage.boot.actuate.GenStageEndpoint.OutageDescriptor;
import io.genstage.deadletter.DeadLetter;
import io.genstage.picture.GraphLayout;
import io.genstage.pipeline.EdgeStatus;
import io.genstage.pipeline.ManagedStageStatus;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.StageDefinition;
import io.genstage.pipeline.StageState;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * What the pipelines look like, and what goes on in them: two answers, since the first
 * rarely changes. Both come in pages of stages, so that no answer takes longer the more
 * stages there are, and both are read without asking a stage.
 */
final class PipelineViews {

	static final int USUAL_LIMIT = 500;

	static final int MAX_LIMIT = 1000;

	/** As long as a version has to be not to be met by chance. */
	private static final int VERSION_BYTES = 12;

	private final StageRegistry registry;

	private final Function<String, Optional<ManagedStageStatus>> statuses;

	private final @Nullable DeadLetterNumbers letters;

	private final InstantSource clock;

	private final Layouts layouts = new Layouts();

	private final TopologyVersions versions = new TopologyVersions();

	/**
	 * Creates the views.
	 * @param registry has the pipelines
	 * @param statuses returns the status of a stage
	 * @param letters counts dead letters, or {@code null} if nobody does
	 * @param clock says when numbers were read
	 */
	PipelineViews(StageRegistry registry, Function<String, Optional<ManagedStageStatus>> statuses,
			@Nullable DeadLetterNumbers letters, InstantSource clock) {
		this.registry = registry;
		this.statuses = statuses;
		this.letters = letters;
		this.clock = clock;
	}

	/** Returns what the stages of a page are and where they are drawn. */
	Topology topology(int limit, @Nullable String after, boolean operations) {
		Page page = page(limit, after);
		Map<String, StageReading> readings = page.read(this);
		List<PipelineTopology> pipelines = page.topologies(readings);
		String version = this.versions.of(new TopologyVersions.Asked(limit, after, operations), page.shape(readings),
				() -> version(pipelines, page.next(), operations));
		return new Topology(version, operations ? true : null, pipelines, page.next());
	}

	/** Returns the numbers of the stages of a page. */
	Numbers numbers(int limit, @Nullable String after, boolean operations) {
		Page page = page(limit, after);
		Map<String, StageReading> readings = page.read(this);
		String version = this.versions.of(new TopologyVersions.Asked(limit, after, operations), page.shape(readings),
				() -> version(page.topologies(readings), page.next(), operations));
		List<PipelineNumbers> pipelines = page.parts()
			.stream()
			.map((part) -> new PipelineNumbers(part.pipeline(), part.state(this.registry), verdict(part),
					part.stages().stream().map((stage) -> numbers(stage, readings)).toList()))
			.toList();
		return new Numbers(this.clock.instant(), version, pipelines, page.next());
	}

	/**
	 * Draws pipelines.
	 * @param pipeline the name of the one to draw, or {@code null} for all
	 * @param drawing draws a layout
	 * @return the drawings by the names of their pipelines, as many as have no more than
	 * {@link #MAX_LIMIT} stages together, but one at least; none if there is no pipeline
	 * of that name
	 */
	Map<String, String> drawings(@Nullable String pipeline, Function<GraphLayout, String> drawing) {
		Map<String, String> drawings = new LinkedHashMap<>();
		int stages = 0;
		for (Map.Entry<String, PipelineGraph> graph : graphs().entrySet()) {
			if (pipeline == null || pipeline.equals(graph.getKey())) {
				GraphLayout layout = this.layouts.of(graph.getKey(), graph.getValue()).layout();
				stages += layout.nodes().size();
				if (stages > MAX_LIMIT && !drawings.isEmpty()) {
					break;
				}
				drawings.put(graph.getKey(), drawing.apply(layout));
			}
		}
		return drawings;
	}

	private Map<String, PipelineGraph> graphs() {
		Map<String, PipelineGraph> graphs = this.registry.graphs();
		this.layouts.keepOnly(graphs.keySet());
		return graphs;
	}

	private Page page(int limit, @Nullable String after) {
		List<Part> parts = new ArrayList<>();
		boolean begun = after == null;
		int left = limit;
		String last = null;
		for (Map.Entry<String, PipelineGraph> graph : graphs().entrySet()) {
			List<StageDefinition> stages = new ArrayList<>();
			for (StageDefinition stage : graph.getValue().stages()) {
				if (begun && left == 0) {
					addPart(parts, graph, stages);
					return new Page(parts, last);
				}
				if (begun) {
					stages.add(stage);
					last = stage.name();
					left--;
				}
				begun = begun || stage.name().equals(after);
			}
			addPart(parts, graph, stages);
		}
		if (!begun) {
			throw new RefusedRequestException("'after' must be the 'next' of the page before");
		}
		return new Page(parts, null);
	}

	private void addPart(List<Part> parts, Map.Entry<String, PipelineGraph> graph, List<StageDefinition> stages) {
		if (!stages.isEmpty()) {
			parts.add(new Part(graph.getKey(), this.layouts.of(graph.getKey(), graph.getValue()), stages));
		}
	}

	private StageReading read(StageDefinition stage) {
		return new StageReading(this.statuses.apply(stage.name()).orElse(null),
				stage.kind().consumes() ? this.registry.edgesTo(stage.name()) : List.of());
	}

	private static String version(List<PipelineTopology> pipelines, @Nullable String next, boolean operations) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256")
				.digest((operations + pipelines.toString() + next).getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(digest, 0, VERSION_BYTES);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every Java platform has SHA-256", ex);
		}
	}

	private @Nullable VerdictDescriptor verdict(Part part) {
		return this.registry.verdict(part.stages().get(0).name()).map(VerdictDescriptor::of).orElse(null);
	}

	private static @Nullable Map<String, Long> times(@Nullable StageTimes times) {
		if (times == null) {
			return null;
		}
		Map<String, Long> millis = new LinkedHashMap<>();
		for (Activity activity : Activity.values()) {
			long spent = TimeUnit.NANOSECONDS.toMillis(times.spent().nanos(activity));
			if (spent > 0) {
				millis.put(InstanceDescriptor.nameOf(activity), spent);
			}
		}
		return millis;
	}

	private static @Nullable Long oldest(@Nullable StageTimes times) {
		return (times != null) ? unlessNone(TimeUnit.NANOSECONDS.toMillis(times.queue().oldest())) : null;
	}

	private @Nullable List<String> waitsFor(String stage, @Nullable StageTimes times) {
		// Whoever is busy need not be asked.
		boolean waits = times != null && (times.activity() == Activity.STARVED || times.activity() == Activity.BLOCKED);
		List<String> names = waits ? this.registry.waitsFor(stage) : List.of();
		return names.isEmpty() ? null : names;
	}

	private StageNumbers numbers(StageDefinition stage, Map<String, StageReading> readings) {
		StageReading reading = readings.getOrDefault(stage.name(), StageReading.NONE);
		ManagedStageStatus status = reading.status();
		List<EdgeNumbers> edges = reading.edges().stream().map(EdgeNumbers::of).toList();
		String state = ((status != null) ? status.state() : StageState.CREATED).name();
		StageStatus numbers = (status != null) ? status.numbers() : null;
		if (status == null || numbers == null) {
			return StageNumbers.notStarted(stage.name(), state, status != null && status.pauseWanted(), edges);
		}
		WaitingEvents waiting = numbers.waiting();
		return new StageNumbers(stage.name(), state, status.pauseWanted() ? true : null, unlessNone(numbers.in()),
				unlessNone(numbers.out()), unlessNone(numbers.discarded()), unlessNone(waiting.buffered()),
				unlessNone(waiting.queued()), unlessNone(waiting.backlog()), unlessNone(waiting.retrying()),
				unlessNone(this.registry.unsettled(stage.name())), unlessNone(numbers.counts().late()),
				unlessNone(letters(stage.name())), unlessNone(status.restarts()), OutageDescriptor.of(numbers.outage()),
				ProgressDescriptor.of(numbers.progress(), null), oldest(numbers.times()), times(numbers.times()),
				waitsFor(stage.name(), numbers.times()), edges.isEmpty() ? null : edges);
	}

	private long letters(String stage) {
		return (this.letters == null) ? 0
				: Stream.of(DeadLetter.Status.WAITING, DeadLetter.Status.REPLAYING)
					.mapToLong((status) -> (long) this.letters.with(stage, status))
					.sum();
	}

	private static @Nullable Long unlessNone(long number) {
		return (number != 0) ? number : null;
	}

	/**
	 * The stages of an answer.
	 *
	 * @param parts the pipelines that they are of
	 * @param next the last of them, behind which the next page begins; {@code null} if
	 * there is none
	 */
	private record Page(List<Part> parts, @Nullable String next) {

		Map<String, StageReading> read(PipelineViews views) {
			return this.parts.stream()
				.flatMap((part) -> part.stages().stream())
				.collect(Collectors.toMap(StageDefinition::name, views::read));
		}

		List<PipelineTopology> topologies(Map<String, StageReading> readings) {
			return this.parts.stream().map((part) -> part.topology(readings)).toList();
		}

		/** Returns all that the topologies depend on. */
		PageShape shape(Map<String, StageReading> readings) {
			return new PageShape(this.parts.stream()
				.<Object>map((part) -> List.of(part,
						part.stages()
							.stream()
							.map((stage) -> readings.getOrDefault(stage.name(), StageReading.NONE).shape(stage))
							.toList()))
				.toList(), this.next);
		}

	}

	/**
	 * All that a topology is made from, to be compared.
	 */
	private record PageShape(List<Object> parts, @Nullable String next) {
	}

	/**
	 * The stages of an answer that are of one pipeline.
	 */
	private record Part(String pipeline, Layouts.Drawn drawn, List<StageDefinition> stages) {

		String state(StageRegistry registry) {
			return registry.pipelineState(this.stages.get(0).name()).map(PipelineState::name).orElse("STOPPED");
		}

		PipelineTopology topology(Map<String, StageReading> readings) {
			return new PipelineTopology(this.pipeline, this.drawn.layout().columns(), this.drawn.layout().rows(),
					this.stages.stream().map((stage) -> {
						StageReading reading = readings.getOrDefault(stage.name(), StageReading.NONE);
						return StageTopology.of(stage,
								this.drawn.places().getOrDefault(stage.name(), new GraphLayout.Place(0, 0)),
								this.drawn.lines().getOrDefault(stage.name(), List.of()), reading);
					}).toList());
		}

	}

	/**
	 * What was read of a stage.
	 */
	record StageReading(@Nullable ManagedStageStatus status, List<EdgeStatus> edges) {

		static final StageReading NONE = new StageReading(null, List.of());

		/** Returns how many instances the stage has. */
		int instances(StageDefinition stage) {
			return (this.status != null) ? this.status.instances().size() : stage.concurrency();
		}

		/** Returns what may become different while the graph is the same. */
		StageShape shape(StageDefinition stage) {
			return new StageShape(instances(stage), this.edges.stream().map(EdgeShape::of).toList());
		}

	}

	/**
	 * What of a stage is another while it is tuned.
	 *
	 * @param instances how many instances it has
	 * @param edges its subscriptions
	 */
	record StageShape(int instances, List<EdgeShape> edges) {
	}

	/**
	 * What of a subscription is another while it is tuned.
	 *
	 * @param producer the stage that sends
	 * @param maxDemand most events to have outstanding
	 * @param minDemand number of outstanding events at which to ask for more
	 */
	record EdgeShape(String producer, int maxDemand, int minDemand) {

		static EdgeShape of(EdgeStatus edge) {
			return new EdgeShape(edge.producer(), edge.options().maxDemand(), edge.options().minDemand());
		}

	}

	/**
	 * What there is and where it is drawn.
	 *
	 * @param version another one when anything of this answer is another
	 * @param operations {@code true} if stages can be operated, absent if not
	 * @param pipelines the pipelines of the stages of this page
	 * @param next what {@code after} has to be for the next page, absent if there is none
	 */
	record Topology(String version, @Nullable Boolean operations, List<PipelineTopology> pipelines,
			@Nullable String next) implements OperationResponseBody {
	}

	/**
	 * A pipeline in a picture.
	 *
	 * @param name the pipeline's name
	 * @param columns how many columns the picture has
	 * @param rows how many rows it has
	 * @param stages its stages, each behind its producers
	 */
	record PipelineTopology(String name, int columns, int rows, List<StageTopology> stages) {
	}

	/**
	 * A stage in a picture.
	 *
	 * @param name the stage's name
	 * @param kind producer, producer-consumer or consumer
	 * @param column the column that its middle is in
	 * @param row the row that its middle is in
	 * @param instances how many instances it has, absent if it is one
	 * @param edges its subscriptions, absent if there are none
	 */
	record StageTopology(String name, String kind, int column, int row, @Nullable Integer instances,
			@Nullable List<EdgeTopology> edges) {

		static StageTopology of(StageDefinition stage, GraphLayout.Place place, List<GraphLayout.Line> lines,
				StageReading reading) {
			Map<String, EdgeStatus> edges = reading.edges()
				.stream()
				.collect(Collectors.toMap(EdgeStatus::producer, Function.identity(), (first, second) -> first));
			int instances = reading.instances(stage);
			return new StageTopology(stage.name(), stage.kind().toString(), place.column(), place.row(),
					(instances > 1) ? instances : null, lines.isEmpty() ? null
							: lines.stream().map((line) -> EdgeTopology.of(line, edges.get(line.producer()))).toList());
		}

	}

	/**
	 * A subscription in a picture.
	 *
	 * @param producer the stage that sends
	 * @param maxDemand most events that each instance has outstanding
	 * @param minDemand number of outstanding events at which it asks for more
	 * @param label which events go this way, absent where all do
	 * @param way the places that the line passes: a column and its row, and so on
	 */
	record EdgeTopology(String producer, int maxDemand, int minDemand, @Nullable String label, List<Integer> way) {

		static EdgeTopology of(GraphLayout.Line line, @Nullable EdgeStatus edge) {
			return new EdgeTopology(line.producer(), (edge != null) ? edge.options().maxDemand() : 0,
					(edge != null) ? edge.options().minDemand() : 0, line.label().isEmpty() ? null : line.label(),
					line.way().stream().flatMap((place) -> Stream.of(place.column(), place.row())).toList());
		}

	}

	/**
	 * What goes on, at some moment. A number that is 0 is absent.
	 *
	 * @param time the moment
	 * @param topology the {@link Topology#version version} of the topology of this page
	 * @param pipelines the pipelines of the stages of this page
	 * @param next what {@code after} has to be for the next page, absent if there is none
	 */
	record Numbers(Instant time, String topology, List<PipelineNumbers> pipelines,
			@Nullable String next) implements OperationResponseBody {
	}

	/**
	 * What goes on in a pipeline.
	 *
	 * @param name the pipeline's name
	 * @param state its state
	 * @param verdict what limits it
	 * @param stages its stages, in the order of the topology
	 */
	record PipelineNumbers(String name, String state, @Nullable VerdictDescriptor verdict, List<StageNumbers> stages) {
	}

	/**
	 * What goes on in a stage.
	 *
	 * @param name the stage's name
	 * @param state its actual state
	 * @param pauseWanted {@code true} if somebody has paused it
	 * @param in number of events that it has handled
	 * @param out number of events that it has emitted
	 * @param discarded number of events that it has lost
	 * @param buffered number of emitted events that wait for demand
	 * @param queued number of received events that wait to be handled
	 * @param backlog number of accepted events that wait inside the stage
	 * @param retrying number of held events that are going to be handled again
	 * @param unsettled number of events that it has emitted and whose sources have not
	 * heard of their outcome
	 * @param late how many outcomes came for events that were already settled
	 * @param letters number of its dead letters that wait or are being replayed
	 * @param restarts how often it was restarted because it had failed
	 * @param outage why it pauses, if it does since everything fails alike
	 * @param progress how far a producer has come with a source that may have an end;
	 * absent if it doesn't say so
	 * @param oldest for how many milliseconds it has the oldest event with which it is
	 * not done; absent if it has none, or if no accounts are kept
	 * @param times how many milliseconds its instances have spent on what, in sum; absent
	 * if no accounts are kept
	 * @param waitsFor the stages that owe it events or don't ask it for any, at most
	 * five, if it is starved or blocked because of them
	 * @param edges its subscriptions, in the order of the topology
	 */
	record StageNumbers(String name, String state, @Nullable Boolean pauseWanted, @Nullable Long in, @Nullable Long out,
			@Nullable Long discarded, @Nullable Long buffered, @Nullable Long queued, @Nullable Long backlog,
			@Nullable Long retrying, @Nullable Long unsettled, @Nullable Long late, @Nullable Long letters,
			@Nullable Long restarts, @Nullable OutageDescriptor outage, @Nullable ProgressDescriptor progress,
			@Nullable Long oldest, @Nullable Map<String, Long> times, @Nullable List<String> waitsFor,
			@Nullable List<EdgeNumbers> edges) {

		static StageNumbers notStarted(String name, String state, boolean pauseWanted, List<EdgeNumbers> edges) {
			return new StageNumbers(name, state, pauseWanted ? true : null, null, null, null, null, null, null, null,
					null, null, null, null, null, null, null, null, null, edges.isEmpty() ? null : edges);
		}

	}

	/**
	 * What goes on in a subscription.
	 *
	 * @param demand number of events that the consumer waits for
	 * @param sent number of events sent
	 * @param discarded number of these that the consumer has lost
	 * @param inFlight number of events sent and neither handled nor lost yet
	 */
	record EdgeNumbers(@Nullable Long demand, @Nullable Long sent, @Nullable Long discarded, @Nullable Long inFlight) {

		static EdgeNumbers of(EdgeStatus edge) {
			return new EdgeNumbers(unlessNone(edge.demand()), unlessNone(edge.sent()), unlessNone(edge.discarded()),
					unlessNone(edge.inFlight()));
		}

	}

}
