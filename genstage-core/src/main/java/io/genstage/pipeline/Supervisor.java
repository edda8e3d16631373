package io.genstage.pipeline;

import java.lang.System.Logger.Level;
import java.time.Duration;

import io.genstage.ExitReason;
import io.genstage.StageSystem;
import io.genstage.flight.FlightLog;
import io.genstage.log.StageLog;

/**
 * Decides what follows the end of a run: nothing, or another run after a pause. Used
 * under the pipeline's lock.
 */
final class Supervisor implements Launcher.RunEndListener {

	private static final System.Logger logger = StageLog.of(Supervisor.class);

	private final StageSystem system;

	private final PipelineLock lock;

	private final Restart restart;

	Supervisor(StageSystem system, PipelineLock lock, Restart restart) {
		this.system = system;
		this.lock = lock;
		this.restart = restart;
	}

	@Override
	public void ended(InstanceRun run, ExitReason reason) {
		run.end();
		this.lock.tell(run::tellEnd);
		run.instance().end(reason);
		if (run.instance().state() == StageState.FAILED) {
			restartIfAllowed(run.instance(), run.isRestartable());
		}
	}

	@Override
	public void notStarted(Instance instance, Throwable cause, boolean restartable) {
		logger.log(Level.ERROR, () -> "stage '%s' could not be started".formatted(instance.name()), cause);
		instance.end(ExitReason.failure(cause));
		restartIfAllowed(instance, restartable);
	}

	private void restartIfAllowed(Instance instance, boolean restartable) {
		RestartPolicy policy = instance.definition().restarts();
		int recent = instance.recentRestarts().count();
		if (!restartable) {
			logger.log(Level.ERROR,
					() -> "stage '%s' can't go on where it stopped and is not restarted".formatted(instance.name()));
		}
		else if (policy.isExhausted(recent)) {
			logger.log(Level.ERROR, () -> "stage '%s' is not restarted any more, after %d restarts within %s"
				.formatted(instance.name(), recent, policy.period()));
		}
		else {
			scheduleRestart(instance, policy.delay(recent));
		}
	}

	private void scheduleRestart(Instance instance, Duration delay) {
		RecentRestarts recent = instance.recentRestarts();
		int plan = instance.planRestart();
		FlightLog.get().restarted(instance.name(), recent.count(), delay);
		logger.log(Level.INFO,
				() -> "stage '%s' is restarted in %s (%d of at most %d times within %s)".formatted(instance.name(),
						delay, recent.count(), instance.definition().restarts().maxRestarts(),
						instance.definition().restarts().period()));
		runLater(delay, () -> {
			if (instance.isPlanned(plan)) {
				this.restart.restart(instance);
			}
		});
		runLater(instance.definition().restarts().period(), recent::forgetOldest);
	}

	/** Not by the timer itself, which listeners of the change would hold up. */
	private void runLater(Duration delay, Runnable change) {
		this.system.scheduler().schedule(delay, () -> this.system.executor().execute(() -> this.lock.run(change)));
	}

	/**
	 * Starts an instance again.
	 */
	@FunctionalInterface
	interface Restart {

		void restart(Instance instance);

	}

}
