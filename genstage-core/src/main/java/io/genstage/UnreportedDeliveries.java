package io.genstage;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

import io.genstage.delivery.Delivery;
import io.genstage.delivery.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Deliveries of a stage that reports itself what it has handled, and has not done so.
 */
final class UnreportedDeliveries {

	private final IdentityHashMap<OpenSubscription, Deque<Delivery<?>>> bySubscription = new IdentityHashMap<>(0);

	void add(OpenSubscription link, @Nullable Delivery<?> delivery) {
		if (delivery != null) {
			this.bySubscription.computeIfAbsent(link, (unknown) -> new ArrayDeque<>()).add(delivery);
		}
	}

	/** Settles the deliveries of events, of which some may be none. */
	void settle(OpenSubscription link, List<?> events, Verdict verdict) {
		Deque<Delivery<?>> deliveries = this.bySubscription.get(link);
		if (deliveries == null) {
			return;
		}
		for (Object event : events) {
			Delivery<?> delivery = take(deliveries, event);
			if (delivery != null && !delivery.isHandled()) {
				delivery.settle(verdict);
			}
		}
		if (deliveries.isEmpty()) {
			this.bySubscription.remove(link);
		}
	}

	/** Settles all that will never be reported. */
	void settleAll(Verdict verdict) {
		this.bySubscription.values()
			.forEach((deliveries) -> deliveries.stream()
				.filter((delivery) -> !delivery.isHandled())
				.forEach((delivery) -> delivery.settle(verdict)));
		this.bySubscription.clear();
	}

	/** Takes the eldest delivery of the very object, or else of one that is equal. */
	@SuppressWarnings("ReferenceEquality") // equal events are different ones
	private static @Nullable Delivery<?> take(Deque<Delivery<?>> deliveries, Object event) {
		Delivery<?> same = takeFirst(deliveries, (delivery) -> delivery.event() == event);
		return (same != null) ? same : takeFirst(deliveries, (delivery) -> delivery.event().equals(event));
	}

	private static @Nullable Delivery<?> takeFirst(Deque<Delivery<?>> deliveries, Predicate<Delivery<?>> wanted) {
		for (Iterator<Delivery<?>> each = deliveries.iterator(); each.hasNext();) {
			Delivery<?> delivery = each.next();
			if (wanted.test(delivery)) {
				each.remove();
				return delivery;
			}
		}
		return null;
	}

}
