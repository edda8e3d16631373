package io.genstage.pipeline;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;

import io.genstage.CancelMode;
import io.genstage.DemandMode;
import io.genstage.ExitReason;
import io.genstage.StageKind;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * One stage of a pipeline and what the pipeline knows of its run. Used under the
 * pipeline's lock.
 */
final class ManagedStage {

	private final StageDefinition definition;

	private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();

	private @Nullable StageRef ref;

	private @Nullable ExitReason exit;

	private boolean toldToDrain;

	private long discardedBefore;

	ManagedStage(StageDefinition definition) {
		this.definition = definition;
	}

	String name() {
		return this.definition.name();
	}

	StageDefinition definition() {
		return this.definition;
	}

	/** Starts the stage; a producer holds its demand until it is released. */
	StageRef start(StageSystem system) {
		StageOptions options = this.definition.options();
		if (isProducer()) {
			options = options.withDemandMode(DemandMode.ACCUMULATE);
		}
		this.ref = system.start(name(), this.definition.stage(), options);
		return this.ref;
	}

	void releaseDemand() {
		if (isProducer()) {
			running().demand(DemandMode.FORWARD);
		}
	}

	CompletionStage<Subscription> subscribe(EdgeDefinition edge, ManagedStage producer) {
		return running().subscribeTo(producer.running(), edge.options().withCancel(CancelMode.TEMPORARY));
	}

	void subscribed(Subscription subscription) {
		this.subscriptions.put(subscription.producer().name(), subscription);
	}

	boolean isSubscribedTo(ManagedStage producer) {
		return this.subscriptions.containsKey(producer.name());
	}

	void ended(ExitReason reason) {
		this.exit = reason;
	}

	/** Begins to count what this stage loses from now on. */
	void rememberDiscarded() {
		this.discardedBefore = discarded();
	}

	/** Tells the stage once to finish what it has. */
	void drain() {
		if (!this.toldToDrain) {
			this.toldToDrain = true;
			running().drain();
		}
	}

	void stop(ExitReason reason) {
		running().stop(reason);
	}

	boolean isProducer() {
		return this.definition.kind() == StageKind.PRODUCER;
	}

	boolean isStarted() {
		return this.ref != null;
	}

	boolean isRunning() {
		return state() == StageState.RUNNING;
	}

	StageState state() {
		if (this.ref == null) {
			return StageState.CREATED;
		}
		if (this.exit == null) {
			return StageState.RUNNING;
		}
		if (this.exit instanceof ExitReason.Normal) {
			return StageState.COMPLETED;
		}
		return this.exit.isClean() ? StageState.STOPPED : StageState.FAILED;
	}

	ManagedStageStatus status() {
		return new ManagedStageStatus(name(), this.definition.kind(), state(),
				(this.ref != null) ? this.ref.status() : null);
	}

	Map<String, Subscription> subscriptions() {
		return this.subscriptions;
	}

	/**
	 * Returns what this stage has not finished since the drain began. One that has ended
	 * holds only its backlog; the rest of what it held is discarded by now.
	 */
	DrainReport.Remainder remainder() {
		long left = (this.ref == null) ? 0 : isRunning() ? this.ref.status().held() : this.ref.status().backlog();
		return new DrainReport.Remainder(name(), isRunning(), left, discarded() - this.discardedBefore);
	}

	private long discarded() {
		return (this.ref != null) ? this.ref.status().discarded() : 0;
	}

	private StageRef running() {
		if (this.ref == null) {
			throw new IllegalStateException("stage '%s' has not been started".formatted(name()));
		}
		return this.ref;
	}

}
