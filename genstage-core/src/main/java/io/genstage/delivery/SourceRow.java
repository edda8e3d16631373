package io.genstage.delivery;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * The deliveries that a source has emitted together.
 */
final class SourceRow extends DeliveryRow {

	private final Settlement[] settlements;

	/** Whether all of them go to one group of one acknowledger. */
	private final boolean oneGroup;

	private @Nullable Entry entry;

	private SourceRow(@Nullable Object[] events, Settlement[] settlements, boolean oneGroup) {
		super(events, 0, events.length);
		this.settlements = settlements;
		this.oneGroup = oneGroup;
	}

	@SuppressWarnings("ReferenceEquality") // what is equal goes one by one
	static @Nullable SourceRow of(List<?> emitted) {
		int size = emitted.size();
		if (size < 2 || size > Node.MOST_PLACES) {
			return null;
		}
		@Nullable Object[] events = new Object[size];
		Settlement[] settlements = new Settlement[size];
		boolean oneGroup = true;
		int place = 0;
		for (Object event : emitted) {
			Settlement settlement = (event instanceof Delivery<?> delivery) ? delivery.settlement() : null;
			if (settlement == null) {
				return null;
			}
			events[place] = settlement.event();
			settlements[place++] = settlement;
			oneGroup = oneGroup && settlement.acknowledger() == settlements[0].acknowledger()
					&& settlement.group() == settlements[0].group();
		}
		return new SourceRow(events, settlements, oneGroup);
	}

	/**
	 * All of them come into the engine, once.
	 * @param endings get those that are settled already
	 * @return how many have entered; others had before
	 */
	int enter(Entry entry, Endings endings) {
		this.entry = entry;
		List<Settlement> others = new ArrayList<>(0);
		lock();
		try {
			for (int place = 0; place < this.settlements.length; place++) {
				if (!this.settlements[place].joins(this, place, entry)) {
					leave(place);
					others.add(this.settlements[place]);
				}
			}
		}
		finally {
			unlock();
		}
		int entered = this.settlements.length - others.size();
		for (Settlement settlement : others) {
			entered += settlement.enter(entry, endings) ? 1 : 0;
		}
		return entered;
	}

	@Override
	public Delivery<?> get(int place) {
		return this.settlements[place].delivery();
	}

	@Override
	Delivery<?> alone(int place) {
		release(place);
		return get(place);
	}

	/** A delivery is looked at alone. */
	void release(int place) {
		lock();
		try {
			byte before = leave(place);
			if (before != ALONE) {
				get(place).leftRow(before);
			}
		}
		finally {
			unlock();
		}
	}

	@Override
	void ended(int from, int to, Endings endings) {
		Settled settled = new SettledStretch(this, from, to);
		endings.settled(settled, settled, queue());
	}

	SettlementQueue queue() {
		return Objects.requireNonNull(this.entry).queue();
	}

	boolean isOneGroup() {
		return this.oneGroup;
	}

	Settlement settlement(int place) {
		return this.settlements[place];
	}

	/** Returns what the acknowledger gets of a stretch. */
	List<Settlement> settlements(int from, int to) {
		return Arrays.asList(this.settlements).subList(from, to);
	}

	/** Its source knows of a stretch, or never will. */
	void left(int from, int to) {
		Entry entered = this.entry;
		if (entered != null && entered.stretch() != null) {
			entered.stretch().settle(to - from);
		}
	}

}
