package io.genstage.boot.autoconfigure;

import java.util.concurrent.CompletableFuture;

import io.genstage.boot.StageRegistry;
import io.genstage.pipeline.PipelineChange;
import io.genstage.pipeline.PipelineListener;
import io.genstage.pipeline.PipelineState;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Ends the application when a pipeline has done all that it had to do, or has failed.
 */
final class ExitOnCompletion implements PipelineListener, ApplicationListener<AvailabilityChangeEvent<?>> {

	private final String name;

	private final StageRegistry registry;

	private final CompletableFuture<Boolean> ready = new CompletableFuture<>();

	private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();

	/**
	 * Creates what ends an application.
	 * @param name the name of the pipeline, or of one of its stages
	 */
	ExitOnCompletion(String name, StageRegistry registry, ConfigurableApplicationContext context) {
		this.name = name;
		this.registry = registry;
		// On a thread of its own, since closing waits for those that tell the end.
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
		if (change.from() != PipelineState.DRAINING && isNamed(change.pipeline())) {
			if (change.to() == PipelineState.COMPLETED) {
				this.exitCode.complete(0);
			}
			else if (change.to() == PipelineState.FAILED) {
				this.exitCode.complete(1);
			}
		}
	}

	private boolean isNamed(String pipeline) {
		return pipeline.equals(this.name) || this.registry.pipelines()
			.stream()
			.anyMatch((status) -> status.name().equals(pipeline) && status.stage(this.name).isPresent());
	}

	private static void exit(ConfigurableApplicationContext context, int code) {
		if (context.isActive()) {
			SpringApplication.exit(context, () -> code);
		}
	}

}
