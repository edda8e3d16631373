package io.genstage;

import io.genstage.batch.BatchIntake;
import io.genstage.batch.Batching;
import io.genstage.failure.Aftermath;
import io.genstage.failure.Attempting;
import io.genstage.failure.Retrying;
import io.genstage.intake.Handling;
import io.genstage.intake.InFlight;
import io.genstage.intake.InFlightIntake;
import io.genstage.intake.Intake;
import io.genstage.intake.StageClock;
import io.genstage.intake.WindowIntake;
import io.genstage.task.TaskIntake;
import io.genstage.task.Tasks;
import org.jspecify.annotations.Nullable;

/**
 * Chooses how events come in, by the options of a stage. Options that its handler doesn't
 * go with are refused.
 *
 * @param <E> the type of the events
 */
final class IntakeChoice<E> {

	private final StageActor stage;

	private final StageOptions options;

	private final Handler<E> handler;

	IntakeChoice(StageActor stage, StageOptions options, Handler<E> handler) {
		this.stage = stage;
		this.options = options;
		this.handler = handler;
		if (handler.takesDeliveries() && handler.reportsHandled()) {
			throw new IllegalArgumentException(
					"stage '%s' can't take deliveries, since it reports itself what it has handled"
						.formatted(stage.name()));
		}
		String reason = (options.scope() != null) ? reasonAgainstScope() : null;
		if (reason != null) {
			throw new IllegalArgumentException(
					"nothing can surround the calls of stage '%s', since it %s".formatted(stage.name(), reason));
		}
	}

	private @Nullable String reasonAgainstScope() {
		if (this.options.tasks() != null) {
			return "has a task for each event";
		}
		if (this.handler.isAsync()) {
			return "is asynchronous, and not done when it returns";
		}
		if (this.handler.takesDeliveries()) {
			return "takes deliveries, which may stay open when it returns";
		}
		return this.handler.reportsHandled() ? "reports itself what it has handled" : null;
	}

	/** Returns what tries again what has failed, or null if the stage fails with it. */
	@Nullable Retrying<E> retrying(Attempting<E> attempting, Aftermath<E> aftermath, StageClock clock) {
		if (this.options.failure() == null) {
			return null;
		}
		if (this.handler.reportsHandled()) {
			throw new IllegalArgumentException(
					"stage '%s' can't have a failure policy, since it reports itself what it has handled"
						.formatted(this.stage.name()));
		}
		return new Retrying<>(this.options.failure(), attempting, aftermath, clock);
	}

	/** Returns the intake that leads to where events are handled. */
	@SuppressWarnings("unchecked") // the stage chose its options
	Intake<E> intake(Handling<E> handling, StageClock clock) {
		if (this.options.tasks() != null) {
			return taskIntake((Tasks<E>) this.options.tasks(), handling);
		}
		if (this.handler.isAsync()) {
			return asyncIntake(handling);
		}
		if (this.options.inFlight() != null) {
			throw new IllegalArgumentException(
					"stage '%s' can't have events in flight, since it is no asynchronous stage: let it be an %s or an %s"
						.formatted(this.stage.name(), AsyncConsumerStage.class.getSimpleName(),
								AsyncProducerConsumerStage.class.getSimpleName()));
		}
		Batching<?> batching = this.options.batching();
		if (batching == null) {
			return new WindowIntake<>(handling);
		}
		if (this.handler.asksItself() || this.handler.reportsHandled()) {
			throw new IllegalArgumentException(
					"stage '%s' can't be given batches, since it %s itself: put a producer-consumer with the batching before it"
						.formatted(this.stage.name(),
								this.handler.asksItself() ? "asks for events" : "reports what it has handled"));
		}
		return new BatchIntake<>((Batching<E>) batching, handling, clock);
	}

	private Intake<E> taskIntake(Tasks<E> tasks, Handling<E> handling) {
		String reason = reasonAgainstTasks();
		if (reason != null) {
			throw new IllegalArgumentException(
					"stage '%s' can't have a task for each event, since it %s".formatted(this.stage.name(), reason));
		}
		return new TaskIntake<>(tasks, handling, new StageTasks(this.stage), this.options.failure() != null);
	}

	private @Nullable String reasonAgainstTasks() {
		if (this.options.batching() != null) {
			return "is given batches: remove one of the two";
		}
		if (this.handler.isAsync() || this.options.inFlight() != null) {
			return "has events in flight: remove one of the two";
		}
		if (this.handler.asksItself()) {
			return "asks for events itself";
		}
		return this.handler.reportsHandled() ? "reports what it has handled itself" : null;
	}

	private Intake<E> asyncIntake(Handling<E> handling) {
		if (this.options.batching() != null) {
			throw new IllegalArgumentException(
					"stage '%s' can't be given batches, since it begins one event after the other"
						.formatted(this.stage.name()));
		}
		return new InFlightIntake<>((this.options.inFlight() != null) ? this.options.inFlight() : InFlight.of(1),
				handling);
	}

}
