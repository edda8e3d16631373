package io.genstage.intake;

import java.util.Random;

import io.genstage.intake.PretendedInlet.Event;

/**
 * The window keeps what every intake keeps.
 */
class WindowIntakeTests extends IntakeContract {

	@Override
	Intake<Event> intake(PretendedStage stage, Random random) {
		return new WindowIntake<>(stage);
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
		return true;
	}

}
