package io.genstage.delivery;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.concurrent.atomic.AtomicReferenceArray;

import org.jspecify.annotations.Nullable;

/**
 * The deliveries that a source has emitted together.
 */
final class SourceRow extends StateRow {

	/** Those of a page are made when somebody asks for them, with the lock. */
	private final AtomicReferenceArray<@Nullable Settlement> settlements;

	/** What those are made of that are not there, or null if all are. */
	private final @Nullable Origin origin;

	/** Whether all of them go to one group of one acknowledger. */
	private final boolean oneGroup;

	/** Set once, with the lock. */
	private volatile @Nullable Entry entry;

	private SourceRow(@Nullable Object[] events, AtomicReferenceArray<@Nullable Settlement> settlements,
			boolean oneGroup) {
		super(events, 0, events.length);
		this.settlements = settlements;
		this.origin = null;
		this.oneGroup = oneGroup;
	}

	/**
	 * Creates a row of events of one group, which are not emitted yet.
	 * @param events the events, at least one and no more than there are places
	 */
	SourceRow(Object[] events, Origin origin) {
		super(events, 0, events.length);
		this.settlements = new AtomicReferenceArray<>(events.length);
		this.origin = origin;
		this.oneGroup = true;
	}

	@SuppressWarnings("ReferenceEquality") // what is equal goes one by one
	static @Nullable SourceRow of(List<?> emitted) {
		int size = emitted.size();
		if (size < 2 || size > Node.MOST_PLACES) {
			return null;
		}
		@Nullable Object[] events = new Object[size];
		AtomicReferenceArray<@Nullable Settlement> settlements = new AtomicReferenceArray<>(size);
		Settlement first = null;
		boolean oneGroup = true;
		int place = 0;
		for (Object event : emitted) {
			Settlement settlement = (event instanceof Delivery<?> delivery) ? delivery.settlement() : null;
			if (settlement == null) {
				return null;
			}
			events[place] = settlement.event();
			settlements.setPlain(place++, settlement);
			first = (first != null) ? first : settlement;
			oneGroup = oneGroup && settlement.acknowledger() == first.acknowledger()
					&& settlement.group() == first.group();
		}
		return new SourceRow(events, settlements, oneGroup);
	}

	/**
	 * All of them come into the engine, once.
	 * @param endings get those that are settled already
	 * @return how many have entered; others had before
	 */
	int enter(Entry entry, Endings endings) {
		List<Settlement> others = new ArrayList<>(0);
		lock();
		try {
			if (this.entry != null) {
				return 0;
			}
			this.entry = entry;
			for (int place = 0; place < size(); place++) {
				Settlement settlement = this.settlements.getPlain(place);
				if (settlement != null && !settlement.joins(this, place, entry)) {
					leave(place);
					others.add(settlement);
				}
			}
		}
		finally {
			unlock();
		}
		int entered = size() - others.size();
		for (Settlement settlement : others) {
			entered += settlement.enter(entry, endings) ? 1 : 0;
		}
		return entered;
	}

	@Override
	public Delivery<?> get(int place) {
		return settlement(place).delivery();
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
	void ended(Places places, Endings endings) {
		Settled settled = new SettledStretch(this, new Some(places));
		endings.settled(settled, settled, queue());
	}

	SettlementQueue queue() {
		return Objects.requireNonNull(this.entry).queue();
	}

	boolean isOneGroup() {
		return this.oneGroup;
	}

	@Override
	public boolean isNew() {
		return this.origin != null && this.entry == null;
	}

	Settlement settlement(int place) {
		Settlement known = this.settlements.getAcquire(place);
		return (known != null) ? known : make(place);
	}

	private Settlement make(int place) {
		lock();
		try {
			Settlement known = this.settlements.getPlain(place);
			if (known != null) {
				return known;
			}
			Settlement made = Objects.requireNonNull(this.origin)
				.settlement(Objects.requireNonNull(events()[place]), place);
			Entry entered = this.entry;
			if (entered != null) {
				made.begin(this, place, entered);
			}
			this.settlements.setRelease(place, made);
			return made;
		}
		finally {
			unlock();
		}
	}

	/** Its source knows of some of them, or never will. */
	void left(int events) {
		Entry entered = this.entry;
		if (entered != null && entered.stretch() != null) {
			entered.stretch().settle(events);
		}
	}

	/**
	 * What the deliveries of a page have in common.
	 *
	 * @param references what the acknowledger finds beside each event, or null
	 */
	record Origin(Acknowledger<?> acknowledger, Object group, @Nullable List<?> references) {

		Settlement settlement(Object event, int place) {
			return Delivery.settlementOf(event, this.acknowledger, this.group,
					(this.references != null) ? this.references.get(place) : null);
		}

	}

	/**
	 * The settlements at some places.
	 */
	private final class Some extends AbstractList<Settlement> implements RandomAccess {

		private final Places places;

		Some(Places places) {
			this.places = places;
		}

		@Override
		public Settlement get(int index) {
			return settlement(this.places.get(Objects.checkIndex(index, size())));
		}

		@Override
		public int size() {
			return this.places.size();
		}

	}

}
