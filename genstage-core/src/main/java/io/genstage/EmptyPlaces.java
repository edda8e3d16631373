package io.genstage;

import java.lang.System.Logger.Level;
import java.util.IdentityHashMap;
import java.util.List;

import io.genstage.dispatch.Demand;
import io.genstage.dispatch.Dispatcher;
import io.genstage.dispatch.Subscriber;
import io.genstage.log.StageLog;
import org.jspecify.annotations.Nullable;

/**
 * The places at one producer that no subscription has. Each is kept by a subscriber that
 * never asks, so that the dispatcher holds the others up as it does for a newcomer.
 */
final class EmptyPlaces {

	private static final System.Logger logger = StageLog.of(EmptyPlaces.class);

	private final StageRef producer;

	private final Dispatcher<?> dispatcher;

	private final StageListener listener;

	private final IdentityHashMap<Place, Keeper> keepers = new IdentityHashMap<>();

	EmptyPlaces(StageRef producer, Dispatcher<?> dispatcher, StageListener listener) {
		this.producer = producer;
		this.dispatcher = dispatcher;
		this.listener = listener;
	}

	/** Keeps a place, also against those who have passed it, and returns net demand. */
	long hold(Place place) {
		Keeper keeper = this.keepers.get(place);
		if (keeper != null && !keeper.passed) {
			return 0;
		}
		Keeper holding = new Keeper(place);
		long net = this.dispatcher.subscribe(holding);
		net = Demand.add(net, forget(place));
		this.keepers.put(place, holding);
		return net;
	}

	/** Lets events pass a place that is kept, and returns net demand. */
	long pass(Place place) {
		long net = hold(place);
		Keeper keeper = this.keepers.get(place);
		if (keeper == null || keeper.passed) {
			return net;
		}
		keeper.passed = true;
		logger.log(Level.WARNING, () -> "stage '%s' passes %s: what it would have got is discarded and counted"
			.formatted(this.producer.name(), place));
		return Demand.add(net, this.dispatcher.pass(keeper));
	}

	/** Gives a place up, or to a subscription, and returns net demand. */
	long forget(Place place) {
		Keeper keeper = this.keepers.remove(place);
		if (keeper == null) {
			return 0;
		}
		keeper.tellMissed();
		return this.dispatcher.cancel(keeper);
	}

	/** Gives all places up at the end of the producer. */
	void clear() {
		this.keepers.values().forEach(Keeper::tellMissed);
		this.keepers.clear();
	}

	/** Counts events that go to nobody if that is what a subscriber stands for. */
	static boolean isMissed(Subscriber subscriber, List<?> events) {
		if (subscriber instanceof Keeper keeper) {
			keeper.miss(events);
			return true;
		}
		return false;
	}

	/**
	 * Stands in the place of somebody who is away.
	 */
	private final class Keeper implements Subscriber {

		private final Place place;

		private boolean passed;

		private long missed;

		Keeper(Place place) {
			this.place = place;
		}

		@Override
		public Object consumer() {
			return this;
		}

		@Override
		public @Nullable Object attribute(String name) {
			return this.place.attribute(name);
		}

		void miss(List<?> events) {
			this.missed += events.size();
			this.place.miss(events.size());
			StageRef consumer = this.place.lastTakenBy();
			EmptyPlaces.this.listener.onDiscard((consumer != null) ? consumer : EmptyPlaces.this.producer,
					Discard.of(events, "they have passed " + this.place, null));
		}

		void tellMissed() {
			if (this.missed > 0) {
				logger.log(Level.WARNING, () -> "%d events of stage '%s' have passed %s and are discarded"
					.formatted(this.missed, EmptyPlaces.this.producer.name(), this.place));
			}
		}

		@Override
		public String toString() {
			return this.place.toString();
		}

	}

}
