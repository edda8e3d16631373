package io.genstage.boot.actuate;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

import io.genstage.Overdue;
import io.genstage.StageKind;
import io.genstage.StageStatus;
import io.genstage.boot.StageRegistry;
import io.genstage.boot.declaration.GenStageProperties;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.pipeline.EdgeStatus;
import io.genstage.pipeline.ManagedStageStatus;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.PipelineStatus;
import io.genstage.pipeline.PipelineVerdict;
import io.genstage.pipeline.PipelineWindow;
import io.genstage.pipeline.StageState;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Is down when a stage has failed, and shows how many events have passed it since. Is out
 * of service when a stage holds more events, or has lost more of late, than is wanted.
 * Shows which stages pause since everything fails alike, which don't go on though events
 * are there and asked for, what takes longer in them than it should, and how many dead
 * letters were lost for want of room; that is no reason to be down. A pipeline that was
 * stopped, drains or has completed is well.
 */
public class GenStageHealthIndicator extends AbstractHealthIndicator {

	/** How long a loss counts. */
	private static final Duration RECENT = Duration.ofMinutes(1);

	private final StageRegistry registry;

	private final @Nullable DeadLetterNumbers deadLetters;

	private final GenStageProperties.Health limits;

	private final RecentLosses losses;

	/**
	 * Creates the indicator of stages whose dead letters nobody counts.
	 * @param registry has the pipelines
	 */
	public GenStageHealthIndicator(StageRegistry registry) {
		this(registry, null);
	}

	/**
	 * Creates the indicator.
	 * @param registry has the pipelines
	 * @param desk has the dead letters of the stages, or {@code null} if nobody counts
	 * them
	 */
	@Autowired
	public GenStageHealthIndicator(StageRegistry registry, @Nullable DeadLetterDesk desk) {
		this(registry, desk, new GenStageProperties.Health(null, null));
	}

	/**
	 * Creates the indicator of an application that may be out of service.
	 * @param registry has the pipelines
	 * @param desk has the dead letters of the stages, or {@code null} if nobody counts
	 * them
	 * @param limits when it is
	 */
	public GenStageHealthIndicator(StageRegistry registry, @Nullable DeadLetterDesk desk,
			GenStageProperties.Health limits) {
		super("the state of the pipelines could not be read");
		this.registry = registry;
		this.deadLetters = (desk != null) ? new DeadLetterNumbers(desk) : null;
		this.limits = limits;
		this.losses = new RecentLosses(RECENT, System::nanoTime);
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		List<PipelineStatus> pipelines = this.registry.pipelines();
		List<String> failed = pipelines.stream()
			.flatMap((pipeline) -> pipeline.stages().stream())
			.filter((stage) -> stage.state() == StageState.FAILED)
			.map(ManagedStageStatus::name)
			.toList();
		Map<String, PipelineState> states = pipelines.stream()
			.collect(
					Collectors.toMap(PipelineStatus::name, PipelineStatus::state, (one, other) -> other, TreeMap::new));
		builder.withDetail("pipelines", states);
		Map<String, Long> unserved = unserved(pipelines);
		if (!unserved.isEmpty()) {
			builder.withDetail("unserved", unserved);
		}
		Map<String, String> outages = outages(pipelines);
		if (!outages.isEmpty()) {
			builder.withDetail("outages", outages);
		}
		Map<String, String> interrupted = interrupted(pipelines);
		if (!interrupted.isEmpty()) {
			builder.withDetail("interruptedLinks", interrupted);
		}
		Map<String, String> stalled = stalled(pipelines);
		if (!stalled.isEmpty()) {
			builder.withDetail("stalled", stalled);
		}
		Map<String, List<Map<String, Object>>> overdue = overdue(pipelines);
		if (!overdue.isEmpty()) {
			builder.withDetail("overdue", overdue);
		}
		Map<String, Long> dropped = (this.deadLetters != null) ? this.deadLetters.dropped() : Map.of();
		if (!dropped.isEmpty()) {
			builder.withDetail("droppedDeadLetters", new TreeMap<>(dropped));
		}
		Map<String, Long> saturated = reaching(this.limits.saturatedAt(), held(pipelines));
		if (!saturated.isEmpty()) {
			builder.withDetail("saturated", saturated);
		}
		Map<String, Long> discarding = (this.limits.discardingAt() != null)
				? reaching(this.limits.discardingAt(), this.losses.look(discarded(pipelines))) : Map.of();
		if (!discarding.isEmpty()) {
			builder.withDetail("discarding", discarding);
		}
		if (failed.isEmpty() && saturated.isEmpty() && discarding.isEmpty()) {
			builder.up();
		}
		else if (failed.isEmpty()) {
			builder.outOfService();
		}
		else {
			builder.down().withDetail("failed", failed);
			Map<String, Long> missed = missed(pipelines);
			missed.keySet().retainAll(failed);
			if (!missed.isEmpty()) {
				builder.withDetail("missed", missed);
			}
		}
	}

	private static Map<String, Long> held(List<PipelineStatus> pipelines) {
		return sums(pipelines, (numbers) -> numbers.waiting().held());
	}

	private static Map<String, Long> discarded(List<PipelineStatus> pipelines) {
		return sums(pipelines, (numbers) -> numbers.counts().discarded());
	}

	private static Map<String, Long> sums(List<PipelineStatus> pipelines, ToLongFunction<StageStatus> number) {
		Map<String, Long> sums = new TreeMap<>();
		pipelines.stream()
			.flatMap((pipeline) -> pipeline.stages().stream())
			.flatMap((stage) -> stage.started().stream())
			.forEach((numbers) -> sums.merge(numbers.name(), number.applyAsLong(numbers), Long::sum));
		return sums;
	}

	/** Returns which numbers are as large as a limit, if there is one. */
	private static Map<String, Long> reaching(@Nullable Long limit, Map<String, Long> numbers) {
		Map<String, Long> reaching = new TreeMap<>(numbers);
		reaching.values().removeIf((number) -> limit == null || number < limit);
		return reaching;
	}

	/** Returns which links can't be used now, and what carries them where. */
	private Map<String, String> interrupted(List<PipelineStatus> pipelines) {
		Map<String, String> interrupted = new TreeMap<>();
		pipelines.stream()
			.flatMap((pipeline) -> pipeline.stages().stream())
			.filter((stage) -> stage.kind() != StageKind.PRODUCER_CONSUMER
					&& stage.started().filter((numbers) -> numbers.outage() != null).isPresent())
			.flatMap((stage) -> this.registry.link(stage.name()).stream())
			.forEach((end) -> interrupted.put(end.link(), "%s: %s".formatted(end.type(), end.destination())));
		return interrupted;
	}

	/** Returns which stages pause for an outage, and what fails, without its text. */
	private static Map<String, String> outages(List<PipelineStatus> pipelines) {
		Map<String, String> outages = new TreeMap<>();
		pipelines.stream()
			.flatMap((pipeline) -> pipeline.stages().stream())
			.flatMap((stage) -> stage.started().stream())
			.forEach((numbers) -> {
				StageStatus.Outage outage = numbers.outage();
				if (outage != null) {
					outages.put(numbers.name(), outage.cause().getClass().getName());
				}
			});
		return outages;
	}

	/**
	 * Returns which stages hold events that are asked for, while nobody does anything.
	 */
	private Map<String, String> stalled(List<PipelineStatus> pipelines) {
		Map<String, String> stalled = new TreeMap<>();
		for (PipelineStatus pipeline : pipelines) {
			this.registry.window(pipeline.name())
				.map(PipelineWindow::verdict)
				.filter((verdict) -> verdict.kind() == PipelineVerdict.Kind.STALLED)
				.ifPresent((verdict) -> stalled.put(String.valueOf(verdict.stage()), verdict.evidence()));
		}
		return stalled;
	}

	/** Returns what takes too long in which stages. */
	private static Map<String, List<Map<String, Object>>> overdue(List<PipelineStatus> pipelines) {
		return pipelines.stream()
			.flatMap((pipeline) -> pipeline.stages().stream())
			.flatMap((stage) -> stage.started().stream())
			.filter((numbers) -> !numbers.overdue().isEmpty())
			.collect(Collectors.toMap(StageStatus::name,
					(numbers) -> numbers.overdue().stream().map(GenStageHealthIndicator::described).toList(),
					(one, other) -> one, TreeMap::new));
	}

	private static Map<String, Object> described(Overdue overdue) {
		OverdueDescriptor descriptor = OverdueDescriptor.of(overdue);
		Map<String, Object> description = new LinkedHashMap<>();
		description.put("what", descriptor.what());
		if (descriptor.stack() != null) {
			description.put("stack", descriptor.stack());
		}
		return description;
	}

	/** Returns how many events of which stages wait for partitions without a consumer. */
	private static Map<String, Long> unserved(List<PipelineStatus> pipelines) {
		return pipelines.stream()
			.flatMap((pipeline) -> pipeline.stages().stream())
			.flatMap((stage) -> stage.started().stream())
			.filter((numbers) -> numbers.unserved() > 0)
			.collect(Collectors.toMap(StageStatus::name, StageStatus::unserved, Long::sum, TreeMap::new));
	}

	private static Map<String, Long> missed(List<PipelineStatus> pipelines) {
		return pipelines.stream()
			.flatMap((pipeline) -> pipeline.edges().stream())
			.filter((edge) -> edge.missed() > 0)
			.collect(Collectors.toMap(EdgeStatus::consumer, EdgeStatus::missed, Long::sum, TreeMap::new));
	}

}
