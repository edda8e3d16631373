package io.genstage.jdbc;

import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import io.genstage.delivery.Delivery;
import io.genstage.delivery.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * The events of a call of a handler, and by what each of them is known that is to be
 * handled once.
 *
 * @param events the events as they came
 * @param keys their keys in the same order, null for an event that is always handled
 * @param <K> the type of the keys
 */
record ClaimedEvents<K extends Comparable<K>>(List<?> events, List<@Nullable K> keys) {

	/** In their order, so that two calls don't wait for each other. */
	List<K> sortedKeys() {
		return this.keys.stream().filter(Objects::nonNull).map(Objects::requireNonNull).sorted().distinct().toList();
	}

	/**
	 * Finds the places of those that are not to be handled. A key counts once, though its
	 * event may have been delivered again meanwhile.
	 * @param taken the keys that this call has taken
	 */
	BitSet placesWithout(Collection<K> taken) {
		BitSet places = new BitSet();
		Set<K> left = new HashSet<>(taken);
		for (int place = 0; place < this.keys.size(); place++) {
			K key = this.keys.get(place);
			places.set(place, key != null && !left.remove(key));
		}
		return places;
	}

	/** Settles what was left out, for good. */
	void skip(BitSet places) {
		places.stream().forEach((place) -> {
			if (this.events.get(place) instanceof Delivery<?> delivery) {
				delivery.settle(Verdict.skipped("was handled before, or elsewhere"));
			}
		});
	}

}
