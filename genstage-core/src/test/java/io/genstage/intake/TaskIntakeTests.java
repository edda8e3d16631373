package io.genstage.intake;

import java.util.Random;

import io.genstage.intake.PretendedInlet.Event;
import io.genstage.task.TaskIntake;
import io.genstage.task.TaskOptions;
import io.genstage.task.Tasks;

/**
 * A task for each event keeps what every intake keeps, but for the order.
 */
class TaskIntakeTests extends IntakeContract {

	@Override
	Intake<Event> intake(PretendedStage stage, Random random) {
		return new TaskIntake<>(Tasks.of(TaskOptions.defaults()), stage, stage, false);
	}

	@Override
	void change(Random random) {
		// It has no settings but those of its subscriptions.
	}

	@Override
	int leastDemand() {
		return 1;
	}

	@Override
	boolean keepsOrder() {
		return false;
	}

}
