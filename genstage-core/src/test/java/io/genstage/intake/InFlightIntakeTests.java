package io.genstage.intake;

import java.util.Random;

import io.genstage.intake.PretendedInlet.Event;

/**
 * Events in flight keep what every intake keeps, and their order.
 */
class InFlightIntakeTests extends IntakeContract {

	InFlight inFlight(Random random) {
		return InFlight.of(1 + random.nextInt(10));
	}

	@Override
	Intake<Event> intake(PretendedStage stage, Random random) {
		return new InFlightIntake<>(inFlight(random), stage);
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
