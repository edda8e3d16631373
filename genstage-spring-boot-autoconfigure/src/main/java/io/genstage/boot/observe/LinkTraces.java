package io.genstage.boot.observe;

import java.util.Map;
import java.util.Objects;

import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkObserver;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Observes the messages of links, so that a trace goes on at the other end. How it is
 * written into their headers is up to the tracer of the application.
 */
final class LinkTraces {

	private static final LinkSendingObservationConvention SENDING = new DefaultLinkSendingObservationConvention();

	private static final LinkReceivingObservationConvention RECEIVING = new DefaultLinkReceivingObservationConvention();

	private final ObservationRegistry registry;

	private final @Nullable LinkSendingObservationConvention sending;

	private final @Nullable LinkReceivingObservationConvention receiving;

	/**
	 * Creates them.
	 * @param registry gets the observations
	 * @param sending names those of messages that are sent, null for the default
	 * @param receiving names those of messages that have come, null for the default
	 */
	LinkTraces(ObservationRegistry registry, @Nullable LinkSendingObservationConvention sending,
			@Nullable LinkReceivingObservationConvention receiving) {
		this.registry = registry;
		this.sending = sending;
		this.receiving = receiving;
	}

	/** Returns null if nobody wants to know. */
	LinkObserver.@Nullable Sending beginSending(LinkDefinition link, LinkMessage message) {
		LinkSendingObservationContext context = new LinkSendingObservationContext(link, message);
		Observation observation = GenStageObservation.LINK_SEND.observation(this.sending, SENDING, () -> context,
				this.registry);
		if (observation.isNoop()) {
			return null;
		}
		observation.start();
		return new Sending(observation, context, message);
	}

	/** Returns what the event of a message is to carry, null if nobody wants to know. */
	@Nullable Sent received(LinkDefinition link, LinkMessage message) {
		Observation observation = GenStageObservation.LINK_RECEIVE.observation(this.receiving, RECEIVING,
				() -> new LinkReceivingObservationContext(link, message), this.registry);
		if (observation.isNoop()) {
			return null;
		}
		// It says when the message came; its handling is observed by itself.
		observation.start().stop();
		return Sent.of(observation, null);
	}

	/**
	 * A message that is on its way.
	 *
	 * @param observation lasts until it is confirmed
	 * @param context has the headers
	 * @param original the message without them
	 */
	private record Sending(Observation observation, LinkSendingObservationContext context,
			LinkMessage original) implements LinkObserver.Sending {

		@Override
		public LinkMessage message() {
			Map<String, String> headers = Objects.requireNonNull(this.context.getCarrier());
			return this.original.withHeaders(headers);
		}

		@Override
		public void end(@Nullable Throwable failure) {
			if (failure != null) {
				this.observation.error(failure);
			}
			this.context.end();
			this.observation.stop();
		}

	}

}
