package io.genstage.intake;

import java.util.Random;

import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.intake.PretendedInlet.Event;

/**
 * Batches of keys keep what every intake keeps.
 */
class KeyedBatchIntakeTests extends BatchIntakeTests {

	@Override
	Batching<Event> batching(Random random) {
		BatchOptions options = super.batching(random).options();
		return Batching.byKey((event) -> event.number() % 7, options);
	}

	@Override
	boolean keepsOrder() {
		return false;
	}

}
