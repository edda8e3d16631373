package io.genstage.boot.autoconfigure;

import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.jackson.EndpointJsonMapper;

/**
 * Writes answers of endpoints as Spring Boot would, if it has a mapper for them alone.
 * Where the application's own one is used, or another library, nobody else knows how they
 * would be written, and they stay as they are.
 */
final class EndpointJson implements UnaryOperator<Object> {

	private final EndpointJsonMapper mapper;

	private EndpointJson(EndpointJsonMapper mapper) {
		this.mapper = mapper;
	}

	static UnaryOperator<Object> with(@Nullable EndpointJsonMapper mapper) {
		return (mapper != null) ? new EndpointJson(mapper) : UnaryOperator.identity();
	}

	@Override
	public Object apply(Object answer) {
		return this.mapper.get().writeValueAsBytes(answer);
	}

}
