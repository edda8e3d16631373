package io.genstage.boot;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

import io.genstage.PerEventProducerConsumerStage;
import io.genstage.Stage;
import io.genstage.boot.declaration.GenStageProperties.Gone;
import io.genstage.boot.declaration.GenStageProperties.Link;
import io.genstage.boot.declaration.StageDeclaration;
import io.genstage.boot.link.LinkConverter;
import io.genstage.boot.link.LinkEnd;
import io.genstage.boot.link.LinkHeaders;
import io.genstage.boot.link.Links;
import io.genstage.delivery.Delivery;
import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkOptions;
import io.genstage.link.LinkProvider;
import io.genstage.link.LinkReceiver;
import io.genstage.link.LinkSender;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

/**
 * One link as it is to be, and the stages at its ends.
 *
 * @param stages the names of its stages
 * @param settings what is set for it
 * @param provider carries it
 * @param definition what its provider has to know
 * @param options what becomes of messages that have failed
 * @param links keeps receivers to close them
 */
record LinkPlan(LinkStages stages, Link settings, LinkProvider provider, LinkDefinition definition, LinkOptions options,
		Links links) {

	private static final ResolvableType MESSAGES = ResolvableType.forClass(LinkMessage.class);

	private static final ResolvableType DELIVERIES = ResolvableType.forClassWithGenerics(Delivery.class, MESSAGES);

	/**
	 * Makes a stage of the link.
	 * @param declaration which one
	 * @param events what is known of the events
	 */
	LinkSource source(StageDeclaration declaration, Events events) {
		if (declaration.name().equals(this.stages.sender())) {
			return source(LinkEnd.Direction.SEND, events.emitted(), ResolvableType.NONE,
					new LinkSender<Object>(this.provider, this.definition, events::message)::again);
		}
		if (declaration.name().equals(this.stages.receiver())) {
			return source(LinkEnd.Direction.RECEIVE, ResolvableType.NONE, DELIVERIES,
					() -> this.links.keep(this.definition.name(),
							new LinkReceiver(this.links.counting(this.provider), this.definition, this.options)));
		}
		boolean skipsGone = this.settings.gone() != Gone.CONVERT;
		return source(LinkEnd.Direction.RECEIVE, MESSAGES, events.read(), () -> reading(events, skipsGone));
	}

	private LinkSource source(LinkEnd.Direction direction, ResolvableType takes, ResolvableType emits,
			Supplier<Stage> stage) {
		LinkEnd end = new LinkEnd(this.definition.name(), this.provider.type(), this.definition.destination(),
				direction);
		return new LinkSource(end, this.provider.isLasting(), takes, emits, stage, this.links);
	}

	private static PerEventProducerConsumerStage<LinkMessage, Object> reading(Events events, boolean skipsGone) {
		return (message, from, results) -> {
			if (message.payload() == null && skipsGone) {
				return;
			}
			Object event = events.converter().read(message, events.read());
			if (event != null) {
				results.accept(event);
			}
		};
	}

	/**
	 * What is known of the events of a link.
	 *
	 * @param emitted the type of those that the stage emits, {@link ResolvableType#NONE}
	 * if it isn't here or doesn't say it
	 * @param read the type of those that are read
	 * @param converter writes and reads them
	 * @param key returns the key of an event, {@code null} if events have none
	 */
	record Events(ResolvableType emitted, ResolvableType read, LinkConverter converter,
			@Nullable Function<Object, @Nullable Object> key) {

		LinkMessage message(Object event) {
			LinkMessage written = written(event);
			Map<String, String> headers = new HashMap<>(written.headers());
			headers.putIfAbsent(LinkHeaders.EVENT_ID, UUID.randomUUID().toString());
			LinkMessage message = written.withHeaders(headers);
			Object key = (this.key != null) ? this.key.apply(event) : null;
			return (key != null) ? message.withKey(key.toString()) : message;
		}

		private LinkMessage written(Object event) {
			try {
				return this.converter.write(event, this.emitted);
			}
			catch (RuntimeException ex) {
				throw ex;
			}
			catch (Exception ex) {
				throw new IllegalStateException("no message can be made of the event", ex);
			}
		}

	}

}
