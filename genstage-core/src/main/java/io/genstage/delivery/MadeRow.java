package io.genstage.delivery;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Deliveries that are made when somebody wants one of them alone.
 */
abstract sealed class MadeRow extends StateRow permits OutputRow, CopyRow {

	/** Those that were made, or null as long as there are none. */
	private @Nullable Delivery<?> @Nullable [] made;

	MadeRow(@Nullable Object[] events, int start, int size) {
		super(events, start, size);
	}

	@Override
	public final Delivery<?> get(int place) {
		return alone(place);
	}

	@Override
	public Object[] all(int from, int to) {
		lock();
		try {
			return super.all(from, to);
		}
		finally {
			unlock();
		}
	}

	@Override
	final Delivery<?> alone(int place) {
		int index = place - start();
		lock();
		try {
			@Nullable Delivery<?>[] known = this.made;
			if (known == null) {
				known = new Delivery<?>[size()];
				this.made = known;
			}
			Delivery<?> delivery = known[index];
			if (delivery == null) {
				delivery = make(Objects.requireNonNull(events()[place]), place, leave(place));
				known[index] = delivery;
			}
			return delivery;
		}
		finally {
			unlock();
		}
	}

	/** Makes the delivery of an event, for which this happened so far. */
	abstract Delivery<?> make(Object event, int place, byte state);

}
