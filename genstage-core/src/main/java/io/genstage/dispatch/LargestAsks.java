package io.genstage.dispatch;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The highest demand that each subscriber has asked for at once, to find those who ask
 * for more than they should. Each is found once.
 */
final class LargestAsks {

	/** No demand is above it. */
	static final long UNLIMITED = Long.MAX_VALUE;

	/** The most that anybody should ask for, or 0 for no more than the others. */
	private final long maxDemand;

	private final Map<Subscriber, Long> asks = new HashMap<>(2);

	/** The least of all, {@link #UNLIMITED} while nobody has asked. */
	private long least = UNLIMITED;

	private final Set<Subscriber> found = new HashSet<>(2);

	LargestAsks(long maxDemand) {
		this.maxDemand = maxDemand;
	}

	void add(Subscriber subscriber) {
		note(subscriber, announcedMaximum(subscriber));
	}

	private static long announcedMaximum(Subscriber subscriber) {
		return (subscriber.attribute(Subscriber.MAX_DEMAND) instanceof Integer maximum) ? maximum : 0;
	}

	void remove(Subscriber subscriber) {
		this.asks.remove(subscriber);
		this.found.remove(subscriber);
		this.least = leastWithout(null);
	}

	/**
	 * Notes an ask, and returns the limit that it exceeds for the first time: the
	 * maximum, or the most that some other subscriber asks for. Returns
	 * {@link #UNLIMITED} if there is nothing to say.
	 */
	long exceededBy(Subscriber subscriber, long demand) {
		note(subscriber, demand);
		// Nearly always it is not above anybody's, and the others need not be looked at.
		if ((this.maxDemand == 0 && demand <= this.least) || this.found.contains(subscriber)) {
			return UNLIMITED;
		}
		long limit = (this.maxDemand > 0) ? this.maxDemand : leastWithout(subscriber);
		return (demand > limit && this.found.add(subscriber)) ? limit : UNLIMITED;
	}

	private void note(Subscriber subscriber, long demand) {
		long before = this.asks.getOrDefault(subscriber, 0L);
		this.asks.put(subscriber, Math.max(demand, before));
		if (demand > before) {
			this.least = (before == this.least) ? leastWithout(null) : Math.min(this.least, demand);
		}
	}

	/** Those that have not asked yet don't count. */
	private long leastWithout(@Nullable Subscriber one) {
		long least = UNLIMITED;
		for (Map.Entry<Subscriber, Long> ask : this.asks.entrySet()) {
			if (!ask.getKey().equals(one) && ask.getValue() > 0) {
				least = Math.min(least, ask.getValue());
			}
		}
		return least;
	}

}
