package io.genstage.jdbc.autoconfigure;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.genstage.jdbc.JdbcWorkQueue;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * A gauge of the dead rows of each queue. It asks the database each time it is read, and
 * has no value while that can't be reached.
 */
final class WorkQueueMetrics implements MeterBinder {

	private static final Log logger = LogFactory.getLog(WorkQueueMetrics.class);

	private final List<JdbcWorkQueue<?>> queues;

	/** The queues whose rows could not be counted the last time. */
	private final Set<String> uncounted = ConcurrentHashMap.newKeySet();

	WorkQueueMetrics(List<JdbcWorkQueue<?>> queues) {
		this.queues = queues;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.queues.forEach((queue) -> Gauge.builder("genstage.work.dead", queue, this::countDead)
			.description("Rows of the queue whose events are not handed out any more")
			.tag("queue", queue.name())
			.register(registry));
	}

	private double countDead(JdbcWorkQueue<?> queue) {
		try {
			int dead = queue.countDead();
			this.uncounted.remove(queue.name());
			return dead;
		}
		catch (RuntimeException ex) {
			if (this.uncounted.add(queue.name())) {
				logger.warn("The dead rows of the queue '%s' can't be counted".formatted(queue.name()), ex);
			}
			return Double.NaN;
		}
	}

}
