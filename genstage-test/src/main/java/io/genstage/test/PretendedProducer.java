package io.genstage.test;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.genstage.CancelMode;
import io.genstage.ExitReason;
import io.genstage.StageRef;
import io.genstage.StageStatus;
import io.genstage.SubscribeOptions;
import io.genstage.delivery.Outcome;
import io.genstage.source.EventQueue;

/**
 * The producer of a stage that is tested. It hands on no more than it is asked for.
 *
 * @param <E> the type of the events
 */
final class PretendedProducer<E> {

	private final EventQueue<E> events = new EventQueue<>(Integer.MAX_VALUE);

	private final TestSystem system;

	private final StageRef ref;

	PretendedProducer(TestSystem system, StageRef consumer, SubscribeOptions demand) {
		this.system = system;
		this.ref = system.stages().start("pretended producer", this.events);
		// As in a pipeline, where the end of a producer doesn't tear its consumers down.
		CompletionStage<?> unused = consumer.subscribeTo(this.ref, demand.withCancel(CancelMode.TEMPORARY));
		CompletionStage<Void> ignored = this.ref.whenStopped().thenRun(consumer::drain);
		system.run();
	}

	void offer(E event) {
		if (!this.ref.status().isRunning() || !this.events.offer(event)) {
			throw new IllegalStateException("event '%s' can't be sent after the end".formatted(event));
		}
	}

	CompletableFuture<Outcome> deliver(E event) {
		CompletableFuture<Outcome> settled = this.events.deliver(event).toCompletableFuture();
		this.system.run();
		return settled;
	}

	int waiting() {
		return this.events.size();
	}

	long demand() {
		StageStatus status = this.ref.status();
		return status.isRunning() ? status.demand() : 0;
	}

	void complete() {
		this.events.close();
		this.system.run();
	}

	void fail(Throwable cause) {
		CompletionStage<ExitReason> unused = this.ref.stop(ExitReason.failure(cause));
		this.system.run();
	}

}
