package io.genstage.boot.actuate;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

import io.genstage.EventCounts;
import io.genstage.WaitingEvents;
import io.genstage.boot.StageRegistry;
import io.genstage.pipeline.EdgeDefinition;
import io.genstage.pipeline.PipelineListener;
import io.genstage.pipeline.StageChange;
import io.genstage.pipeline.StageDefinition;
import io.genstage.pipeline.StageState;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Meters of the stages. They read the numbers that the stages keep anyway, so that no
 * event is held up by them. Stages that are registered later get theirs when they start.
 * They are removed when the application ends.
 */
public class GenStageMetrics implements MeterBinder, PipelineListener, AutoCloseable {

	private final StageRegistry stages;

	/** No lock is held while a meter is registered, which may call the application. */
	private final Map<Place, Queue<Meter>> bound = new ConcurrentHashMap<>();

	private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();

	private volatile boolean closed;

	/**
	 * Creates the meters.
	 * @param stages has the pipelines
	 */
	public GenStageMetrics(StageRegistry stages) {
		this.stages = stages;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		// First, so that a stage which is registered meanwhile is bound by its change.
		this.registries.add(registry);
		List<StageDefinition> definitions = this.stages.definitions();
		definitions.forEach((stage) -> bind(stage, registry));
	}

	@Override
	public void onStageChange(StageChange change) {
		if (change.from() == StageState.CREATED && lacksMeters(change.stage())) {
			this.stages.definition(change.stage())
				.ifPresent((stage) -> this.registries.forEach((registry) -> bind(stage, registry)));
		}
	}

	/** Most stages were there before they start, and have their meters. */
	private boolean lacksMeters(String stage) {
		return this.registries.stream().anyMatch((registry) -> !this.bound.containsKey(new Place(stage, registry)));
	}

	@Override
	public void onStageRemoved(String pipeline, String stage) {
		this.registries.forEach((registry) -> remove(new Place(stage, registry)));
	}

	private void bind(StageDefinition stage, MeterRegistry registry) {
		if (this.bound.putIfAbsent(new Place(stage.name(), registry), new ConcurrentLinkedQueue<>()) == null) {
			bindNew(stage, registry);
		}
	}

	private void bindNew(StageDefinition stage, MeterRegistry registry) {
		if (stage.kind().consumes()) {
			count(registry, stage, "in", "Events that the stage has handled", EventCounts::in);
			count(registry, stage, "retried", "How often the stage was going to try again", EventCounts::retried);
			settled(registry, stage, "accepted", EventCounts::in);
			settled(registry, stage, "dead_lettered", EventCounts::deadLettered);
			settled(registry, stage, "skipped", EventCounts::skipped);
			measure(registry, stage, "queued", "Received events that wait to be handled", WaitingEvents::queued);
		}
		if (stage.kind().produces()) {
			count(registry, stage, "out", "Events that the stage has emitted", EventCounts::out);
			measure(registry, stage, "buffered", "Emitted events that wait for demand", WaitingEvents::buffered);
		}
		count(registry, stage, "discarded", "Events that the stage has lost", EventCounts::discarded);
		measure(registry, stage, "backlog", "Accepted events that wait inside the stage", WaitingEvents::backlog);
		measure(registry, stage, "held", "Events that the stage would lose if it stopped now", WaitingEvents::held);
		bindState(stage, registry);
		stage.producers().forEach((edge) -> bindDemand(stage, edge, registry));
	}

	/*
	 * No base unit where the name says "events" already: Prometheus would say it twice.
	 */
	private void count(MeterRegistry registry, StageDefinition stage, String what, String description,
			ToLongFunction<EventCounts> number) {
		count(registry, stage, what, description, tags(stage), number);
	}

	private void settled(MeterRegistry registry, StageDefinition stage, String outcome,
			ToLongFunction<EventCounts> number) {
		count(registry, stage, "settled", "Events that the stage is done with", tags(stage).and("outcome", outcome),
				number);
	}

	private void count(MeterRegistry registry, StageDefinition stage, String what, String description, Tags tags,
			ToLongFunction<EventCounts> number) {
		String name = stage.name();
		ToDoubleFunction<StageRegistry> count = (stages) -> stages.counts(name).map(number::applyAsLong).orElse(0L);
		add(stage, registry,
				FunctionCounter.builder("genstage.events." + what, this.stages, count)
					.description(description)
					.tags(tags)
					.register(registry));
	}

	private void measure(MeterRegistry registry, StageDefinition stage, String what, String description,
			ToLongFunction<WaitingEvents> number) {
		String name = stage.name();
		ToDoubleFunction<StageRegistry> size = (stages) -> stages.waiting(name).map(number::applyAsLong).orElse(0L);
		add(stage, registry,
				Gauge.builder("genstage.events." + what, this.stages, size)
					.description(description)
					.tags(tags(stage))
					.register(registry));
	}

	/** One gauge for each state, of which one is 1: a monitor can't compare texts. */
	private void bindState(StageDefinition stage, MeterRegistry registry) {
		String name = stage.name();
		for (StageState state : StageState.values()) {
			ToDoubleFunction<StageRegistry> isCurrent = (stages) -> (stages.state(name).orElse(null) == state) ? 1 : 0;
			add(stage, registry,
					Gauge.builder("genstage.state", this.stages, isCurrent)
						.description("Whether the stage is in this state")
						.tags(tags(stage).and("state", state.name().toLowerCase(Locale.ROOT)))
						.register(registry));
		}
	}

	private void bindDemand(StageDefinition stage, EdgeDefinition edge, MeterRegistry registry) {
		ToDoubleFunction<StageRegistry> demand = (stages) -> stages.demand(stage.name(), edge.producer());
		add(stage, registry,
				Gauge.builder("genstage.demand", this.stages, demand)
					.description("Events that the stage waits for")
					.baseUnit("events")
					.tags("stage", stage.name(), "producer", edge.producer())
					.register(registry));
	}

	private static Tags tags(StageDefinition stage) {
		return Tags.of("stage", stage.name(), "kind", stage.kind().toString());
	}

	private void add(StageDefinition stage, MeterRegistry registry, Meter meter) {
		Queue<Meter> meters = this.bound.get(new Place(stage.name(), registry));
		if (meters != null) {
			meters.add(meter);
		}
		if (meters == null || this.closed) {
			registry.remove(meter);
		}
	}

	@Override
	public void close() {
		this.closed = true;
		this.registries.clear();
		List.copyOf(this.bound.keySet()).forEach(this::remove);
	}

	private void remove(Place place) {
		Queue<Meter> meters = this.bound.remove(place);
		if (meters != null) {
			meters.forEach(place.registry()::remove);
		}
	}

	/**
	 * Where the meters of a stage are.
	 */
	private record Place(String stage, MeterRegistry registry) {
	}

}
