package io.genstage;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

import io.genstage.thread.LastingTasks;
import io.genstage.thread.StageScheduler;
import org.jspecify.annotations.Nullable;

/**
 * What a system lends to its stages.
 *
 * @param executor runs their turns
 * @param lastingTasks run also when the executor ends before
 * @param scheduler runs their timers
 * @param listener gets to know what they do
 * @param observer surrounds the calls of their handlers, or null if nobody does
 * @param subscriptionIds numbers their subscriptions
 * @param lookup finds a running stage by its name, or returns null
 * @param removal forgets a stage that has stopped
 * @param letters knows which dead letters are being written
 */
record StageEnvironment(Executor executor, LastingTasks lastingTasks, StageScheduler scheduler, StageListener listener,
		@Nullable StageObserver observer, LongSupplier subscriptionIds, Function<String, @Nullable StageRef> lookup,
		Consumer<StageRef> removal, LettersUnderWay letters) {

	StageEnvironment withExecutor(Executor executor) {
		return executor.equals(this.executor) ? this : new StageEnvironment(executor, this.lastingTasks, this.scheduler,
				this.listener, this.observer, this.subscriptionIds, this.lookup, this.removal, this.letters);
	}

	/** Adds listeners of one stage, which costs nothing if there are none. */
	StageEnvironment withListeners(List<StageListener> listeners) {
		if (listeners.isEmpty()) {
			return this;
		}
		return new StageEnvironment(this.executor, this.lastingTasks, this.scheduler,
				StageListeners.join(this.listener, listeners), this.observer, this.subscriptionIds, this.lookup,
				this.removal, this.letters);
	}

}
