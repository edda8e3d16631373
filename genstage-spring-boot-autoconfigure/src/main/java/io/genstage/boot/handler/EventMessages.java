package io.genstage.boot.handler;

import io.genstage.Subscription;

import org.springframework.messaging.Message;
import org.springframework.messaging.support.MessageBuilder;

/**
 * Makes messages of events. To be used only if spring-messaging is there.
 */
final class EventMessages {

	private EventMessages() {
	}

	/**
	 * Returns a message of an event; one that is a message itself gets more headers. The
	 * declared type lets callers be loaded without the jar.
	 */
	static Object of(Object event, Subscription from) {
		MessageBuilder<?> builder = (event instanceof Message<?> message) ? MessageBuilder.fromMessage(message)
				: MessageBuilder.withPayload(event);
		return builder.setHeader(GenStageHeaders.PRODUCER, from.producer().name())
			.setHeader(GenStageHeaders.SUBSCRIPTION_ID, from.id())
			.build();
	}

}
