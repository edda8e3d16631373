package io.genstage;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

import io.genstage.batch.Batch;
import io.genstage.buffer.EventList;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.DeliveryGroup;
import io.genstage.delivery.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * What it means for a stage that events carry settlements: what its handler sees of them,
 * whose children its results are, and when they are accepted.
 *
 * @param <E> the type of the events
 */
final class Settlements<E> {

	private final Handler<E> handler;

	private final boolean takesDeliveries;

	Settlements(Handler<E> handler) {
		this.handler = handler;
		this.takesDeliveries = handler.takesDeliveries();
	}

	/** Returns whether the handler sees settlements. */
	boolean areSeen() {
		return this.takesDeliveries;
	}

	@SuppressWarnings("unchecked") // a delivery stands for an event of this type
	static <E> E payloadOf(E event) {
		return (E) Delivery.payload(event);
	}

	static <E> List<E> payloads(List<E> events) {
		return together(events, EventList.payloads(events));
	}

	/** Returns what the handler is to see of events in one attempt. */
	List<E> seen(List<E> events) {
		return together(events, events.stream().map(this::seen).toList());
	}

	/** Returns what is seen of events, as a batch if they are one. */
	static <E> List<E> together(List<E> events, List<E> seen) {
		return (events instanceof Batch<?, E> batch) ? new Batch<>(batch.key(), seen, batch.closing()) : seen;
	}

	/**
	 * Returns what the handler is to see of an event in one attempt. If that is a
	 * delivery, it is a child: what is made of it in vain must not keep the event open.
	 */
	@SuppressWarnings("unchecked") // the stage says that it takes deliveries
	E seen(E event) {
		if (!this.takesDeliveries) {
			return payloadOf(event);
		}
		return (E) ((event instanceof Delivery<?> delivery) ? delivery.with(delivery.event())
				: Delivery.ofPlain(event));
	}

	/** The attempt for which the handler has seen this is over. */
	void close(E seen, boolean handled) {
		if (this.takesDeliveries && seen instanceof Delivery<?> delivery) {
			if (handled) {
				delivery.settle(Verdict.accepted());
			}
			else if (!delivery.isSettled()) {
				delivery.settleNow(Verdict.accepted());
			}
		}
	}

	static @Nullable Delivery<?> delivery(Object event) {
		return (event instanceof Delivery<?> delivery) ? delivery : null;
	}

	void accept(@Nullable Delivery<?> delivery) {
		if (delivery != null && !delivery.isHandled() && !this.handler.reportsHandled()) {
			delivery.settle(Verdict.accepted());
		}
	}

	static void addIfOpen(@Nullable Delivery<?> delivery, List<Delivery<?>> open) {
		if (delivery != null && !delivery.isHandled()) {
			open.add(delivery);
		}
	}

	/**
	 * Emits what was made of several events together, and accepts these.
	 * @param by the call that has made it, or null if nobody observes it
	 */
	@SuppressWarnings("ReferenceEquality") // there is one only that emits nothing
	void emit(Emission made, List<Delivery<?>> of, @Nullable ObservedCall by) throws Exception {
		if (of.isEmpty()) {
			made.emit((by != null) ? by::carrying : null);
		}
		else if (of.size() == 1) {
			made.emit(parent(of.get(0), by));
			accept(of.get(0));
		}
		else if (made == Emission.NONE) {
			acceptAll(of);
		}
		else {
			DeliveryGroup group = Delivery.group(of, !this.handler.reportsHandled());
			try {
				made.emit((by != null) ? (output) -> by.child(group, output) : group::with);
			}
			finally {
				group.close();
			}
		}
	}

	/**
	 * Emits what was made of all events of a call, which has handled them, and accepts
	 * these.
	 * @param carried the events as they came
	 * @param by the call that has made it, or null if nobody observes it
	 */
	@SuppressWarnings("ReferenceEquality") // there is one only that emits nothing
	void emitOfAll(Emission made, List<E> carried, @Nullable ObservedCall by) throws Exception {
		boolean accepts = !this.handler.reportsHandled();
		if (made == Emission.NONE) {
			if (accepts) {
				EventList.accept(carried);
			}
			return;
		}
		DeliveryGroup group = (accepts && by == null) ? EventList.accepting(carried) : null;
		if (group == null) {
			emit(made, open(carried), by);
			return;
		}
		try {
			made.emit(new Outputs(group));
		}
		finally {
			group.close();
		}
	}

	/** Returns the deliveries among events that are not settled. */
	List<Delivery<?>> open(List<E> carried) {
		List<Delivery<?>> open = new ArrayList<>(carried.size());
		for (E event : carried) {
			addIfOpen(delivery(event), open);
		}
		return open;
	}

	/** Returns what makes events of the results of an event, or null if they are such. */
	static @Nullable UnaryOperator<Object> parent(@Nullable Delivery<?> delivery, @Nullable ObservedCall by) {
		if (delivery == null) {
			return (by != null) ? by::carrying : null;
		}
		return (by != null) ? (output) -> by.child(delivery, output) : delivery::with;
	}

	private void acceptAll(List<Delivery<?>> deliveries) {
		if (!this.handler.reportsHandled()) {
			Delivery.settleAll(deliveries, Verdict.accepted());
		}
	}

	/**
	 * Makes the outputs of a call with several events.
	 */
	record Outputs(DeliveryGroup group) implements UnaryOperator<Object> {

		@Override
		public Object apply(Object output) {
			return this.group.with(output);
		}

		/** Makes them together, or returns null if that isn't possible. */
		<O> @Nullable EventList<O> together(List<O> outputs) {
			return EventList.ofChildren(outputs, this.group);
		}

	}

}
