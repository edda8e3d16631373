package io.genstage.boot.actuate;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.genstage.ExitReason;
import io.genstage.boot.actuate.GenStageEndpoint.FailureDescriptor;
import io.genstage.pipeline.StageChange;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what each stage was last ended by, and when: the class of the failure, never
 * its message, which may have data of events in it.
 */
final class LastFailures {

	private final Map<String, FailureDescriptor> failures = new ConcurrentHashMap<>();

	private final InstantSource clock;

	LastFailures(InstantSource clock) {
		this.clock = clock;
	}

	void remember(StageChange change) {
		if (change.cause() instanceof ExitReason.Failure failure) {
			this.failures.put(change.stage(),
					new FailureDescriptor(failure.cause().getClass().getName(), this.clock.instant()));
		}
	}

	void forget(String stage) {
		this.failures.remove(stage);
	}

	@Nullable FailureDescriptor of(String stage) {
		return this.failures.get(stage);
	}

}
