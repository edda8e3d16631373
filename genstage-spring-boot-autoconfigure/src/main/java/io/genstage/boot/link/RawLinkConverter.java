package io.genstage.boot.link;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import io.genstage.link.LinkMessage;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

/**
 * Leaves events as they are that are bytes, text or messages.
 */
public final class RawLinkConverter implements LinkConverter {

	/** Returns whether events are of such a type. */
	public static boolean takes(ResolvableType type) {
		Class<?> events = type.toClass();
		return events == byte[].class || events == String.class || events == LinkMessage.class;
	}

	@Override
	public LinkMessage write(Object event, ResolvableType type) {
		if (event instanceof LinkMessage message) {
			return message;
		}
		if (event instanceof byte[] bytes) {
			return of(bytes, "application/octet-stream");
		}
		return of(event.toString().getBytes(StandardCharsets.UTF_8), "text/plain;charset=UTF-8");
	}

	private static LinkMessage of(byte[] payload, String contentType) {
		return LinkMessage.of(payload).withHeaders(Map.of(LinkHeaders.CONTENT_TYPE, contentType));
	}

	@Override
	public @Nullable Object read(LinkMessage message, ResolvableType type) throws CharacterCodingException {
		if (type.toClass() == LinkMessage.class) {
			return message;
		}
		byte[] payload = message.payload();
		if (payload == null || type.toClass() == byte[].class) {
			return payload;
		}
		// Unlike a constructor it refuses what is no text.
		return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
	}

}
