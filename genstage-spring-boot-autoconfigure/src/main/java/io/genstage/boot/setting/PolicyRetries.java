package io.genstage.boot.setting;

import java.time.Duration;

import io.genstage.boot.handler.UnfitEventException;
import io.genstage.failure.Retries;
import org.jspecify.annotations.Nullable;

import org.springframework.core.retry.RetryPolicy;
import org.springframework.util.backoff.BackOffExecution;

/**
 * The retries of a policy of Spring's. It is asked what to do and when; the engine does
 * it.
 *
 * @param policy the policy
 */
record PolicyRetries(RetryPolicy policy) implements Retries {

	@Override
	public @Nullable Duration delay(int retry) {
		BackOffExecution execution = this.policy.getBackOff().start();
		long delay = execution.nextBackOff();
		for (int earlier = 1; earlier < retry && delay != BackOffExecution.STOP; earlier++) {
			delay = execution.nextBackOff();
		}
		return (delay != BackOffExecution.STOP) ? Duration.ofMillis(delay) : null;
	}

	/** An event that doesn't fit the handler never will. */
	@Override
	public boolean helpAgainst(Throwable failure) {
		return !(failure instanceof UnfitEventException) && this.policy.shouldRetry(failure);
	}

}
