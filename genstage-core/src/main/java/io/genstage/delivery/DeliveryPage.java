package io.genstage.delivery;

import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * Deliveries that a source has made together: each is an object only for whoever asks for
 * it.
 *
 * @param <E> the type of the events
 */
final class DeliveryPage<E> extends AbstractList<Delivery<E>> implements RandomAccess {

	private final SourceRow row;

	DeliveryPage(SourceRow row) {
		this.row = row;
	}

	SourceRow row() {
		return this.row;
	}

	@Override
	@SuppressWarnings("unchecked") // it was made of events of this type
	public Delivery<E> get(int index) {
		return (Delivery<E>) this.row.get(Objects.checkIndex(index, size()));
	}

	@Override
	public int size() {
		return this.row.size();
	}

}
