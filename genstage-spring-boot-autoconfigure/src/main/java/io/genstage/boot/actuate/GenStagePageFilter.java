package io.genstage.boot.actuate;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Adds the headers of the {@linkplain GenStagePageEndpoint page} and of its files to
 * their answers, where requests are not handled by servlets. An endpoint can't do that
 * itself there, as it sees nothing of the exchange.
 */
public final class GenStagePageFilter implements WebFilter {

	private final Supplier<PathMappedEndpoints> endpoints;

	/**
	 * Creates the filter.
	 * @param endpoints returns what knows where the application has put its endpoints;
	 * asked for each request, since the endpoints are not there yet when filters are made
	 */
	public GenStagePageFilter(Supplier<PathMappedEndpoints> endpoints) {
		this.endpoints = endpoints;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		if (isOfPage(exchange.getRequest().getPath().pathWithinApplication().value())) {
			HttpHeaders headers = exchange.getResponse().getHeaders();
			GenStagePageEndpoint.HEADERS.forEach(headers::set);
		}
		return chain.filter(exchange);
	}

	private boolean isOfPage(String path) {
		@Nullable String page = this.endpoints.get().getPath(EndpointId.of(GenStagePageEndpoint.ID));
		return page != null && (path.equals(page) || path.startsWith(page + "/"));
	}

}
