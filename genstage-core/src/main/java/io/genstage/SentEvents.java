package io.genstage;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

import io.genstage.buffer.EventList;

/**
 * What a dispatcher has done with the events that it was given, to know which of them are
 * lost if it fails on the way.
 * <p>
 * An event is its place among the others, since the same object may be emitted twice. The
 * n-th mention of an object stands for its n-th place: to each receiver if a dispatcher
 * sends all events to all of them, else to all receivers together. Where that is so, an
 * event goes to one of them.
 */
final class SentEvents {

	private final boolean allToEach;

	/** Side by side with the portions, so that a mention costs no object. */
	private final List<Object> receivers = new ArrayList<>(2);

	private final List<List<?>> portions = new ArrayList<>(2);

	/**
	 * Begins without events.
	 * @param allToEach whether each receiver is sent all events
	 */
	SentEvents(boolean allToEach) {
		this.allToEach = allToEach;
	}

	/** Notes that events have gone somewhere. */
	void add(Object receiver, List<?> events) {
		this.receivers.add(receiver);
		this.portions.add(events);
	}

	/** Forgets everything, for the next dispatch. */
	void clear() {
		this.receivers.clear();
		this.portions.clear();
	}

	/**
	 * Returns which of some events have gone nowhere. An event that was sent in another
	 * form counts as not sent.
	 */
	<E> List<E> missingFrom(List<E> events) {
		IdentityHashMap<Object, List<Integer>> places = new IdentityHashMap<>();
		for (int place = 0; place < events.size(); place++) {
			places.computeIfAbsent(events.get(place), (event) -> new ArrayList<>(1)).add(place);
		}
		BitSet gone = new BitSet(events.size());
		IdentityHashMap<Object, IdentityHashMap<Object, Integer>> mentioned = new IdentityHashMap<>();
		for (int mention = 0; mention < this.portions.size(); mention++) {
			IdentityHashMap<Object, Integer> times = mentioned.computeIfAbsent(
					this.allToEach ? this.receivers.get(mention) : this, (receiver) -> new IdentityHashMap<>());
			for (Object event : this.portions.get(mention)) {
				List<Integer> known = places.getOrDefault(event, List.of());
				int time = times.merge(event, 1, Integer::sum);
				if (time <= known.size()) {
					gone.set(known.get(time - 1));
				}
			}
		}
		EventList.Builder<E> missing = new EventList.Builder<>(events.size() - gone.cardinality());
		for (int place = gone.nextClearBit(0); place < events.size(); place = gone.nextClearBit(place + 1)) {
			missing.add(events.get(place));
		}
		return missing.build();
	}

}
