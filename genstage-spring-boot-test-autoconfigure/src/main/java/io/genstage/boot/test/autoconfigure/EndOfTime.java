package io.genstage.boot.test.autoconfigure;

import io.genstage.test.TestSystem;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Stops the stages of a test before its pipelines are drained: events that wait for time
 * to pass would be waited for in vain, since nobody lets it pass any more.
 */
final class EndOfTime implements ApplicationListener<ContextClosedEvent> {

	private final TestSystem test;

	private final ApplicationContext context;

	EndOfTime(TestSystem test, ApplicationContext context) {
		this.test = test;
		this.context = context;
	}

	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		// Not at the end of a child context.
		if (event.getApplicationContext().equals(this.context)) {
			this.test.close();
		}
	}

}
