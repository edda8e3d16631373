package io.genstage.task;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

/**
 * Options of {@link Tasks}. How many tasks run at a time is not among them: that is the
 * {@code maxDemand} of its subscriptions.
 *
 * <pre>{@code
 * TaskOptions.defaults().withRestart(TaskRestart.TRANSIENT).withPatience(Duration.ofSeconds(20))
 * }</pre>
 *
 * Source: the options of {@code ConsumerSupervisor} and of its child specification.
 *
 * @param restart what happens to a task that has failed (default
 * {@link TaskRestart#TEMPORARY}); like {@code maxRestarts}, {@code restartPeriod} and
 * {@code failsOverLimit} it means nothing to a stage that has a
 * {@link io.genstage.failure.FailurePolicy}, which decides instead
 * @param maxRestarts how many restarts there may be within {@code restartPeriod}, at
 * least 0 (default 3); one more stops the stage
 * @param restartPeriod for how long a restart counts, more than 0 and at most 365 days
 * (default 5 seconds)
 * @param patience how long to wait for a task that has been interrupted, because somebody
 * terminates it or the stage stops: {@link Duration#ZERO} not to wait at all, at most 365
 * days, or {@link #UNLIMITED} (default 5 seconds). A thread can't be killed: a task that
 * outlasts the patience is only given up
 * @param executor runs the tasks, which it may reject but not drop, or {@code null} for
 * that of the stage (default)
 * @param failsOverLimit whether one restart too many makes the stage fail with what its
 * task has thrown, so that a pipeline starts it again; otherwise it stops with
 * {@link io.genstage.ExitReason#SHUTDOWN} (default)
 */
public record TaskOptions(TaskRestart restart, int maxRestarts, Duration restartPeriod, Duration patience,
		@Nullable Executor executor, boolean failsOverLimit) {

	/**
	 * The {@code patience} that waits for as long as it takes.
	 */
	public static final Duration UNLIMITED = ChronoUnit.FOREVER.getDuration();

	private static final Duration LONGEST = Duration.ofDays(365);

	private static final TaskOptions DEFAULTS = new TaskOptions(TaskRestart.TEMPORARY, 3, Duration.ofSeconds(5),
			Duration.ofSeconds(5), null, false);

	public TaskOptions {
		Objects.requireNonNull(restart, "restart must not be null");
		if (maxRestarts < 0) {
			throw new IllegalArgumentException("maxRestarts must be >= 0, was " + maxRestarts);
		}
		if (restartPeriod.isNegative() || restartPeriod.isZero() || restartPeriod.compareTo(LONGEST) > 0) {
			throw new IllegalArgumentException(
					"restartPeriod must be > 0 and <= 365 days, was %s".formatted(restartPeriod));
		}
		if (patience.isNegative() || (patience.compareTo(LONGEST) > 0 && !patience.equals(UNLIMITED))) {
			throw new IllegalArgumentException(
					"patience must be >= 0 and <= 365 days, or TaskOptions.UNLIMITED, was %s".formatted(patience));
		}
	}

	/**
	 * Returns the options that apply when nothing is said.
	 * @return temporary, 3 restarts in 5 seconds, a patience of 5 seconds
	 */
	public static TaskOptions defaults() {
		return DEFAULTS;
	}

	/**
	 * Returns these options with another restart policy.
	 * @param restart the policy
	 * @return the changed options
	 */
	public TaskOptions withRestart(TaskRestart restart) {
		return new TaskOptions(restart, this.maxRestarts, this.restartPeriod, this.patience, this.executor,
				this.failsOverLimit);
	}

	/**
	 * Returns these options with another limit of restarts.
	 * @param maxRestarts at least 0
	 * @return the changed options
	 */
	public TaskOptions withMaxRestarts(int maxRestarts) {
		return new TaskOptions(this.restart, maxRestarts, this.restartPeriod, this.patience, this.executor,
				this.failsOverLimit);
	}

	/**
	 * Returns these options with another period for the limit of restarts.
	 * @param restartPeriod more than 0 and at most 365 days
	 * @return the changed options
	 */
	public TaskOptions withRestartPeriod(Duration restartPeriod) {
		return new TaskOptions(this.restart, this.maxRestarts, restartPeriod, this.patience, this.executor,
				this.failsOverLimit);
	}

	/**
	 * Returns these options with another patience.
	 * @param patience from 0 to 365 days, or {@link #UNLIMITED}
	 * @return the changed options
	 */
	public TaskOptions withPatience(Duration patience) {
		return new TaskOptions(this.restart, this.maxRestarts, this.restartPeriod, patience, this.executor,
				this.failsOverLimit);
	}

	/**
	 * Returns these options with another executor, which nobody closes here.
	 * @param executor runs the tasks
	 * @return the changed options
	 */
	public TaskOptions withExecutor(Executor executor) {
		return new TaskOptions(this.restart, this.maxRestarts, this.restartPeriod, this.patience, executor,
				this.failsOverLimit);
	}

	/**
	 * Returns these options with a failure instead of a shutdown when there is one
	 * restart too many.
	 * @return the changed options
	 */
	public TaskOptions withFailureOverLimit() {
		return new TaskOptions(this.restart, this.maxRestarts, this.restartPeriod, this.patience, this.executor, true);
	}

}
