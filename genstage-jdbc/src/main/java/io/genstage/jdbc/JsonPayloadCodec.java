package io.genstage.jdbc;

import java.lang.reflect.Type;

import tools.jackson.databind.json.JsonMapper;

/**
 * Writes events as JSON.
 */
public final class JsonPayloadCodec implements PayloadCodec {

	private static final String JSON = "application/json";

	private final JsonMapper mapper;

	/**
	 * Creates a codec.
	 * @param mapper knows how events look as JSON
	 */
	public JsonPayloadCodec(JsonMapper mapper) {
		this.mapper = mapper;
	}

	@Override
	public String contentType() {
		return JSON;
	}

	@Override
	public byte[] write(Object event) {
		return this.mapper.writeValueAsBytes(event);
	}

	@Override
	public Object read(byte[] payload, String contentType, Type type) {
		if (!contentType.equals(JSON)) {
			throw new UnsupportedOperationException("can't read " + contentType);
		}
		return this.mapper.readValue(payload, this.mapper.constructType(type));
	}

}
