package io.genstage.boot.actuate;

import java.util.List;

import io.genstage.pipeline.EdgeStatus;
import io.genstage.boot.StageRegistry;
import io.genstage.pipeline.ManagedStageStatus;
import io.genstage.pipeline.PipelineStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * Shows the pipelines: their stages and edges with state and numbers, never an event.
 */
@Endpoint(id = "genstage", defaultAccess = Access.READ_ONLY)
public class GenStageEndpoint {

	private final StageRegistry registry;

	/**
	 * Creates the endpoint.
	 * @param registry has the pipelines
	 */
	public GenStageEndpoint(StageRegistry registry) {
		this.registry = registry;
	}

	/**
	 * Returns all pipelines.
	 * @return their graphs
	 */
	@ReadOperation
	public PipelinesDescriptor pipelines() {
		return new PipelinesDescriptor(this.registry.pipelines().stream().map(PipelineDescriptor::of).toList());
	}

	/**
	 * Returns one stage.
	 * @param stage its name
	 * @return the stage, or {@code null} (404) if there is none of that name
	 */
	@ReadOperation
	public @Nullable StageDescriptor stage(@Selector String stage) {
		return this.registry.stage(stage).map(StageDescriptor::of).orElse(null);
	}

	/**
	 * All pipelines.
	 *
	 * @param pipelines the pipelines
	 */
	public record PipelinesDescriptor(List<PipelineDescriptor> pipelines) implements OperationResponseBody {
	}

	/**
	 * One pipeline.
	 *
	 * @param name its name
	 * @param state its state
	 * @param stages its stages, each behind its producers
	 * @param edges its subscriptions
	 */
	public record PipelineDescriptor(String name, String state, List<StageDescriptor> stages,
			List<EdgeDescriptor> edges) {

		static PipelineDescriptor of(PipelineStatus pipeline) {
			return new PipelineDescriptor(pipeline.name(), pipeline.state().name(),
					pipeline.stages().stream().map(StageDescriptor::of).toList(),
					pipeline.edges().stream().map(EdgeDescriptor::of).toList());
		}

	}

	/**
	 * One stage.
	 *
	 * @param name its name
	 * @param kind producer, producer-consumer or consumer
	 * @param state its state
	 * @param in number of events that it has handled
	 * @param out number of events that it has emitted
	 * @param discarded number of events that it has lost
	 * @param buffered number of emitted events that wait for demand
	 * @param queued number of received events that wait to be handled
	 * @param backlog number of accepted events that wait inside the stage for demand
	 * @param demand number of events that its consumers wait for
	 */
	public record StageDescriptor(String name, String kind, String state, long in, long out, long discarded,
			long buffered, long queued, long backlog, long demand) implements OperationResponseBody {

		static StageDescriptor of(ManagedStageStatus stage) {
			String kind = stage.kind().toString();
			String state = stage.state().name();
			return stage.started()
				.map((numbers) -> new StageDescriptor(stage.name(), kind, state, numbers.in(), numbers.out(),
						numbers.discarded(), numbers.buffered(), numbers.queued(), numbers.backlog(), numbers.demand()))
				.orElseGet(() -> new StageDescriptor(stage.name(), kind, state, 0, 0, 0, 0, 0, 0, 0));
		}

	}

	/**
	 * One subscription.
	 *
	 * @param producer the stage that sends
	 * @param consumer the stage that receives
	 * @param maxDemand most events to have outstanding
	 * @param minDemand number of outstanding events at which to ask for more
	 * @param demand number of events that the consumer waits for
	 * @param sent number of events sent
	 * @param inFlight number of events sent and not handled yet
	 */
	public record EdgeDescriptor(String producer, String consumer, int maxDemand, int minDemand, long demand, long sent,
			long inFlight) {

		static EdgeDescriptor of(EdgeStatus edge) {
			return new EdgeDescriptor(edge.producer(), edge.consumer(), edge.options().maxDemand(),
					edge.options().minDemand(), edge.demand(), edge.sent(), edge.inFlight());
		}

	}

}
