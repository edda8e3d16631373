package io.genstage.boot.autoconfigure;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.genstage.boot.StageRegistry;
import io.genstage.pipeline.PipelineChange;
import io.genstage.pipeline.PipelineListener;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.PipelineStatus;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Ends the application when a pipeline has done all that it had to do, or has failed. It
 * is a success only if nothing was lost that should not be.
 */
final class ExitOnCompletion implements PipelineListener, ApplicationListener<AvailabilityChangeEvent<?>> {

	private static final Log logger = LogFactory.getLog(ExitOnCompletion.class);

	private final String name;

	private final long maxDiscarded;

	private final StageRegistry registry;

	private final CompletableFuture<Boolean> ready = new CompletableFuture<>();

	private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();

	/**
	 * Creates what ends an application.
	 * @param name the name of the pipeline, or of one of its stages
	 * @param maxDiscarded how many events may be lost in a run that is a success
	 */
	ExitOnCompletion(String name, long maxDiscarded, StageRegistry registry, ConfigurableApplicationContext context) {
		this.name = name;
		this.maxDiscarded = maxDiscarded;
		this.registry = registry;
		// On a thread of its own, since closing waits for those that report the end.
		CompletableFuture<Void> unused = this.ready.thenAcceptBoth(this.exitCode,
				(ready, code) -> new Thread(() -> exit(context, code), "genstage-exit").start());
	}

	/** Waits for the last event of a start, which can't go on in a closed context. */
	@Override
	public void onApplicationEvent(AvailabilityChangeEvent<?> event) {
		if (event.getState() == ReadinessState.ACCEPTING_TRAFFIC) {
			this.ready.complete(true);
		}
	}

	@Override
	public void onPipelineChange(PipelineChange change) {
		// A pipeline that completes since it is drained ends with the application.
		if (change.from() != PipelineState.DRAINING) {
			if (change.to() == PipelineState.COMPLETED) {
				named(change.pipeline()).ifPresent((status) -> complete(RunTotals.of(status).lost()));
			}
			else if (change.to() == PipelineState.FAILED) {
				named(change.pipeline()).ifPresent((status) -> fail("has failed"));
			}
		}
	}

	/**
	 * Returns the exit code of an application that ends with this state of a pipeline, or
	 * null if it doesn't.
	 */
	@Nullable Integer codeOf(PipelineStatus pipeline) {
		if (!isNamed(pipeline)) {
			return null;
		}
		return switch (pipeline.state()) {
			case COMPLETED -> (RunTotals.of(pipeline).lost() > this.maxDiscarded) ? 1 : 0;
			case FAILED -> 1;
			default -> null;
		};
	}

	private void complete(long lost) {
		if (lost > this.maxDiscarded) {
			fail("has discarded %d events, and genstage.lifecycle.max-discarded is %d".formatted(lost,
					this.maxDiscarded));
		}
		else {
			this.exitCode.complete(0);
		}
	}

	private void fail(String reason) {
		if (this.exitCode.complete(1)) {
			logger.error("The application ends with exit code 1: pipeline '%s' %s".formatted(this.name, reason));
		}
	}

	private Optional<PipelineStatus> named(String pipeline) {
		return this.registry.pipeline(pipeline).filter(this::isNamed);
	}

	private boolean isNamed(PipelineStatus pipeline) {
		return pipeline.name().equals(this.name) || pipeline.stage(this.name).isPresent();
	}

	private static void exit(ConfigurableApplicationContext context, int code) {
		if (context.isActive()) {
			SpringApplication.exit(context, () -> code);
		}
	}

}
