package io.genstage.intake;

import java.util.Random;

import io.genstage.batch.Batching;
import io.genstage.intake.PretendedInlet.Event;

/**
 * Batches whose weight is limited keep what every intake keeps.
 */
class WeighedBatchIntakeTests extends BatchIntakeTests {

	@Override
	Batching<Event> batching(Random random) {
		return super.batching(random).withWeight((event) -> event.number() % 5, 1 + random.nextInt(9));
	}

}
