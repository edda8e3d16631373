package io.genstage.boot.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import io.genstage.StageObserver;
import io.genstage.StageRef;
import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkObserver;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.ObservationView;
import org.jspecify.annotations.Nullable;

/**
 * Lets handlers see what was set where their events were sent, observes their calls, and
 * names their stage in the log: each of it if it is wanted.
 */
public final class EventObserver implements StageObserver, LinkObserver {

	private static final HandlingObservationConvention HANDLING = new DefaultHandlingObservationConvention();

	private static final EmittingObservationConvention EMITTING = new DefaultEmittingObservationConvention();

	/**
	 * A handler that sends events to itself would make a trace without an end, whose
	 * observations keep each other in memory.
	 */
	private static final int MOST_HOPS = 1000;

	private final Wanted wanted;

	private final ObservationRegistry registry;

	private final Conventions conventions;

	private final StageNaming names;

	private final LinkTraces links;

	/**
	 * Creates an observer.
	 * @param wanted what it is to do
	 * @param registry gets the observations
	 * @param conventions name them
	 * @param pipelineOf finds the pipeline of a stage by its name
	 */
	public EventObserver(Wanted wanted, ObservationRegistry registry, Conventions conventions,
			Function<String, Optional<String>> pipelineOf) {
		this.wanted = wanted;
		this.registry = registry;
		this.conventions = conventions;
		this.names = new StageNaming(pipelineOf);
		this.links = new LinkTraces(registry, conventions.linkSending(), conventions.linkReceiving());
	}

	/** What is sent without a context needs nobody who sets one. */
	@Override
	public boolean observesAll() {
		return this.wanted.observations() || this.wanted.logKeys();
	}

	@Override
	public Observed beginHandling(Call call) {
		Sent sent = (call.context() instanceof Sent known) ? known : null;
		StageNaming.Name name = this.names.of(call.stage().name());
		Observation observation = this.wanted.observations() ? observation(call, name, sent) : null;
		SenderContext context = (sent != null) ? sent.context() : null;
		Surroundings surroundings = new Surroundings((observation != null) ? Sent.of(observation, context) : sent,
				observation);
		try {
			if (context != null) {
				surroundings.add(context.set());
			}
			if (observation != null) {
				surroundings.add(observation.start().openScope()::close);
			}
			if (this.wanted.logKeys()) {
				surroundings.add(LogKeys.set(name.stage(), call));
			}
			return surroundings;
		}
		catch (RuntimeException | LinkageError ex) {
			surroundings.leave();
			surroundings.end(ex);
			throw ex;
		}
	}

	private @Nullable Observation observation(Call call, StageNaming.Name name, @Nullable Sent sent) {
		HandlingObservationContext context = new HandlingObservationContext(name.pipeline(), name.stage(), call,
				links(call));
		if (sent != null && sent.observation() != null && !isEndless(sent.observation())) {
			context.setParentObservation(sent.observation());
		}
		return observed(GenStageObservation.HANDLE.observation(this.conventions.handling(), HANDLING, () -> context,
				this.registry));
	}

	/** Returns whether an observation is the last one of very many. */
	private static boolean isEndless(Observation observation) {
		ObservationView above = observation;
		for (int hops = 0; above != null && hops < MOST_HOPS; hops++) {
			above = above.getContextView().getParentObservation();
		}
		return above != null;
	}

	private static List<ObservationView> links(Call call) {
		List<ObservationView> links = new ArrayList<>();
		for (Object carried : call.links()) {
			if (carried instanceof Sent sent && sent.observation() != null) {
				links.add(sent.observation());
			}
		}
		return links;
	}

	@Override
	public @Nullable Observed beginSending(StageRef queue, Object event) {
		SenderContext context = this.wanted.contexts() ? SenderContext.capture() : null;
		Observation observation = this.wanted.observations() ? observation(queue, event) : null;
		// Who has switched these off wants traces to go on nevertheless.
		Observation parent = this.wanted.observations() ? this.registry.getCurrentObservation() : null;
		Sent sent = Sent.of((observation != null) ? observation : parent, context);
		if (sent == null) {
			return null;
		}
		if (observation != null) {
			observation.start();
		}
		return new Surroundings(sent, observation);
	}

	private @Nullable Observation observation(StageRef queue, Object event) {
		StageNaming.Name name = this.names.of(queue.name());
		return observed(GenStageObservation.EMIT.observation(this.conventions.emitting(), EMITTING,
				() -> new EmittingObservationContext(name.pipeline(), name.stage(), event), this.registry));
	}

	@Override
	public @Nullable Sending beginSending(StageRef sender, LinkDefinition link, LinkMessage message) {
		return this.wanted.observations() ? this.links.beginSending(link, message) : null;
	}

	@Override
	public @Nullable Object received(StageRef receiver, LinkDefinition link, LinkMessage message) {
		return this.wanted.observations() ? this.links.received(link, message) : null;
	}

	/** Returns an observation that somebody wants, or null. */
	private static @Nullable Observation observed(Observation observation) {
		return observation.isNoop() ? null : observation;
	}

	/**
	 * What an observer is to do.
	 *
	 * @param observations whether to observe calls and events that are emitted
	 * @param contexts whether events carry what is set where they are sent, for which
	 * {@code context-propagation} is needed
	 * @param logKeys whether lines of the log name the stage, for which SLF4J is needed
	 */
	public record Wanted(boolean observations, boolean contexts, boolean logKeys) {

		/**
		 * Returns whether there is nothing to do.
		 * @return whether nobody needs an observer
		 */
		public boolean isNothing() {
			return !this.observations && !this.contexts && !this.logKeys;
		}

	}

	/**
	 * Names observations, each {@code null} for the default.
	 *
	 * @param handling those of calls
	 * @param emitting those of events that are emitted
	 * @param linkSending those of messages that are sent by links
	 * @param linkReceiving those of messages that have come by links
	 */
	public record Conventions(@Nullable HandlingObservationConvention handling,
			@Nullable EmittingObservationConvention emitting, @Nullable LinkSendingObservationConvention linkSending,
			@Nullable LinkReceivingObservationConvention linkReceiving) {
	}

}
