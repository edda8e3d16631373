package io.genstage.pipeline;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.genstage.DemandMode;
import io.genstage.ExitReason;
import io.genstage.Stage;
import io.genstage.StageKind;
import io.genstage.StageRef;
import org.jspecify.annotations.Nullable;

/**
 * One run of an instance, from a start of its stage to its end. Used under the pipeline's
 * lock.
 */
final class InstanceRun {

	private final Instance instance;

	private final Stage stage;

	private final StageRef ref;

	private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

	/** Subscriptions of this run that have not ended. */
	private int connections;

	private StageState state = StageState.RUNNING;

	private int pauses;

	private boolean toldOfDrain;

	private boolean toldToDrain;

	/** Why its events would be in vain, as it was last notified. */
	private @Nullable ExitReason vain;

	private List<Object> abandoned = List.of();

	private boolean over;

	InstanceRun(Instance instance, Stage stage, StageRef ref) {
		this.instance = instance;
		this.stage = stage;
		this.ref = ref;
	}

	Instance instance() {
		return this.instance;
	}

	StageRef ref() {
		return this.ref;
	}

	/** Returns whether it was not asked to finish yet. */
	boolean isOpen() {
		return !this.toldToDrain;
	}

	boolean isRestartable() {
		return this.stage.isRestartable();
	}

	/** Lets demand reach a producer, which has held it since it was started. */
	void releaseDemand() {
		if (StageKind.of(this.stage) == StageKind.PRODUCER) {
			this.ref.demand(DemandMode.FORWARD);
		}
	}

	/** Notifies the stage once that its pipeline drains. */
	void beginDrain() {
		if (!this.toldOfDrain) {
			this.toldOfDrain = true;
			this.ref.beginDrain();
		}
	}

	/** Notifies a producer whether its events are in vain. */
	void tellIfInVain(@Nullable ExitReason cause) {
		if ((cause == null) != (this.vain == null)) {
			this.vain = cause;
			this.ref.consumersGone(cause);
		}
	}

	/** Asks the stage once to finish what it has. */
	void drain() {
		if (!this.toldToDrain) {
			this.toldToDrain = true;
			this.ref.drain();
		}
	}

	/** Lets the stage give up partitions that nobody is going to serve. */
	void abandon(List<Object> partitions) {
		if (!partitions.equals(this.abandoned)) {
			this.abandoned = partitions;
			this.ref.abandon(partitions);
		}
	}

	void stop(ExitReason reason) {
		this.ref.stop(reason);
	}

	/** Lets the stage take a break. */
	CompletionStage<?> pause(PipelineLock lock) {
		this.state = StageState.PAUSING;
		int thisPause = ++this.pauses;
		return this.ref.pause().thenRun(() -> lock.run(() -> {
			if (this.state == StageState.PAUSING && this.pauses == thisPause) {
				this.state = StageState.PAUSED;
			}
		}));
	}

	CompletionStage<?> resume() {
		this.state = StageState.RUNNING;
		return this.ref.resume();
	}

	/** Returns whether it runs, or how far it has come to pause. */
	StageState state() {
		return this.state;
	}

	void connected() {
		this.connections++;
	}

	void disconnected() {
		this.connections--;
	}

	boolean isConnected() {
		return this.connections > 0;
	}

	void end() {
		this.over = true;
	}

	boolean isOver() {
		return this.over;
	}

	/** Returns whether its numbers change no more. */
	boolean isSettled() {
		return this.over && !isConnected();
	}

	/** Returns what completes when the pipeline has noted the end of this run. */
	CompletionStage<@Nullable Void> whenEnded() {
		return this.ended.minimalCompletionStage();
	}

	/** Called without the lock. */
	void tellEnd() {
		this.ended.complete(null);
	}

}
