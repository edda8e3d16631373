package io.genstage.boot.link;

import java.lang.reflect.Type;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import io.genstage.link.LinkMessage;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.ResolvableType;

/**
 * Writes and reads events as JSON. Properties that an event doesn't have are ignored. A
 * message without a payload is no event.
 */
public final class JsonLinkConverter implements LinkConverter {

	private static final Map<String, String> JSON = Map.of(LinkHeaders.CONTENT_TYPE, "application/json");

	private static final byte[] NOTHING_IN_IT = { '{', '}' };

	private final JsonMapper mapper;

	/** By the types of links, since it takes as long to make one as to use it. */
	private final Map<Type, ObjectWriter> writers = new ConcurrentHashMap<>();

	/** By the types of links. */
	private final Map<Type, ObjectReader> readers = new ConcurrentHashMap<>();

	/**
	 * Creates a converter.
	 * @param mapper knows how events look as JSON
	 */
	public JsonLinkConverter(JsonMapper mapper) {
		this.mapper = mapper;
	}

	@Override
	public LinkMessage write(Object event, ResolvableType type) {
		// By its declared type, which may say how to tell its subtypes apart.
		boolean declared = type.toClass() != Object.class && type.toClass().isInstance(event);
		ObjectWriter writer = this.writers.computeIfAbsent(declared ? type.getType() : Object.class, this::writer);
		return LinkMessage.of(writer.writeValueAsBytes(event)).withHeaders(JSON);
	}

	private ObjectWriter writer(Type type) {
		return (type != Object.class) ? this.mapper.writerFor(this.mapper.constructType(type)) : this.mapper.writer();
	}

	@Override
	public @Nullable Object read(LinkMessage message, ResolvableType type) {
		byte[] payload = message.payload();
		if (payload == null || payload.length == 0) {
			return null;
		}
		String contentType = message.headers().getOrDefault(LinkHeaders.CONTENT_TYPE, "json");
		if (!contentType.contains("json")) {
			throw new IllegalArgumentException("the message is %s, and not JSON".formatted(contentType));
		}
		return reader(type).readValue(payload);
	}

	private ObjectReader reader(ResolvableType type) {
		return this.readers.computeIfAbsent(type.getType(), (of) -> this.mapper.readerFor(this.mapper.constructType(of))
			.without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES));
	}

	/** Tries it: what is not defined well fails in another way than what isn't there. */
	@Override
	public Optional<String> problemWith(ResolvableType type) {
		try {
			Object unused = reader(type).readValue(NOTHING_IN_IT);
			return Optional.empty();
		}
		catch (InvalidDefinitionException ex) {
			return Optional.of("can't be read from JSON: " + ex.getOriginalMessage());
		}
		catch (JacksonException ex) {
			return Optional.empty();
		}
	}

}
