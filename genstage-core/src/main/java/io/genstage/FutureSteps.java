package io.genstage;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

import io.genstage.delivery.Outcome;
import io.genstage.intake.InFlightEvent;
import org.jspecify.annotations.Nullable;

/**
 * Steps of a stage that wait for a future. They are taken in a turn of the stage.
 */
final class FutureSteps {

	private final StageRef stage;

	FutureSteps(StageRef stage) {
		this.stage = stage;
	}

	/** Takes a step in a turn of the stage, at once if the future is complete. */
	void whenDone(CompletableFuture<?> future, InFlightEvent.Finish step) throws Exception {
		if (future.isDone()) {
			step.run();
			return;
		}
		this.stage.works().addShared(1);
		CompletionStage<?> unused = future.whenComplete((value, failure) -> {
			this.stage.tell(new Due(step));
			// Behind the message, so that the stage never seems to have nothing to do.
			this.stage.works().addShared(-1);
		});
	}

	/**
	 * Returns whether a message of the stage to itself is a step, which is taken then.
	 */
	boolean takes(Object message) throws Exception {
		if (message instanceof Due due) {
			due.step().run();
			return true;
		}
		return false;
	}

	/**
	 * Returns what has failed in a future that is complete, whatever it is.
	 */
	static @Nullable Throwable thrownBy(CompletableFuture<?> future) {
		try {
			valueOf(future);
			return null;
		}
		catch (Exception | Error ex) {
			return ex;
		}
	}

	/** Returns what has failed in a future that is complete, if that is no error. */
	static @Nullable Exception failureOf(CompletableFuture<?> future) {
		try {
			valueOf(future);
			return null;
		}
		catch (Exception ex) {
			return ex;
		}
	}

	static @Nullable Object valueOf(CompletableFuture<?> future) throws Exception {
		try {
			Object value = future.join();
			if (value == Outcome.FAILED) {
				throw new IllegalStateException("the event has failed whose outcome is that of this one");
			}
			return value;
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof Exception cause) {
				throw cause;
			}
			if (ex.getCause() instanceof Error cause) {
				throw cause;
			}
			throw ex;
		}
	}

	/**
	 * The message that a future is complete for which a step has waited.
	 */
	private record Due(InFlightEvent.Finish step) {
	}

}
