package io.genstage.boot;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.genstage.boot.declaration.GenStageProperties;
import io.genstage.boot.table.Setting;
import io.genstage.pipeline.DrainReport;
import io.genstage.pipeline.Pipeline;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;

/**
 * Starts the pipelines with the application context, or when the application is ready,
 * and drains them when the context stops. A context that is started again runs them anew.
 */
public final class PipelineLifecycle
		implements SmartLifecycle, ApplicationListener<ApplicationReadyEvent>, DisposableBean {

	private static final Log logger = LogFactory.getLog(PipelineLifecycle.class);

	private final StageRegistry registry;

	private final GenStageProperties.Lifecycle properties;

	private final @Nullable Duration shutdownPhaseTimeout;

	private volatile boolean running;

	private volatile List<Pipeline> draining = List.of();

	/**
	 * Creates the lifecycle of a registry's pipelines.
	 * @param registry has the pipelines
	 * @param properties how they start and stop
	 * @param shutdownPhaseTimeout how long the context waits for a phase when it closes,
	 * or {@code null} if that is not known
	 */
	public PipelineLifecycle(StageRegistry registry, GenStageProperties.Lifecycle properties,
			@Nullable Duration shutdownPhaseTimeout) {
		this.registry = registry;
		this.properties = properties;
		this.shutdownPhaseTimeout = shutdownPhaseTimeout;
	}

	@Override
	public void start() {
		// First, so that the context drains what has started if a later one can't.
		this.running = true;
		List<Pipeline> pipelines = this.registry.toStart();
		if (!pipelines.isEmpty()) {
			warnOfShortPhase();
		}
		for (Pipeline pipeline : pipelines) {
			start(pipeline);
			if (logger.isInfoEnabled()) {
				logger.info("Started %s:%n%s".formatted(pipeline,
						String.join(System.lineSeparator(), pipeline.graph().drawing())));
			}
		}
	}

	private void start(Pipeline pipeline) {
		StartupPhase.START.during(this.registry.startup(), (step) -> {
			step.tag("pipeline", pipeline.name());
			step.tag("stages", String.valueOf(pipeline.graph().stages().size()));
			return pipeline.start();
		});
	}

	private void warnOfShortPhase() {
		Duration drain = this.properties.drainTimeout();
		if (this.shutdownPhaseTimeout != null && drain.compareTo(this.shutdownPhaseTimeout) > 0) {
			logger.warn(("genstage.lifecycle.drain-timeout (%s) is longer than "
					+ "spring.lifecycle.timeout-per-shutdown-phase (%s): pipelines may be cut off while they drain")
				.formatted(Setting.print(drain), Setting.print(this.shutdownPhaseTimeout)));
		}
	}

	@Override
	public void stop(Runnable callback) {
		// Whatever happens: the other beans of the phase wait for it.
		drain().whenComplete((drained, failure) -> callback.run());
	}

	@Override
	public void stop() {
		drain().toCompletableFuture().join();
	}

	private CompletionStage<Void> drain() {
		this.running = false;
		Duration timeout = this.properties.drainTimeout();
		List<Pipeline> draining = this.registry.toDrain();
		// Together, since what one hands over to another one was accepted before.
		CompletionStage<List<DrainReport>> unused = Pipeline.drainAll(draining, timeout,
				this.registry.feeders(draining));
		this.draining = draining;
		return CompletableFuture
			.allOf(draining.stream()
				.map((pipeline) -> pipeline.drain(timeout).thenAccept(this::log))
				.map(CompletionStage::toCompletableFuture)
				.toArray(CompletableFuture[]::new))
			.minimalCompletionStage();
	}

	/**
	 * Reports what is left if the context goes on to close although the pipelines still
	 * drain, since the phase has had no more time.
	 */
	@Override
	public void destroy() {
		List<Pipeline> cutOff = this.draining.stream().filter((pipeline) -> pipeline.drainReport().isEmpty()).toList();
		if (!cutOff.isEmpty()) {
			logger.warn(("The application context closes while %s still drain: "
					+ "spring.lifecycle.timeout-per-shutdown-phase is shorter than they need")
				.formatted(cutOff));
			cutOff.forEach((pipeline) -> pipeline.drain(Duration.ZERO));
		}
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

	/**
	 * Not paused with a test context that is not in use: a pipeline that is drained and
	 * started anew would read a finite source twice.
	 */
	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public boolean isAutoStartup() {
		return startsOn(GenStageProperties.StartOn.REFRESH);
	}

	@Override
	public void onApplicationEvent(ApplicationReadyEvent event) {
		if (startsOn(GenStageProperties.StartOn.READY) && !this.running) {
			start();
		}
	}

	private boolean startsOn(GenStageProperties.StartOn moment) {
		return this.properties.autoStartup() && this.properties.startOn() == moment;
	}

	@Override
	public int getPhase() {
		return this.properties.phase();
	}

}
