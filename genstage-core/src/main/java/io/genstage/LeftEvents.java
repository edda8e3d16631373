package io.genstage;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Events that have come and will not be handled, since the stage stops.
 *
 * @param <E> the type of the events
 */
final class LeftEvents<E> {

	private final StageActor stage;

	/** In their order. */
	private final IdentityHashMap<OpenSubscription, List<E>> bySubscription = new IdentityHashMap<>(0);

	LeftEvents(StageActor stage) {
		this.stage = stage;
	}

	void add(OpenSubscription link, List<E> events) {
		this.bySubscription.computeIfAbsent(link, (unknown) -> new ArrayList<>()).addAll(events);
	}

	/** Forgets an event that was given up since then. */
	@SuppressWarnings("ReferenceEquality") // equal events are different ones
	void forget(OpenSubscription link, Object event) {
		List<E> known = this.bySubscription.getOrDefault(link, List.of());
		for (int place = 0; place < known.size(); place++) {
			if (known.get(place) == event) {
				known.remove(place);
				return;
			}
		}
	}

	/** Loses all that came by a subscription and is not settled. */
	void lose(OpenSubscription link, String reason, @Nullable Throwable cause) {
		List<E> known = this.bySubscription.getOrDefault(link, List.of());
		// What the stage has reported since then are the first of them.
		List<E> events = known.subList(Math.max(known.size() - link.unsettled(), 0), known.size());
		if (!events.isEmpty()) {
			this.stage.lose(link, Discard.of(link, events, reason, cause));
		}
		this.stage.lose(link, link.unsettled(), reason, cause);
	}

	void clear() {
		this.bySubscription.clear();
	}

}
