package io.genstage.task;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * One run of a stage as its tasks know it: lends them threads, and takes them back into
 * its turns. This is of the engine.
 */
public interface TaskStage {

	String name();

	/** Returns whether the stage has stopped. Any thread may ask. */
	boolean hasStopped();

	/**
	 * Lets work be done beside the turns of the stage.
	 * @param executor what runs it, or null for the executor of the stage
	 * @throws java.util.concurrent.RejectedExecutionException if the executor rejects it
	 */
	void execute(@Nullable Executor executor, Runnable work);

	/** Takes a step in a turn of the stage. Any thread may call this. */
	void inTurn(Step step);

	/** Takes a step in a turn of the stage after some time. */
	void inTurn(Duration delay, Step step);

	/**
	 * Asks the stage something that it answers in one of its turns, now or later. Any
	 * thread may call this.
	 * @param question is given what takes the answer
	 */
	<T> CompletionStage<T> ask(Consumer<Consumer<T>> question, Duration timeout);

	/**
	 * Stops the stage.
	 * @param failure what has gone wrong, or null if that is no failure of the stage
	 */
	void stop(@Nullable Throwable failure);

	/**
	 * Something that only a turn of the stage may do.
	 */
	@FunctionalInterface
	interface Step {

		/** Takes the step; what it throws makes the stage fail. */
		void take() throws Exception;

	}

}
