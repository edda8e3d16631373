package io.genstage.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.genstage.ExitReason;
import io.genstage.Stage;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import org.jspecify.annotations.Nullable;

/**
 * Starts instances, connects them, and then lets demand reach the producers among them.
 * What a stage does in {@code onStart} holds up its own start only, since the lock is not
 * held meanwhile.
 */
final class Launcher {

	private static final ExitReason UNWANTED = ExitReason.shutdown("no longer wanted when it had started");

	private final StageSystem system;

	private final PipelineLock lock;

	private final Stages stages;

	private final RunEndListener runEndListener;

	Launcher(StageSystem system, PipelineLock lock, Stages stages, RunEndListener runEndListener) {
		this.system = system;
		this.lock = lock;
		this.stages = stages;
		this.runEndListener = runEndListener;
	}

	/**
	 * Starts instances on this thread, all or none of them. Called without the lock.
	 * @return completes when they are connected
	 */
	CompletionStage<Void> startTogether(List<Planned> planned) {
		List<InstanceRun> started = new ArrayList<>();
		try {
			for (Planned next : planned) {
				InstanceRun run = start(next, this.system.inContext(next.instance().definition()::newStage));
				if (run != null) {
					started.add(run);
				}
			}
		}
		catch (RuntimeException | Error ex) {
			this.lock.run(() -> {
				planned.stream().filter(Planned::isWanted).forEach((unstarted) -> unstarted.instance().unplan());
				planned.forEach((unstarted) -> unstarted.instance().launched(this.lock));
				started.forEach((run) -> run.stop(ExitReason.shutdown("the pipeline could not start")));
			});
			throw ex;
		}
		return this.lock.change(() -> connect(started));
	}

	/**
	 * Starts an instance by itself on a thread of the system. Called under the lock.
	 * @return completes when it is connected, or fails with what keeps it from starting
	 */
	CompletionStage<Void> startApart(Planned planned) {
		CompletableFuture<Void> connected = new CompletableFuture<>();
		this.system.executor().execute(() -> startApart(planned, connected));
		return connected.minimalCompletionStage();
	}

	private void startApart(Planned planned, CompletableFuture<Void> connected) {
		Stage stage = null;
		try {
			stage = planned.instance().definition().newStage();
			InstanceRun run = start(planned, stage);
			List<InstanceRun> started = (run != null) ? List.of(run) : List.of();
			this.lock.change(() -> connect(started)).whenComplete((done, failure) -> connected.complete(null));
		}
		catch (RuntimeException | Error ex) {
			boolean restartable = stage == null || stage.isRestartable();
			this.lock.run(() -> {
				planned.instance().launched(this.lock);
				if (planned.isWanted()) {
					this.runEndListener.notStarted(planned.instance(), ex, restartable);
				}
			});
			connected.completeExceptionally(ex);
		}
	}

	/** Starts an instance, or returns null if that is not wanted any more. */
	private @Nullable InstanceRun start(Planned planned, Stage stage) {
		Instance instance = planned.instance();
		StageRef ref = this.system.start(instance.name(), stage, instance.startOptions());
		return this.lock.change(() -> begin(planned, stage, ref));
	}

	private @Nullable InstanceRun begin(Planned planned, Stage stage, StageRef ref) {
		if (!planned.isWanted()) {
			// Only then is its name free for another start.
			ref.stop(UNWANTED).thenRun(() -> this.lock.run(() -> planned.instance().launched(this.lock)));
			return null;
		}
		planned.instance().launched(this.lock);
		InstanceRun run = planned.instance().begin(stage, ref);
		if (planned.instance().stage().isPaused()) {
			run.pause(this.lock);
		}
		ref.whenStopped().thenAccept((reason) -> this.lock.run(() -> this.runEndListener.ended(run, reason)));
		return run;
	}

	/** A stage that fails while it subscribes must not keep the others from starting. */
	private CompletionStage<Void> connect(List<InstanceRun> started) {
		return this.stages.connect().handle((connected, failure) -> {
			this.lock.run(() -> started.forEach(InstanceRun::releaseDemand));
			return null;
		});
	}

	/**
	 * Called, under the lock, with what became of those that were started.
	 */
	interface RunEndListener {

		void ended(InstanceRun run, ExitReason reason);

		void notStarted(Instance instance, Throwable cause, boolean restartable);

	}

	/**
	 * A start that is to be made unless the plan is given up.
	 */
	record Planned(Instance instance, int plan) {

		/** Plans to start an instance. */
		static Planned start(Instance instance) {
			return new Planned(instance, instance.planStart());
		}

		boolean isWanted() {
			return this.instance.isPlanned(this.plan);
		}

	}

}
