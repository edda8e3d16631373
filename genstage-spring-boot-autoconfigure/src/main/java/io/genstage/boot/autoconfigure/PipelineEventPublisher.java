package io.genstage.boot.autoconfigure;

import io.genstage.pipeline.DrainReport;
import io.genstage.pipeline.PipelineChange;
import io.genstage.pipeline.PipelineListener;
import io.genstage.pipeline.StageChange;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes what becomes of pipelines as events of the application, until the context
 * closes its beans, which may then be gone.
 */
final class PipelineEventPublisher implements PipelineListener, AutoCloseable {

	private final ApplicationEventPublisher application;

	private volatile boolean closed;

	PipelineEventPublisher(ApplicationEventPublisher application) {
		this.application = application;
	}

	@Override
	public void onStageChange(StageChange change) {
		publish(change);
	}

	@Override
	public void onPipelineChange(PipelineChange change) {
		publish(change);
	}

	@Override
	public void onDrained(DrainReport report) {
		publish(report);
	}

	private void publish(Object event) {
		if (!this.closed) {
			this.application.publishEvent(event);
		}
	}

	@Override
	public void close() {
		this.closed = true;
	}

}
