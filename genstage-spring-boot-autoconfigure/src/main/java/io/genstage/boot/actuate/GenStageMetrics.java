package io.genstage.boot.actuate;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

import io.genstage.EventCounts;
import io.genstage.SourceProgress;
import io.genstage.StageKind;
import io.genstage.StageStatus;
import io.genstage.WaitingEvents;
import io.genstage.account.Activity;
import io.genstage.account.HandlingTimes;
import io.genstage.account.QueueTimes;
import io.genstage.account.StageTimes;
import io.genstage.boot.StageRegistry;
import io.genstage.boot.actuate.GenStageMeters.Tag;
import io.genstage.deadletter.DeadLetter;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.pipeline.EdgeDefinition;
import io.genstage.pipeline.ManagedStageStatus;
import io.genstage.pipeline.PipelineListener;
import io.genstage.pipeline.StageChange;
import io.genstage.pipeline.StageDefinition;
import io.genstage.pipeline.StageState;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Autowired;

/**
 * Meters of the stages. They read the numbers that the stages keep anyway, so that no
 * event is held up by them. Stages that are registered later get theirs when they start.
 * They are removed when the application ends.
 */
public class GenStageMetrics implements MeterBinder, PipelineListener, AutoCloseable {

	private static final double NANOS_PER_SECOND = 1e9;

	private final StageRegistry stages;

	/** No lock is held while a meter is registered, which may call the application. */
	private final Map<Place, Queue<Meter>> bound = new ConcurrentHashMap<>();

	private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();

	private final @Nullable DeadLetterNumbers deadLetters;

	private volatile boolean closed;

	/**
	 * Creates the meters of stages whose dead letters nobody counts.
	 * @param stages has the pipelines
	 */
	public GenStageMetrics(StageRegistry stages) {
		this(stages, null);
	}

	/**
	 * Creates the meters.
	 * @param stages has the pipelines
	 * @param desk has the dead letters of the stages, or {@code null} if nobody counts
	 * them
	 */
	@Autowired
	public GenStageMetrics(StageRegistry stages, @Nullable DeadLetterDesk desk) {
		this.stages = stages;
		this.deadLetters = (desk != null) ? new DeadLetterNumbers(desk) : null;
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
			count(registry, stage, GenStageMeters.IN, EventCounts::in);
			count(registry, stage, GenStageMeters.RETRIED, EventCounts::retried);
			count(registry, stage, GenStageMeters.LATE, EventCounts::late);
			settled(registry, stage, "accepted", EventCounts::in);
			settled(registry, stage, "dead_lettered", EventCounts::deadLettered);
			settled(registry, stage, "skipped", EventCounts::skipped);
			bindDeadLetters(stage, registry);
			measure(registry, stage, GenStageMeters.QUEUED, WaitingEvents::queued);
			bindQueue(stage, registry);
		}
		if (stage.kind().produces()) {
			count(registry, stage, GenStageMeters.OUT, EventCounts::out);
			measure(registry, stage, GenStageMeters.BUFFERED, WaitingEvents::buffered);
		}
		if (!stage.kind().consumes()) {
			bindProgress(stage, registry);
		}
		count(registry, stage, GenStageMeters.DISCARDED, EventCounts::discarded);
		measure(registry, stage, GenStageMeters.BACKLOG, WaitingEvents::backlog);
		measure(registry, stage, GenStageMeters.HELD, WaitingEvents::held);
		bindState(stage, registry);
		bindTimes(stage, registry);
		bindLink(stage, registry);
		stage.producers().forEach((edge) -> bindDemand(stage, edge, registry));
	}

	private void bindLink(StageDefinition stage, MeterRegistry registry) {
		String name = stage.name();
		this.stages.link(name).filter((link) -> stage.kind() == StageKind.PRODUCER).ifPresent((link) -> {
			Tags tags = Tags.of(tag(Tag.STAGE, name), tag(Tag.LINK, link.link()), tag(Tag.TYPE, link.type()));
			measure(registry, stage, GenStageMeters.LINK_UNSETTLED, tags,
					(stages) -> stages.linkUnsettled(name).orElse(0));
			measure(registry, stage, GenStageMeters.LINK_BACKLOG, tags, (stages) -> valueOf(stages.linkBacklog(name)));
			count(registry, stage, GenStageMeters.LINK_REJECTED, tags, (stages) -> stages.linkRejected(name).orElse(0));
			count(registry, stage, GenStageMeters.LINK_STALE, tags, (stages) -> stages.linkStale(name).orElse(0));
			count(registry, stage, GenStageMeters.LINK_REPEATED, tags, (stages) -> stages.linkRepeated(name).orElse(0));
			measure(registry, stage, GenStageMeters.LINK_REJECTED_KEPT, tags,
					(stages) -> valueOf(stages.linkRejectedKept(name)));
		});
	}

	/** Not a number where the end isn't known. */
	private void bindProgress(StageDefinition stage, MeterRegistry registry) {
		String name = stage.name();
		measure(registry, stage, GenStageMeters.PROGRESS, tags(stage),
				(stages) -> stages.stage(name)
					.flatMap(ManagedStageStatus::started)
					.map(StageStatus::progress)
					.flatMap(SourceProgress::part)
					.orElse(Double.NaN));
	}

	/** What the engine doesn't say is no number. */
	private static double valueOf(OptionalLong number) {
		return number.isPresent() ? number.getAsLong() : Double.NaN;
	}

	private void count(MeterRegistry registry, StageDefinition stage, GenStageMeters meter,
			ToLongFunction<EventCounts> number) {
		countEvents(registry, stage, meter, tags(stage), number);
	}

	private void settled(MeterRegistry registry, StageDefinition stage, String outcome,
			ToLongFunction<EventCounts> number) {
		countEvents(registry, stage, GenStageMeters.SETTLED, tags(stage).and(tag(Tag.OUTCOME, outcome)), number);
	}

	private void countEvents(MeterRegistry registry, StageDefinition stage, GenStageMeters meter, Tags tags,
			ToLongFunction<EventCounts> number) {
		String name = stage.name();
		count(registry, stage, meter, tags, (stages) -> stages.counts(name).map(number::applyAsLong).orElse(0L));
	}

	private void count(MeterRegistry registry, StageDefinition stage, GenStageMeters meter, Tags tags,
			ToDoubleFunction<StageRegistry> count) {
		add(stage, registry,
				FunctionCounter.builder(meter.getName(), this.stages, count)
					.description(meter.description())
					.baseUnit(meter.getBaseUnit())
					.tags(tags)
					.register(registry));
	}

	private void measure(MeterRegistry registry, StageDefinition stage, GenStageMeters meter,
			ToLongFunction<WaitingEvents> number) {
		String name = stage.name();
		measure(registry, stage, meter, tags(stage),
				(stages) -> stages.waiting(name).map(number::applyAsLong).orElse(0L));
	}

	private void measure(MeterRegistry registry, StageDefinition stage, GenStageMeters meter, Tags tags,
			ToDoubleFunction<StageRegistry> value) {
		measure(registry, stage, meter, tags, this.stages, value);
	}

	private <T> void measure(MeterRegistry registry, StageDefinition stage, GenStageMeters meter, Tags tags, T source,
			ToDoubleFunction<T> value) {
		add(stage, registry,
				Gauge.builder(meter.getName(), source, value)
					.description(meter.description())
					.baseUnit(meter.getBaseUnit())
					.tags(tags)
					.register(registry));
	}

	private void bindDeadLetters(StageDefinition stage, MeterRegistry registry) {
		if (this.deadLetters == null) {
			return;
		}
		for (DeadLetter.Status status : DeadLetter.Status.values()) {
			measure(registry, stage, GenStageMeters.DEAD_LETTERS,
					tags(stage).and(tag(Tag.STATUS, status.name().toLowerCase(Locale.ROOT))), this.deadLetters,
					(numbers) -> numbers.with(stage.name(), status));
		}
	}

	/** One gauge for each state, of which one is 1: a monitor can't compare texts. */
	private void bindState(StageDefinition stage, MeterRegistry registry) {
		String name = stage.name();
		for (StageState state : StageState.values()) {
			measure(registry, stage, GenStageMeters.STATE,
					tags(stage).and(tag(Tag.STATE, state.name().toLowerCase(Locale.ROOT))),
					(stages) -> (stages.state(name).orElse(null) == state) ? 1 : 0);
		}
	}

	private void bindTimes(StageDefinition stage, MeterRegistry registry) {
		String name = stage.name();
		for (Activity activity : Activity.values()) {
			count(registry, stage, GenStageMeters.TIME,
					tags(stage).and(tag(Tag.STATE, InstanceDescriptor.nameOf(activity))),
					(stages) -> stages.times(name)
						.map((times) -> times.spent().nanos(activity) / NANOS_PER_SECOND)
						.orElse(0.0));
		}
		time(registry, stage, GenStageMeters.HANDLING, () -> handling(name).timedEvents(),
				() -> handling(name).timedNanos());
		measure(registry, stage, GenStageMeters.LIMITING, tags(stage),
				(stages) -> stages.window(name).filter((window) -> name.equals(window.verdict().stage())).isPresent()
						? 1 : 0);
	}

	/**
	 * The bounds are counters of their own, since no meter takes counts that were made
	 * elsewhere as its histogram.
	 */
	private void bindQueue(StageDefinition stage, MeterRegistry registry) {
		String name = stage.name();
		time(registry, stage, GenStageMeters.QUEUE_TIME, () -> queue(name).events(), () -> queue(name).nanos());
		measure(registry, stage, GenStageMeters.QUEUE_OLDEST, tags(stage),
				(stages) -> queue(name).oldest() / NANOS_PER_SECOND);
		for (int place = 0; place < QueueTimes.BOUNDS.size(); place++) {
			int bound = place;
			count(registry, stage, GenStageMeters.QUEUE_WITHIN,
					tags(stage).and(tag(Tag.BOUND, InstanceDescriptor.secondsOf(QueueTimes.BOUNDS.get(bound)))),
					(stages) -> queue(name).within(bound));
		}
		count(registry, stage, GenStageMeters.QUEUE_WITHIN, tags(stage).and(tag(Tag.BOUND, "+Inf")),
				(stages) -> queue(name).events());
	}

	private void time(MeterRegistry registry, StageDefinition stage, GenStageMeters meter, LongSupplier count,
			LongSupplier nanos) {
		add(stage, registry,
				FunctionTimer
					.builder(meter.getName(), this.stages, (stages) -> count.getAsLong(), (stages) -> nanos.getAsLong(),
							TimeUnit.NANOSECONDS)
					.description(meter.description())
					.tags(tags(stage))
					.register(registry));
	}

	private HandlingTimes handling(String stage) {
		return this.stages.times(stage).map(StageTimes::handling).orElse(HandlingTimes.NONE);
	}

	private QueueTimes queue(String stage) {
		return this.stages.times(stage).map(StageTimes::queue).orElse(QueueTimes.NONE);
	}

	private void bindDemand(StageDefinition stage, EdgeDefinition edge, MeterRegistry registry) {
		measure(registry, stage, GenStageMeters.DEMAND,
				Tags.of(tag(Tag.STAGE, stage.name()), tag(Tag.PRODUCER, edge.producer())),
				(stages) -> stages.demand(stage.name(), edge.producer()));
	}

	private static Tags tags(StageDefinition stage) {
		return Tags.of(tag(Tag.STAGE, stage.name()), tag(Tag.KIND, stage.kind().toString()));
	}

	private static io.micrometer.core.instrument.Tag tag(Tag key, String value) {
		return io.micrometer.core.instrument.Tag.of(key.asString(), value);
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
