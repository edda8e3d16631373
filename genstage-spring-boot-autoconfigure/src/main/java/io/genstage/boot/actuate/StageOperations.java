package io.genstage.boot.actuate;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Supplier;

import io.genstage.StageStartException;
import io.genstage.boot.StageRegistry;
import io.genstage.log.StageNames;
import io.genstage.pipeline.StageDefinition;
import io.genstage.rate.RateLimit;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.SecurityContext;

/**
 * Does with stages what somebody asks for over HTTP, and logs who it was.
 */
final class StageOperations {

	private static final Log logger = LogFactory.getLog(StageOperations.class);

	private static final int CONFLICT = 409;

	private static final int MAX_EVENTS = 1_000_000;

	private static final Duration MAX_PERIOD = Duration.ofDays(365);

	private static final String NAMES = "start, stop, restart, pause, resume, demand, concurrency, rate, batch or reset";

	private final StageRegistry registry;

	StageOperations(StageRegistry registry) {
		this.registry = registry;
	}

	/**
	 * Begins an operation. It goes on when this returns; that it has failed later is
	 * logged.
	 * @throws RefusedRequestException if it can't be done
	 */
	void begin(SecurityContext securityContext, String stage, Request request) {
		if (this.registry.state(stage).isEmpty()) {
			throw RefusedRequestException.notFound();
		}
		Operation operation = operation(request);
		CompletionStage<?> done = attempt(() -> operation.begin().apply(this.registry, stage));
		logger.info("%s changes stage '%s': %s".formatted(RequestedBy.name(securityContext),
				StageNames.printable(stage), operation.said()));
		CompletionStage<?> unused = done.whenComplete((nothing, failure) -> {
			if (failure != null) {
				logger.warn("Stage '%s' was not changed as requested: %s".formatted(StageNames.printable(stage),
						operation.said()), failure);
			}
		});
	}

	private static CompletionStage<?> attempt(Supplier<CompletionStage<?>> operation) {
		try {
			CompletionStage<?> done = operation.get();
			if (done.toCompletableFuture().isCompletedExceptionally()) {
				done.toCompletableFuture().join();
			}
			return done;
		}
		catch (CompletionException ex) {
			throw refused((ex.getCause() != null) ? ex.getCause() : ex);
		}
		catch (IllegalArgumentException | IllegalStateException | StageStartException ex) {
			throw refused(ex);
		}
	}

	private static RuntimeException refused(Throwable cause) {
		if (cause instanceof IllegalArgumentException) {
			return new RefusedRequestException(String.valueOf(cause.getMessage()));
		}
		if (cause instanceof StageStartException) {
			return new RefusedRequestException(CONFLICT, "the stage can't start: the log says why");
		}
		if (cause instanceof IllegalStateException) {
			return new RefusedRequestException(CONFLICT, String.valueOf(cause.getMessage()));
		}
		return new IllegalStateException(cause);
	}

	private static Operation operation(Request request) {
		return switch (String.valueOf(request.operation())) {
			case "start" -> new Operation("start", StageRegistry::start);
			case "stop" -> new Operation("stop", StageRegistry::stop);
			case "restart" -> new Operation("restart", StageRegistry::restart);
			case "pause" -> new Operation("pause", StageRegistry::pause);
			case "resume" -> new Operation("resume", StageRegistry::resume);
			case "reset" -> new Operation("reset", StageRegistry::reset);
			case "demand" -> demand(request);
			case "concurrency" -> concurrency(request);
			case "rate" -> rate(request);
			case "batch" -> batch(request);
			default -> throw new RefusedRequestException("'operation' must be one of " + NAMES);
		};
	}

	private static Operation demand(Request request) {
		int max = RequestText.number("maxDemand", request.text("maxDemand"), Integer.MAX_VALUE);
		String least = request.text("minDemand");
		int min = "0".equals(least) ? 0 : RequestText.number("minDemand", least, max / 2, Integer.MAX_VALUE);
		return new Operation("demand from %d to %d".formatted(max, min),
				(registry, stage) -> registry.demand(stage, max, min));
	}

	private static Operation concurrency(Request request) {
		int concurrency = RequestText.number("concurrency", request.text("concurrency"),
				StageDefinition.MAX_CONCURRENCY);
		return new Operation("concurrency %d".formatted(concurrency),
				(registry, stage) -> registry.concurrency(stage, concurrency));
	}

	private static Operation rate(Request request) {
		int rate = RequestText.number("rate", request.text("rate"), MAX_EVENTS);
		Duration per = RequestText.time("per", request.text("per"), Duration.ofSeconds(1), MAX_PERIOD);
		return new Operation("rate %d in %s".formatted(rate, per), (registry, stage) -> {
			registry.rate(stage, RateLimit.of(rate, per));
			return CompletableFuture.completedStage(null);
		});
	}

	private static Operation batch(Request request) {
		int size = RequestText.number("size", request.text("size"), MAX_EVENTS);
		Duration timeout = RequestText.time("timeout", request.text("timeout"), Duration.ofSeconds(1), MAX_PERIOD);
		return new Operation("batches of %d in %s".formatted(size, timeout), (registry, stage) -> {
			registry.batch(stage, size, timeout);
			return CompletableFuture.completedStage(null);
		});
	}

	/**
	 * What is asked for.
	 *
	 * @param operation the name of the operation
	 * @param texts the other parameters that were given
	 */
	record Request(@Nullable String operation, Map<String, String> texts) {

		@Nullable String text(String name) {
			return this.texts.get(name);
		}

	}

	/**
	 * Something to do with a stage.
	 *
	 * @param said what it is, in a few words
	 * @param begin begins it
	 */
	private record Operation(String said, BiFunction<StageRegistry, String, CompletionStage<?>> begin) {
	}

}
