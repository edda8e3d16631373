package io.genstage.boot.test.autoconfigure;

import io.genstage.boot.StageRegistry;

import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;

/**
 * Refuses a slice without stages, in which a test could find nothing.
 */
final class StagesOfSlice implements ApplicationListener<ContextRefreshedEvent> {

	private final StageRegistry registry;

	StagesOfSlice(StageRegistry registry) {
		this.registry = registry;
	}

	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		if (this.registry.pipelines().isEmpty()) {
			throw new NoStagesException();
		}
	}

}
