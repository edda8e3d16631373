package io.genstage.delivery;

import org.jspecify.annotations.Nullable;

/**
 * The outputs of a call with several events. A delivery is made of one when somebody
 * wants it alone.
 */
final class OutputRow extends MadeRow {

	private final DeliveryGroup group;

	OutputRow(DeliveryGroup group, @Nullable Object[] events, int start, int size) {
		super(events, start, size);
		this.group = group;
	}

	@Override
	Delivery<?> make(Object event, int place, byte state) {
		Delivery<?> made = Delivery.childOf(this.group, event, null, true);
		made.leftRow(state);
		return made;
	}

	@Override
	void ended(Places places, Endings endings) {
		endings.childrenEnded(this.group, places.size());
	}

}
