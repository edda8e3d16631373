package io.genstage.bookshop;

import java.util.concurrent.atomic.AtomicInteger;

import io.genstage.pipeline.PipelineChange;
import io.genstage.pipeline.PipelineListener;

import org.springframework.stereotype.Component;

/**
 * A component that listens to the engine.
 */
@Component
class Statistics implements PipelineListener {

	final AtomicInteger changes = new AtomicInteger();

	@Override
	public void onPipelineChange(PipelineChange change) {
		this.changes.incrementAndGet();
	}

}
