package io.genstage.intake;

import java.util.Random;

/**
 * Events in flight without an order keep what every intake keeps.
 */
class UnorderedInFlightIntakeTests extends InFlightIntakeTests {

	@Override
	InFlight inFlight(Random random) {
		return super.inFlight(random).unordered();
	}

	@Override
	boolean keepsOrder() {
		return false;
	}

}
