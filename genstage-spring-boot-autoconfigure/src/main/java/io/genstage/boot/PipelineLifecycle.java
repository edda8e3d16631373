package io.genstage.boot;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.genstage.pipeline.DrainReport;
import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.StageDefinition;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.SmartLifecycle;

/**
 * Starts the pipelines with the application context and drains them when it stops. A
 * context that is started again runs them anew.
 */
public final class PipelineLifecycle implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(PipelineLifecycle.class);

	private final StageRegistry registry;

	private final GenStageProperties.Lifecycle properties;

	private volatile boolean running;

	/**
	 * Creates the lifecycle of a registry's pipelines.
	 * @param registry has the pipelines
	 * @param properties how they start and stop
	 */
	public PipelineLifecycle(StageRegistry registry, GenStageProperties.Lifecycle properties) {
		this.registry = registry;
		this.properties = properties;
	}

	@Override
	public void start() {
		for (Pipeline pipeline : this.registry.startable()) {
			pipeline.start();
			logger.info("Started %s with stages %s".formatted(pipeline,
					pipeline.graph().stages().stream().map(StageDefinition::name).toList()));
		}
		this.running = true;
	}

	@Override
	public void stop(Runnable callback) {
		drain().thenRun(callback);
	}

	@Override
	public void stop() {
		drain().toCompletableFuture().join();
	}

	private CompletionStage<Void> drain() {
		this.running = false;
		return CompletableFuture
			.allOf(this.registry.assembled()
				.stream()
				.map((pipeline) -> pipeline.drain(this.properties.drainTimeout()).thenAccept(this::log))
				.map(CompletionStage::toCompletableFuture)
				.toArray(CompletableFuture[]::new))
			.minimalCompletionStage();
	}

	private void log(DrainReport report) {
		if (report.isComplete()) {
			logger.info(report);
		}
		else {
			logger.warn(report);
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public boolean isAutoStartup() {
		return this.properties.autoStartup();
	}

	@Override
	public int getPhase() {
		return this.properties.phase();
	}

}
