package io.genstage;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;

import io.genstage.buffer.EventList;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.Verdict;
import io.genstage.intake.Inlet;
import org.jspecify.annotations.Nullable;

/**
 * The events that the handler of a stage has now: by which subscriptions they came, and
 * which of them are counted as handled or given up. A place is that of an event in its
 * list.
 *
 * @param <E> the type of the events
 */
final class InHand<E> {

	private final StageActor stage;

	private final Handler<E> handler;

	private final Settlements<E> settlements;

	private final boolean perEvent;

	/** By which they came, or the first of them. */
	private @Nullable OpenSubscription source;

	/** By which each of them came, or empty if all came by the same. */
	private List<Inlet> sources = List.of();

	/** Up to which place they are counted as handled, if not all at once. */
	private int counted;

	private List<E> events = List.of();

	/** These as the handler sees them. */
	private List<E> given = List.of();

	/** These as they came. */
	private List<E> carried = List.of();

	/** Whether a delivery is among them. */
	private boolean carrying;

	/** How many events of their subscription had been settled before them. */
	private long settledBefore;

	/** The places of those that it doesn't get in this call. */
	private final BitSet leftOut = new BitSet();

	/** The places of those that the handler has given up. */
	private final BitSet givenUp = new BitSet();

	InHand(StageActor stage, Handler<E> handler, Settlements<E> settlements) {
		this.stage = stage;
		this.handler = handler;
		this.settlements = settlements;
		this.perEvent = handler.isPerEvent();
	}

	/** An event that came by a subscription is going to be begun. */
	void comeBy(OpenSubscription link) {
		this.source = link;
	}

	/** The handler has them no more. */
	void clear() {
		this.sources = List.of();
		this.events = List.of();
		this.given = List.of();
		this.carried = List.of();
	}

	/** The handler doesn't get these in this call. */
	void leaveOut(BitSet places) {
		this.leftOut.or(places);
		if (!places.isEmpty()) {
			List<E> rest = new ArrayList<>(this.given.size());
			for (int place = places.nextClearBit(0); place < this.given.size(); place = places
				.nextClearBit(place + 1)) {
				rest.add(this.given.get(place));
			}
			this.given = Settlements.together(this.given, List.copyOf(rest));
		}
	}

	boolean isLeftOut(int place) {
		return this.leftOut.get(place);
	}

	/** Returns the place that an event has among those that the handler gets. */
	int placeAmongGiven(int place) {
		return place - this.leftOut.get(0, place).cardinality();
	}

	/** Returns the subscription by which an event came that the handler gets. */
	OpenSubscription sourceOfGiven(int given) {
		if (this.leftOut.isEmpty()) {
			return source(given);
		}
		int place = this.leftOut.nextClearBit(0);
		for (int passed = 0; passed < given; passed++) {
			place = this.leftOut.nextClearBit(place + 1);
		}
		return source(place);
	}

	/** Returns the events themselves. */
	List<E> events() {
		return this.events;
	}

	/** Returns the events as the handler sees them, if it gets them together. */
	List<E> given() {
		return this.given;
	}

	/** Returns the events as they came, with their settlements. */
	List<E> carried() {
		return this.carried;
	}

	boolean isCarrying() {
		return this.carrying;
	}

	/** Returns whether they came by several subscriptions. */
	boolean isOfSeveral() {
		return !this.sources.isEmpty();
	}

	/** Returns up to which place they are counted as handled, one by one. */
	int counted() {
		return this.counted;
	}

	boolean isGivenUp(int place) {
		return this.givenUp.get(place);
	}

	/**
	 * Notes that the handler has given an event up.
	 * @return whether it has this event
	 */
	boolean giveUp(OpenSubscription link, Object event, Verdict verdict) {
		int place = placeOf(link, event);
		if (place < 0) {
			return false;
		}
		this.givenUp.set(place);
		Delivery<?> delivery = delivery(place);
		if (delivery != null && !delivery.isHandled()) {
			delivery.settle(verdict);
		}
		return true;
	}

	/** Returns how many are neither counted one by one nor given up. */
	int open() {
		return this.events.size() - this.counted - this.givenUp.get(this.counted, this.events.size()).cardinality();
	}

	/** Counts the next so many that were not given up as handled. */
	void countNext(int events) {
		countUpTo(placeBehind(this.counted, events));
	}

	/** The handler is going to get events. */
	void take(OpenSubscription first, List<Inlet> inlets, List<E> events) {
		this.source = first;
		this.sources = inlets;
		this.settledBefore = first.settled.get();
		this.counted = 0;
		this.carried = events;
		this.carrying = EventList.hasDelivery(events);
		this.events = this.carrying ? Settlements.payloads(events) : events;
		this.given = (this.settlements.areSeen() && !this.perEvent) ? this.settlements.seen(events) : this.events;
		this.givenUp.clear();
		this.leftOut.clear();
	}

	@Nullable Delivery<?> delivery(int place) {
		return this.carrying ? Settlements.delivery(this.carried.get(place)) : null;
	}

	/** Returns the deliveries in hand at some places that are not settled. */
	List<Delivery<?>> openDeliveries(BitSet places) {
		List<Delivery<?>> open = new ArrayList<>(this.carrying ? places.cardinality() : 0);
		if (this.carrying) {
			places.stream().forEach((place) -> Settlements.addIfOpen(delivery(place), open));
		}
		return open;
	}

	/** Returns all deliveries in hand that are not settled. */
	List<Delivery<?>> openDeliveries() {
		if (!this.carrying) {
			return List.of();
		}
		return this.settlements.open(this.carried);
	}

	/** Counts all that is not settled as handled. */
	void countAll() {
		if (!this.sources.isEmpty()) {
			countUpTo(this.events.size());
			return;
		}
		OpenSubscription link = source(0);
		int rest = this.events.size() - settledInHand(link);
		if (rest > 0 && !this.handler.reportsHandled()) {
			this.stage.countIn(link, lastOpen(rest));
		}
	}

	/** Returns how many of the events in hand, which all came by it, are settled. */
	private int settledInHand(OpenSubscription link) {
		return (int) (link.settled.get() - this.settledBefore);
	}

	/** Returns the place behind those in hand that are counted as handled. */
	int placeBehindHandled() {
		if (this.perEvent || !this.sources.isEmpty()) {
			return this.counted;
		}
		return placeBehind(0, settledInHand(source(0)) - this.givenUp.cardinality());
	}

	/** Returns the places of those that are counted as handled or given up. */
	BitSet settledPlaces() {
		BitSet settled = (BitSet) this.givenUp.clone();
		settled.set(0, placeBehindHandled());
		return settled;
	}

	/** Counts events in hand as handled up to one of them, each for its subscription. */
	void countUpTo(int end) {
		while (this.counted < end) {
			OpenSubscription link = source(this.counted);
			int start = this.counted;
			this.counted = this.sources.isEmpty() ? end : endOfSame(link, end);
			List<E> handled = openBetween(start, this.counted);
			if (!handled.isEmpty()) {
				this.stage.countIn(link, handled);
			}
		}
	}

	private int endOfSame(OpenSubscription link, int limit) {
		int end = this.counted;
		while (end < limit && link(end) == link) {
			end++;
		}
		return end;
	}

	/** Returns the last so many events in hand that have not been given up. */
	private List<E> lastOpen(int events) {
		List<E> open = openBetween(0, this.events.size());
		return (events == open.size()) ? open : open.subList(open.size() - events, open.size());
	}

	/** Returns the events in hand within a range that have not been given up. */
	private List<E> openBetween(int start, int end) {
		if (this.givenUp.isEmpty()) {
			return (end - start == this.events.size()) ? this.events : this.events.subList(start, end);
		}
		List<E> open = new ArrayList<>(end - start);
		for (int place = this.givenUp.nextClearBit(start); place < end; place = this.givenUp.nextClearBit(place + 1)) {
			open.add(this.events.get(place));
		}
		return open;
	}

	/** Returns the place behind so many events in hand that have not been given up. */
	private int placeBehind(int start, int events) {
		int place = start;
		for (int passed = 0; passed < events; passed++) {
			place = this.givenUp.nextClearBit(place) + 1;
		}
		return place;
	}

	@SuppressWarnings("ReferenceEquality") // equal events are different ones
	private int placeOf(OpenSubscription link, Object event) {
		for (int place = this.givenUp.nextClearBit(0); place < this.events.size(); place = this.givenUp
			.nextClearBit(place + 1)) {
			if (this.events.get(place) == event && source(place) == link) {
				return place;
			}
		}
		return -1;
	}

	/** Notes of those from a place on that they will not be handled. */
	void leave(LeftEvents<E> left, int start) {
		for (int place = this.givenUp.nextClearBit(start); place < this.events.size(); place = this.givenUp
			.nextClearBit(place + 1)) {
			left.add(source(place), List.of(this.carried.get(place)));
		}
	}

	private OpenSubscription link(int index) {
		return ((Inbound) this.sources.get(index)).link();
	}

	/** Returns the subscription by which an event in hand came. */
	OpenSubscription source(int index) {
		return this.sources.isEmpty() ? Objects.requireNonNull(this.source, "no event is being handled") : link(index);
	}

}
