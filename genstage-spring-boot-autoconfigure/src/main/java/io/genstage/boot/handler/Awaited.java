package io.genstage.boot.handler;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * Waits for work that a handler has begun, so that the batch counts as handled when the
 * work is done.
 */
final class Awaited {

	private Awaited() {
	}

	/**
	 * Waits for a result, on the thread of the stage, without a limit. An interrupt, as
	 * when the application has not been drained in time, cancels the work.
	 * @param result will be complete when the work is done
	 * @return its value
	 * @throws Exception what the work failed with, as if the handler had thrown it
	 */
	static @Nullable Object valueOf(CompletionStage<?> result) throws Exception {
		CompletableFuture<?> future = result.toCompletableFuture();
		try {
			return future.get();
		}
		catch (ExecutionException ex) {
			ReflectionUtils.rethrowException((ex.getCause() != null) ? ex.getCause() : ex);
			throw ex;
		}
		catch (InterruptedException ex) {
			future.cancel(true);
			Thread.currentThread().interrupt();
			throw ex;
		}
	}

}
