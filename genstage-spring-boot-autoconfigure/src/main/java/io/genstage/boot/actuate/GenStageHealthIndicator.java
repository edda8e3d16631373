package io.genstage.boot.actuate;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.genstage.StageStatus;
import io.genstage.boot.StageRegistry;
import io.genstage.pipeline.EdgeStatus;
import io.genstage.pipeline.ManagedStageStatus;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.PipelineStatus;
import io.genstage.pipeline.StageState;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Is down when a stage has failed, and shows how many events have passed it since. Shows
 * which stages pause since everything fails alike; that is no reason to be down. A
 * pipeline that was stopped, drains or has completed is well.
 */
public class GenStageHealthIndicator extends AbstractHealthIndicator {

	private final StageRegistry registry;

	/**
	 * Creates the indicator.
	 * @param registry has the pipelines
	 */
	public GenStageHealthIndicator(StageRegistry registry) {
		super("the state of the pipelines could not be read");
		this.registry = registry;
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
		if (failed.isEmpty()) {
			builder.up();
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

	/** Returns which stages pause for an outage, and what fails, without its text. */
	private static Map<String, String> outages(List<PipelineStatus> pipelines) {
		Map<String, String> outages = new TreeMap<>();
		pipelines.stream()
			.flatMap((pipeline) -> pipeline.stages().stream())
			.flatMap((stage) -> stage.started().stream())
			.forEach((numbers) -> {
				Throwable outage = numbers.outage();
				if (outage != null) {
					outages.put(numbers.name(), outage.getClass().getName());
				}
			});
		return outages;
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
