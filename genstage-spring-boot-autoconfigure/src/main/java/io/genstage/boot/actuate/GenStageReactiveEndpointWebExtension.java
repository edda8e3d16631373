package io.genstage.boot.actuate;

import java.util.concurrent.Callable;

import io.genstage.boot.actuate.GenStageEndpoint.StageDescriptor;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.Selector.Match;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.web.filter.reactive.ServerWebExchangeContextFilter;

/**
 * The same as {@link GenStageEndpointWebExtension} where requests are not handled by
 * servlets. Its answers come by publishers, which know the exchange that they are for, so
 * that they can have an {@code ETag}. What they are made of is read on threads that may
 * block.
 */
@EndpointWebExtension(endpoint = GenStageEndpoint.class)
public class GenStageReactiveEndpointWebExtension {

	private final GenStageEndpointWebExtension extension;

	/**
	 * Creates the extension.
	 * @param extension what answers
	 */
	public GenStageReactiveEndpointWebExtension(GenStageEndpointWebExtension extension) {
		this.extension = extension;
	}

	/**
	 * Returns all pipelines, or one view of them.
	 * @param view see {@link GenStageEndpointWebExtension#pipelines}
	 * @param pipeline the same
	 * @param after the same
	 * @param limit the same
	 * @return the same
	 */
	@ReadOperation
	public Mono<WebEndpointResponse<Object>> pipelines(@Nullable String view, @Nullable String pipeline,
			@Nullable String after, @Nullable String limit) {
		return Mono.deferContextual((context) -> {
			AnswerHeaders headers = AnswerHeaders.of(ServerWebExchangeContextFilter.getExchange(context).orElse(null));
			return mayBlock(() -> this.extension.pipelines(view, pipeline, after, limit, headers));
		});
	}

	/**
	 * Returns one stage.
	 * @param securityContext knows who asks
	 * @param stage where its name is
	 * @return the stage, or nothing (404) if there is none of that name
	 */
	@ReadOperation
	public Mono<StageDescriptor> stage(SecurityContext securityContext,
			@Selector(match = Match.ALL_REMAINING) RequestPath stage) {
		return mayBlock(() -> this.extension.stage(securityContext, stage));
	}

	/**
	 * Begins to operate one stage. Who asked is logged.
	 * @param securityContext knows who asks
	 * @param stage where its name is
	 * @param operation see {@link GenStageEndpointWebExtension#operate}
	 * @param maxDemand the same
	 * @param minDemand the same
	 * @param concurrency the same
	 * @param rate the same
	 * @param per the same
	 * @param size the same
	 * @param timeout the same
	 * @return the same
	 */
	@WriteOperation
	public Mono<WebEndpointResponse<Object>> operate(SecurityContext securityContext,
			@Selector(match = Match.ALL_REMAINING) RequestPath stage, @Nullable String operation,
			@Nullable String maxDemand, @Nullable String minDemand, @Nullable String concurrency, @Nullable String rate,
			@Nullable String per, @Nullable String size, @Nullable String timeout) {
		return mayBlock(() -> this.extension.operate(securityContext, stage, operation, maxDemand, minDemand,
				concurrency, rate, per, size, timeout));
	}

	private static <T> Mono<T> mayBlock(Callable<? extends @Nullable T> answer) {
		return Mono.<T>fromCallable(answer).subscribeOn(Schedulers.boundedElastic());
	}

}
