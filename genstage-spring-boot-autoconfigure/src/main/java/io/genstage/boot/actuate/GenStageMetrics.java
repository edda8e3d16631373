package io.genstage.boot.actuate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

import io.genstage.StageStatus;
import io.genstage.boot.StageRegistry;
import io.genstage.pipeline.EdgeDefinition;
import io.genstage.pipeline.StageDefinition;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Meters of the stages. They read the numbers that the stages keep anyway, so that no
 * event is held up by them. They are removed when the application ends.
 */
public class GenStageMetrics implements MeterBinder, AutoCloseable {

	private final StageRegistry stages;

	private final List<BoundMeter> bound = new ArrayList<>();

	/**
	 * Creates the meters.
	 * @param stages has the pipelines
	 */
	public GenStageMetrics(StageRegistry stages) {
		this.stages = stages;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.stages.definitions().forEach((stage) -> bind(stage, registry));
	}

	private void bind(StageDefinition stage, MeterRegistry registry) {
		if (stage.kind().consumes()) {
			count(registry, stage, "in", "Events that the stage has handled", StageStatus::in);
		}
		if (stage.kind().produces()) {
			count(registry, stage, "out", "Events that the stage has emitted", StageStatus::out);
			add(registry,
					Gauge.builder("genstage.events.buffered", this.stages, number(stage, StageStatus::buffered))
						.description("Emitted events that wait for demand")
						.baseUnit("events")
						.tags(tags(stage))
						.register(registry));
		}
		count(registry, stage, "discarded", "Events that the stage has lost", StageStatus::discarded);
		stage.producers().forEach((edge) -> bindDemand(stage, edge, registry));
	}

	private void count(MeterRegistry registry, StageDefinition stage, String name, String description,
			ToLongFunction<StageStatus> number) {
		add(registry,
				FunctionCounter.builder("genstage.events." + name, this.stages, number(stage, number))
					.description(description)
					.baseUnit("events")
					.tags(tags(stage))
					.register(registry));
	}

	private void bindDemand(StageDefinition stage, EdgeDefinition edge, MeterRegistry registry) {
		ToDoubleFunction<StageRegistry> demand = (stages) -> stages.demand(stage.name(), edge.producer());
		add(registry,
				Gauge.builder("genstage.demand", this.stages, demand)
					.description("Events that the stage waits for")
					.baseUnit("events")
					.tags("stage", stage.name(), "producer", edge.producer())
					.register(registry));
	}

	private static ToDoubleFunction<StageRegistry> number(StageDefinition stage, ToLongFunction<StageStatus> number) {
		return (stages) -> stages.stage(stage.name())
			.flatMap((status) -> status.started())
			.map(number::applyAsLong)
			.orElse(0L);
	}

	private static Tags tags(StageDefinition stage) {
		return Tags.of("stage", stage.name(), "kind", stage.kind().toString());
	}

	private void add(MeterRegistry registry, Meter meter) {
		this.bound.add(new BoundMeter(registry, meter));
	}

	@Override
	public void close() {
		this.bound.forEach(BoundMeter::remove);
		this.bound.clear();
	}

	/**
	 * A meter and where it is.
	 */
	private record BoundMeter(MeterRegistry registry, Meter meter) {

		void remove() {
			this.registry.remove(this.meter);
		}

	}

}
