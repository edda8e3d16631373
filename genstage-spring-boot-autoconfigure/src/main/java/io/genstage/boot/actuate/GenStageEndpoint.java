package io.genstage.boot.actuate;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

import io.genstage.StageStatus;
import io.genstage.boot.StageRegistry;
import io.genstage.boot.declaration.StagePropertyOrigins;
import io.genstage.pipeline.EdgeStatus;
import io.genstage.pipeline.ManagedStageStatus;
import io.genstage.pipeline.PipelineListener;
import io.genstage.pipeline.PipelineStatus;
import io.genstage.pipeline.PipelineVerdict;
import io.genstage.pipeline.PipelineWindow;
import io.genstage.pipeline.StageChange;
import io.genstage.pipeline.StageDefinition;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.Sanitizer;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.Selector.Match;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.core.env.PropertySource;

/**
 * Shows the pipelines: their stages and edges with state and numbers, never an event.
 */
@Endpoint(id = "genstage", defaultAccess = Access.READ_ONLY)
public class GenStageEndpoint implements PipelineListener {

	private final StageRegistry registry;

	private final StagePropertyOrigins properties;

	private final Sanitizer sanitizer;

	private final Show showValues;

	private final LastFailures failures = new LastFailures(InstantSource.system());

	/**
	 * Creates the endpoint.
	 * @param registry has the pipelines
	 * @param properties knows where the properties of stages are written
	 * @param sanitizing the application's rules for values that must not be shown
	 * @param showValues when values of properties are shown at all
	 */
	public GenStageEndpoint(StageRegistry registry, StagePropertyOrigins properties,
			Iterable<SanitizingFunction> sanitizing, Show showValues) {
		this.registry = registry;
		this.properties = properties;
		this.sanitizer = new Sanitizer(sanitizing);
		this.showValues = showValues;
	}

	/**
	 * Returns all pipelines.
	 * @return their graphs
	 */
	@ReadOperation
	public PipelinesDescriptor pipelines() {
		return new PipelinesDescriptor(this.registry.pipelines().stream().map(this::describe).toList());
	}

	/**
	 * Returns one stage, where nobody can be asked who wants to see it, as over JMX. Over
	 * HTTP the {@linkplain GenStageEndpointWebExtension extension} does that.
	 * @param stage its name, which has no slash and so is all there is of a path
	 * @return the stage, or {@code null} (404) if there is none of that name
	 */
	@ReadOperation
	public @Nullable StageDescriptor stage(@Selector(match = Match.ALL_REMAINING) String... stage) {
		return stage(String.join("/", stage), this.showValues.isShown(true));
	}

	private PipelineDescriptor describe(PipelineStatus pipeline) {
		PipelineWindow window = this.registry.window(pipeline.name()).orElse(null);
		return PipelineDescriptor.of(pipeline, this.registry.verdict(pipeline.name()).orElse(null),
				pipeline.stages().stream().map((stage) -> describe(stage, window)).toList());
	}

	private StageDescriptor describe(ManagedStageStatus stage, @Nullable PipelineWindow window) {
		return StageDescriptor.of(stage, window, this.registry.waitsFor(stage.name()));
	}

	@Nullable StageDescriptor stage(String stage, boolean showValues) {
		return this.registry.stage(stage)
			.map((status) -> describe(status, this.registry.window(stage).orElse(null))
				.with(StageDetails.of(status, this.registry, this.failures.of(stage), properties(stage, showValues),
						settings(stage, showValues))))
			.orElse(null);
	}

	@Override
	public void onStageChange(StageChange change) {
		this.failures.remember(change);
	}

	@Override
	public void onStageRemoved(String pipeline, String stage) {
		this.failures.forget(stage);
	}

	/** Returns what has the pipelines that are shown. */
	StageRegistry registry() {
		return this.registry;
	}

	private List<PropertyDescriptor> properties(String stage, boolean showValues) {
		List<String> names = this.registry.definitions().stream().map(StageDefinition::name).toList();
		return this.properties.of(stage, names)
			.stream()
			.map((property) -> PropertyDescriptor.of(property, this.sanitizer, showValues))
			.toList();
	}

	private List<SettingDescriptor> settings(String stage, boolean showValues) {
		return this.registry.settings(stage)
			.stream()
			.map((setting) -> SettingDescriptor.of(setting, stage, this.properties, this.sanitizer, showValues))
			.toList();
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
	 * @param verdict what limits it
	 * @param stages its stages, each behind its producers
	 * @param edges its subscriptions
	 */
	public record PipelineDescriptor(String name, String state, @Nullable VerdictDescriptor verdict,
			List<StageDescriptor> stages, List<EdgeDescriptor> edges) {

		static PipelineDescriptor of(PipelineStatus pipeline, @Nullable PipelineVerdict verdict,
				List<StageDescriptor> stages) {
			return new PipelineDescriptor(pipeline.name(), pipeline.state().name(),
					(verdict != null) ? VerdictDescriptor.of(verdict) : null, stages,
					pipeline.edges().stream().map(EdgeDescriptor::of).toList());
		}

	}

	/**
	 * One stage.
	 *
	 * @param name its name
	 * @param kind producer, producer-consumer or consumer
	 * @param state its actual state
	 * @param pauseWanted whether somebody has paused it, whatever its state: a pause of a
	 * stage that has not started, is being restarted or has failed takes effect later
	 * @param in number of events that it has handled
	 * @param out number of events that it has emitted
	 * @param discarded number of events that it has lost
	 * @param buffered number of emitted events that wait for demand
	 * @param queued number of received events that wait to be handled
	 * @param backlog number of accepted events that wait inside the stage for demand, or
	 * whose batches and tasks have not ended
	 * @param held number of events that it holds: sent to it and neither handled nor
	 * lost, buffered, or in its backlog
	 * @param demand number of events that its consumers wait for
	 * @param retrying number of held events that are going to be handled again
	 * @param outage why it pauses, if it does since everything fails alike
	 * @param progress how far a producer has come with a source that may have an end;
	 * {@code null} if it doesn't say so
	 * @param waitsFor the stages that owe it events or don't ask it for any, at most
	 * five, if it is starved or blocked because of them; {@code null} otherwise
	 * @param unsettled number of events with a settlement that it has emitted and whose
	 * sources have not heard of their outcome; {@code null} where all pipelines are shown
	 * @param late how many outcomes came for events that were already settled;
	 * {@code null} where all pipelines are shown
	 * @param overdue what takes longer now than it should, at most 20 of it; {@code null}
	 * where all pipelines are shown
	 * @param lastFailure what one of its runs was last ended by; {@code null} if there
	 * was nothing, and where all pipelines are shown
	 * @param instances what its instances spend their time on; {@code null} where all
	 * pipelines are shown, and empty if no accounts are kept
	 * @param properties what its own properties set; {@code null} where all pipelines are
	 * shown
	 * @param link the end of a link that it belongs to; {@code null} where all pipelines
	 * are shown
	 * @param settings all that is in force, each with who says so; {@code null} where all
	 * pipelines are shown
	 */
	public record StageDescriptor(String name, String kind, String state, boolean pauseWanted, long in, long out,
			long discarded, long buffered, long queued, long backlog, long held, long demand, long retrying,
			@Nullable OutageDescriptor outage, @Nullable ProgressDescriptor progress, @Nullable List<String> waitsFor,
			@Nullable Long unsettled, @Nullable Long late, @Nullable List<OverdueDescriptor> overdue,
			@Nullable FailureDescriptor lastFailure, @Nullable List<InstanceDescriptor> instances,
			@Nullable List<PropertyDescriptor> properties, @Nullable LinkDescriptor link,
			@Nullable List<SettingDescriptor> settings) implements OperationResponseBody {

		static StageDescriptor of(ManagedStageStatus stage, @Nullable PipelineWindow window, List<String> waitsFor) {
			String kind = stage.kind().toString();
			String state = stage.state().name();
			return stage.started()
				.map((numbers) -> new StageDescriptor(stage.name(), kind, state, stage.pauseWanted(), numbers.in(),
						numbers.out(), numbers.discarded(), numbers.buffered(), numbers.queued(), numbers.backlog(),
						numbers.held(), numbers.demand(), numbers.retrying(), OutageDescriptor.of(numbers.outage()),
						ProgressDescriptor.of(stage, window), waitsFor.isEmpty() ? null : waitsFor, null, null, null,
						null, null, null, null, null))
				.orElseGet(() -> new StageDescriptor(stage.name(), kind, state, stage.pauseWanted(), 0, 0, 0, 0, 0, 0,
						0, 0, 0, null, null, null, null, null, null, null, null, null, null, null));
		}

		StageDescriptor with(StageDetails details) {
			return new StageDescriptor(this.name, this.kind, this.state, this.pauseWanted, this.in, this.out,
					this.discarded, this.buffered, this.queued, this.backlog, this.held, this.demand, this.retrying,
					this.outage, this.progress, this.waitsFor, details.unsettled(), details.late(), details.overdue(),
					details.lastFailure(), details.instances(), details.properties(), details.link(),
					details.settings());
		}

	}

	/**
	 * A pause of a stage that tries with one event at a time whether it can go on.
	 *
	 * @param causeType the name of the class of what had failed when it began
	 * @param since when it began
	 */
	public record OutageDescriptor(String causeType, Instant since) {

		static @Nullable OutageDescriptor of(StageStatus.@Nullable Outage outage) {
			return (outage != null) ? new OutageDescriptor(outage.cause().getClass().getName(), outage.since()) : null;
		}

	}

	/**
	 * A failure that has ended a run of a stage. Its message isn't shown, since it may
	 * have data of events in it.
	 *
	 * @param type the name of its class
	 * @param time when it did
	 */
	public record FailureDescriptor(String type, Instant time) {
	}

	/**
	 * One property of a stage.
	 *
	 * @param name its name
	 * @param value the text of its value as it is written, with placeholders, unless who
	 * asks may not see it or a rule of the application hides it
	 * @param origin where it is written, such as {@code application.yml:12}, or
	 * {@code null} if that is not known
	 */
	public record PropertyDescriptor(String name, @Nullable String value, @Nullable String origin) {

		static PropertyDescriptor of(ConfigurationProperty property, Sanitizer sanitizer, boolean showValue) {
			String name = property.getName().toString();
			// Text before the rules, which are written for it, and behind them, which may
			// put any object in its place.
			SanitizableData data = new SanitizableData(source(property), name, PropertyText.of(property.getValue()));
			String value = PropertyText.of(sanitizer.sanitize(data, showValue));
			return new PropertyDescriptor(name, value, StagePropertyOrigins.place(property));
		}

		static @Nullable PropertySource<?> source(ConfigurationProperty property) {
			ConfigurationPropertySource source = property.getSource();
			return (source != null && source.getUnderlyingSource() instanceof PropertySource<?> underlying) ? underlying
					: null;
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
	 * @param discarded number of these that the consumer has lost
	 * @param inFlight number of events sent and neither handled nor lost yet
	 */
	public record EdgeDescriptor(String producer, String consumer, int maxDemand, int minDemand, long demand, long sent,
			long discarded, long inFlight) {

		static EdgeDescriptor of(EdgeStatus edge) {
			return new EdgeDescriptor(edge.producer(), edge.consumer(), edge.options().maxDemand(),
					edge.options().minDemand(), edge.demand(), edge.sent(), edge.discarded(), edge.inFlight());
		}

	}

}
