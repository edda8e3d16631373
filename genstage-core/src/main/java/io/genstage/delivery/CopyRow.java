package io.genstage.delivery;

/**
 * The deliveries of events for one of several consumers, which all get the same events.
 */
final class CopyRow extends MadeRow {

	private final Fork fork;

	CopyRow(Fork fork, DeliveryRow parents, int from, int to) {
		super(parents.events(), from, to - from);
		this.fork = fork;
	}

	@Override
	Delivery<?> make(Object event, int place, byte state) {
		Delivery<?> parent = this.fork.parent(place);
		boolean counts = state != ENDED && parent.openChild(false);
		Delivery<?> made = Delivery.childOf(parent, event, null, counts);
		made.leftRow(state);
		if (state != ENDED) {
			this.fork.leave(place, parent);
		}
		return made;
	}

	@Override
	void ended(Places places, Endings endings) {
		this.fork.ended(places, endings);
	}

}
