package io.genstage.desk;

import java.util.List;
import java.util.Objects;

import io.genstage.delivery.Acknowledger;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.Settlement;

/**
 * Emits deliveries, whose settlement says what has come of an event and of all that was
 * made from it. An event that has become a dead letter further down the pipeline counts
 * as accepted: it has another letter there.
 */
final class DeliveryCarrier implements Carrier, Acknowledger<Carrier> {

	@Override
	public Object carry(Object event, Fate fate) {
		return Delivery.of(event, this, this, fate);
	}

	@Override
	public void settle(Carrier group, List<Settlement> accepted, List<Settlement> failed) {
		accepted.forEach((settlement) -> fateOf(settlement).accepted());
		failed.forEach((settlement) -> fateOf(settlement).failed(settlement.cause(), settlement.reason()));
	}

	private static Fate fateOf(Settlement settlement) {
		return (Fate) Objects.requireNonNull(settlement.reference());
	}

	@Override
	public boolean takesBack() {
		return true;
	}

}
