package io.genstage.intake;

import java.time.Duration;
import java.util.Random;

import io.genstage.batch.BatchIntake;
import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.intake.PretendedInlet.Event;

/**
 * Batches without keys keep what every intake keeps.
 */
class BatchIntakeTests extends IntakeContract {

	private Batching<Event> batching = batching(new Random(0));

	Batching<Event> batching(Random random) {
		return Batching.of(options(random));
	}

	private static BatchOptions options(Random random) {
		return new BatchOptions(1 + random.nextInt(5), Duration.ofNanos(1 + random.nextInt(3_000_000)),
				1 + random.nextInt(4));
	}

	@Override
	Intake<Event> intake(PretendedStage stage, Random random) {
		this.batching = batching(random);
		return new BatchIntake<>(this.batching, stage, stage);
	}

	@Override
	void change(Random random) {
		this.batching.change(options(random));
	}

	@Override
	int leastDemand() {
		return 5;
	}

	@Override
	boolean keepsOrder() {
		return true;
	}

}
