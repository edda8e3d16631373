package io.genstage.dispatch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.genstage.buffer.EventBuffer;
import io.genstage.buffer.EventList;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Gives each event to the partition that it belongs to.
 * <p>
 * {@code waiting} counts the events that may still be accepted from the stage: the sum of
 * what all partitions have asked for, whoever the events then belong to. {@code pending}
 * is demand of subscribers that have gone, which satisfies later asks.
 * <p>
 * So a partition that nobody serves fills its queue while the others ask, until all they
 * have asked for is there. Where the {@linkplain Outlet#unservedSize() outlet} says so,
 * that many events give their demand back, to be asked for by whoever comes for them:
 * they are {@code paidBack}.
 *
 * @param <E> the type of the events
 */
final class PartitionDispatcher<E> implements Dispatcher<E> {

	private final Outlet<E> outlet;

	private final PartitionRouter<E> router;

	/** By their names, or what stands for them. */
	private final Map<Object, Partition<E>> partitions = new LinkedHashMap<>();

	private final List<Object> names;

	/** The same if their names are the numbers from 0, to be found without a hash. */
	private final List<Partition<E>> numbered;

	private final Map<Subscriber, Partition<E>> bySubscriber = new LinkedHashMap<>();

	/** Those that the events in hand belong to, each with its part of them. */
	private final List<Partition<E>> collecting = new ArrayList<>();

	private long waiting;

	private long pending;

	private long held;

	/** Those of the held events that wait in partitions without a subscriber. */
	private long unserved;

	/** Those of the held events that take up no demand. */
	private int paidBack;

	PartitionDispatcher(Outlet<E> outlet, PartitionOptions<E> options) {
		this.outlet = outlet;
		this.router = options.router();
		this.names = List.copyOf(options.partitions());
		for (Object name : this.names) {
			this.partitions.put(Key.comparable(name),
					new Partition<>(new EventBuffer<>(options.queueSize(), options.queueKeep())));
		}
		this.numbered = isNumbered(options) ? List.copyOf(this.partitions.values()) : List.of();
	}

	private static boolean isNumbered(PartitionOptions<?> options) {
		int number = 0;
		for (Object name : options.partitions()) {
			if (!name.equals(number++)) {
				return false;
			}
		}
		return true;
	}

	@Override
	public long subscribe(Subscriber subscriber) {
		Partition<E> partition = partitionFor(subscriber);
		if (partition.subscribers.isEmpty()) {
			this.unserved -= partition.queue.size();
			partition.abandoned = false;
		}
		partition.subscribers.add(subscriber);
		this.bySubscriber.put(subscriber, partition);
		return 0;
	}

	private Partition<E> partitionFor(Subscriber subscriber) {
		Object name = subscriber.attribute(Subscriber.PARTITION);
		if (name == null) {
			throw new SubscriptionRefusedException("no_partition",
					"%s is refused: it must name a partition, one of %s".formatted(subscriber, names()));
		}
		Partition<E> partition = this.partitions.get(Key.comparable(name));
		if (partition == null) {
			throw new SubscriptionRefusedException("unknown_partition",
					"%s is refused: there is no partition %s".formatted(subscriber, insteadOf(name)));
		}
		return partition;
	}

	@Override
	public long ask(Subscriber subscriber, long demand) {
		Partition<E> partition = partitionOf(subscriber);
		partition.subscribers.ask(subscriber, demand);
		// What was paid back has been asked for again by the others.
		long wanted = demand - deliverQueued(partition);
		// Only demand that can still lead to events is worth reusing.
		long reused = Math.min(wanted, Math.min(this.pending, this.waiting));
		this.pending -= reused;
		this.waiting = Demand.add(this.waiting, wanted - reused);
		return wanted - reused;
	}

	@Override
	public long cancel(Subscriber subscriber) {
		Partition<E> partition = partitionOf(subscriber);
		this.bySubscriber.remove(subscriber);
		this.pending = Demand.add(this.pending, partition.subscribers.remove(subscriber));
		if (partition.subscribers.isEmpty()) {
			this.unserved += partition.queue.size();
			settleUnserved(partition);
		}
		return 0;
	}

	@Override
	public void abandon(Collection<?> partitions) {
		for (Object name : partitions) {
			Partition<E> partition = this.partitions.get(Key.comparable(name));
			if (partition != null && partition.subscribers.isEmpty()) {
				partition.abandoned = true;
				settleUnserved(partition);
			}
		}
	}

	@Override
	public long unclaimed() {
		return Math.min(this.pending, this.waiting);
	}

	@Override
	public void withdraw(long demand) {
		this.pending -= demand;
		this.waiting -= demand;
	}

	@Override
	public List<E> dispatch(List<E> events) {
		int expected = events.size() / this.partitions.size();
		// Apart, so that plain events pay nothing for the others: this loop is their
		// cost.
		boolean inRow = EventList.rowOf(events) != null;
		int taken = inRow ? collectOfRow(events, expected) : 0;
		while (!inRow && taken < events.size() && this.waiting > 0) {
			E event = events.get(taken++);
			PartitionRouter.Routed<E> target = route(event);
			Partition<E> partition = (target != null) ? find(target, event) : null;
			// An event that belongs nowhere leaves its demand to the next one.
			if (target != null && partition != null) {
				this.waiting--;
				collect(partition, target.event(), expected);
			}
		}
		this.collecting.forEach((partition) -> deliver(partition, partition.takePart(events)));
		this.collecting.clear();
		return events.subList(taken, events.size());
	}

	/**
	 * Collects deliveries that are together, and stay so if their events are sent as they
	 * are: none of them is made only to look at its event.
	 * @return how many have their demand, or need none
	 */
	@SuppressWarnings("ReferenceEquality") // what is equal goes in its place
	private int collectOfRow(List<E> events, int expected) {
		List<E> each = EventList.payloads(events);
		int taken = 0;
		while (taken < events.size() && this.waiting > 0) {
			int index = taken++;
			E event = each.get(index);
			PartitionRouter.Routed<E> target = routeOfRow(event, events, index);
			Partition<E> partition = (target != null) ? findOfRow(target, events, index) : null;
			if (target == null || partition == null) {
				continue;
			}
			this.waiting--;
			boolean first = (target.event() == event) ? partition.pick(events, index, expected)
					: partition.collect(events, target.event(), expected);
			if (first) {
				this.collecting.add(partition);
			}
		}
		return taken;
	}

	/** Routes an event, and from its delivery on if it isn't sent as it is. */
	@SuppressWarnings("ReferenceEquality")
	private PartitionRouter.@Nullable Routed<E> routeOfRow(E event, List<E> events, int index) {
		try {
			PartitionRouter.Routed<E> target = this.router.route(event);
			if (target != null && target.event() == event) {
				return target;
			}
			E delivery = events.get(index);
			PartitionRouter.Routed<E> carried = carried(target, (Delivery<?>) delivery);
			if (carried != null && carried.event() == null) {
				discardEmpty(delivery);
				return null;
			}
			return carried;
		}
		catch (Throwable ex) {
			discardUnrouted(events.get(index), ex);
			return null;
		}
	}

	private @Nullable Partition<E> findOfRow(PartitionRouter.Routed<E> target, List<E> events, int index) {
		return (target.partition() instanceof Integer number && number >= 0 && number < this.numbered.size())
				? this.numbered.get(number) : find(target, events.get(index));
	}

	/** Returns where an event belongs, or null if that is nowhere or not known. */
	private PartitionRouter.@Nullable Routed<E> route(E event) {
		try {
			PartitionRouter.Routed<E> target = (event instanceof Delivery<?> delivery) ? route(delivery)
					: this.router.route(event);
			if (target != null && target.event() == null) {
				discardEmpty(event);
				return null;
			}
			return target;
		}
		catch (Throwable ex) {
			discardUnrouted(event, ex);
			return null;
		}
	}

	private void discardEmpty(E event) {
		this.outlet.discard(List.of(event),
				"the router answered null in place of an event of %s".formatted(type(event)), null);
	}

	private void discardUnrouted(E event, Throwable cause) {
		this.outlet.discard(List.of(event), "the router failed for an event of %s".formatted(type(event)), cause);
	}

	@SuppressWarnings("unchecked") // a delivery stands for an event of this type
	private PartitionRouter.@Nullable Routed<E> route(Delivery<?> delivery) {
		return carried(this.router.route((E) delivery.event()), delivery);
	}

	/**
	 * Returns where a delivery goes, which is accepted if the router filters its event
	 * out.
	 */
	@SuppressWarnings({ "unchecked", "ReferenceEquality" }) // a delivery stands for an
															// event of this type
	private PartitionRouter.@Nullable Routed<E> carried(PartitionRouter.@Nullable Routed<E> target,
			Delivery<?> delivery) {
		if (target == null) {
			delivery.settle(Verdict.accepted());
			return null;
		}
		if (target.event() == null) {
			return target;
		}
		if (target.event() == delivery.event()) {
			return new PartitionRouter.Routed<>(target.partition(), (E) delivery);
		}
		E other = (E) delivery.with(target.event());
		delivery.settle(Verdict.accepted());
		return new PartitionRouter.Routed<>(target.partition(), other);
	}

	private @Nullable Partition<E> find(PartitionRouter.Routed<E> target, E event) {
		Object name = target.partition();
		if (name instanceof Integer number && number >= 0 && number < this.numbered.size()) {
			return this.numbered.get(number);
		}
		try {
			Partition<E> partition = this.partitions.get(Key.comparable(name));
			if (partition == null) {
				this.outlet.discard(List.of(lost(target, event)),
						"the router answered a %s for an event of %s, which names none of the partitions %s (%s)"
							.formatted(type(name), type(target.event()), names(), type(this.names.get(0))),
						null);
			}
			return partition;
		}
		catch (Throwable ex) {
			this.outlet.discard(List.of(lost(target, event)),
					"the router answered a %s for an event of %s, which can't be compared".formatted(type(name),
							type(target.event())),
					ex);
			return null;
		}
	}

	/** Returns what has no partition: it is what the source of a delivery waits for. */
	private static <E> E lost(PartitionRouter.Routed<E> target, E event) {
		return (target.event() instanceof Delivery<?>) ? target.event() : event;
	}

	private static String type(Object value) {
		return Delivery.payload(value).getClass().getName();
	}

	private void collect(Partition<E> partition, E event, int expected) {
		if (partition.collect(event, expected)) {
			this.collecting.add(partition);
		}
	}

	private void deliver(Partition<E> partition, List<E> events) {
		int sent = partition.queue.isEmpty() ? partition.subscribers.serve(events, this.outlet) : 0;
		if (sent < events.size()) {
			int before = partition.queue.size();
			List<E> dropped = partition.queue.store(events.subList(sent, events.size()));
			int added = partition.queue.size() - before;
			this.held += added;
			if (!dropped.isEmpty()) {
				this.waiting = Demand.add(this.waiting, dropped.size() - takePaidBack(partition, dropped.size()));
				this.outlet.discard(dropped);
			}
			if (partition.subscribers.isEmpty()) {
				this.unserved += added;
				settleUnserved(partition);
			}
		}
	}

	/** Returns how many of the delivered events took up no demand. */
	private int deliverQueued(Partition<E> partition) {
		int paidBack = 0;
		while (!partition.queue.isEmpty() && partition.subscribers.demand() > 0) {
			List<E> taken = partition.queue.take(partition.subscribers.demand());
			partition.subscribers.serve(taken, this.outlet);
			this.held -= taken.size();
			paidBack += takePaidBack(partition, taken.size());
			partition.queue.runPassedActions();
		}
		return paidBack;
	}

	/** Notes that events have left a queue: first those that take up no demand. */
	private int takePaidBack(Partition<E> partition, int left) {
		int paidBack = Math.min(left, partition.paidBack);
		partition.paidBack -= paidBack;
		this.paidBack -= paidBack;
		return paidBack;
	}

	/** Sees to it that the events of a partition without a subscriber hold up nobody. */
	private void settleUnserved(Partition<E> partition) {
		if (partition.abandoned) {
			discardOldest(partition, partition.queue.size(), "they belong to partitions that nobody is going to serve");
			return;
		}
		int paid = Math.min(partition.queue.size() - partition.paidBack,
				Math.max(this.outlet.unservedSize() - this.paidBack, 0));
		partition.paidBack += paid;
		this.paidBack += paid;
		this.waiting = Demand.add(this.waiting, paid);
		int excess = partition.queue.size() - partition.paidBack;
		if (excess > 0 && this.outlet.unservedRule() == Unserved.DISCARD) {
			discardOldest(partition, excess, "they belong to partitions that nobody serves");
		}
	}

	private void discardOldest(Partition<E> partition, int count, String reason) {
		int paidBack = Math.max(count - (partition.queue.size() - partition.paidBack), 0);
		EventList.Builder<E> oldest = new EventList.Builder<>(count);
		while (oldest.size() < count) {
			partition.queue.take(count - oldest.size()).forEach(oldest::add);
			partition.queue.runPassedActions();
		}
		this.held -= count;
		this.unserved -= count;
		this.waiting = Demand.add(this.waiting, count - takePaidBack(partition, paidBack));
		if (count > 0) {
			this.outlet.discard(oldest.build(), reason, null);
		}
	}

	@Override
	public boolean picksEvents() {
		return true;
	}

	@Override
	public long openDemand() {
		return this.waiting;
	}

	@Override
	public long held() {
		return this.held;
	}

	@Override
	public List<E> takeHeld() {
		List<E> taken = new ArrayList<>();
		this.partitions.values().forEach((partition) -> taken.addAll(partition.queue.takeAll()));
		return taken;
	}

	@Override
	public long unserved() {
		return this.unserved;
	}

	@Override
	public void afterHeld(Runnable action) {
		List<EventBuffer<E>> queues = this.partitions.values()
			.stream()
			.map((partition) -> partition.queue)
			.filter((queue) -> !queue.isEmpty())
			.toList();
		if (queues.isEmpty()) {
			action.run();
			return;
		}
		Runnable counted = new Countdown(queues.size(), action);
		queues.forEach((queue) -> queue.afterStored(counted));
	}

	private Partition<E> partitionOf(Subscriber subscriber) {
		Partition<E> partition = this.bySubscriber.get(subscriber);
		if (partition == null) {
			throw new IllegalArgumentException("%s is not subscribed".formatted(subscriber));
		}
		return partition;
	}

	/**
	 * Says what would have been right, with the types if the unknown name looks like one
	 * that exists.
	 */
	private String insteadOf(Object unknown) {
		return this.names.stream()
			.filter((name) -> name.toString().equals(unknown.toString()))
			.findFirst()
			.map((twin) -> "'%s' (%s), expected one of %s (%s)".formatted(unknown, unknown.getClass().getSimpleName(),
					names(), twin.getClass().getSimpleName()))
			.orElseGet(() -> "'%s', expected one of %s".formatted(unknown, names()));
	}

	private String names() {
		int shown = 20;
		int size = this.names.size();
		String first = Arrays.deepToString(this.names.stream().limit(shown).toArray());
		return (size <= shown) ? first : "%s and %d more".formatted(first, size - shown);
	}

	/**
	 * A partition: who shares its events, and the events that they can't take yet.
	 */
	private static final class Partition<E> {

		private static final int[] NONE = {};

		private final ServingOrder subscribers = new ServingOrder();

		private final EventBuffer<E> queue;

		/** How many events of the queue take up no demand. */
		private int paidBack;

		/** Whether nobody is going to subscribe to it. */
		private boolean abandoned;

		/** Its part of the events of the dispatch in hand, or null if it has none. */
		private EventList.@Nullable Builder<E> part;

		/**
		 * In the place of a part the indexes of those of a row, as long as nothing else
		 * is among them.
		 */
		private int[] picked = NONE;

		private int picks;

		Partition(EventBuffer<E> queue) {
			this.queue = queue;
		}

		/** Adds an event of the dispatch in hand and returns whether it is the first. */
		boolean collect(E event, int expected) {
			EventList.Builder<E> part = this.part;
			if (part != null) {
				part.add(event);
				return false;
			}
			part = newPart(expected);
			part.add(event);
			return true;
		}

		private EventList.Builder<E> newPart(int expected) {
			// A quarter more than an equal share, so that it seldom has to grow.
			EventList.Builder<E> part = new EventList.Builder<>(roomFor(expected));
			this.part = part;
			return part;
		}

		private static int roomFor(int expected) {
			return expected + expected / 4 + 1;
		}

		/**
		 * Adds one of the dispatched events that are in a row, as it is.
		 * @return whether it is the first
		 */
		boolean pick(List<E> dispatched, int index, int expected) {
			if (this.part != null) {
				this.part.add(dispatched.get(index));
				return false;
			}
			if (this.picks == this.picked.length) {
				this.picked = Arrays.copyOf(this.picked, Math.max(roomFor(expected), 2 * this.picks));
			}
			this.picked[this.picks++] = index;
			return this.picks == 1;
		}

		/**
		 * Adds another event than one of a row, so that those of the row go one by one.
		 * @return whether it is the first
		 */
		boolean collect(List<E> dispatched, E event, int expected) {
			boolean first = this.part == null && this.picks == 0;
			EventList.Builder<E> part = (this.part != null) ? this.part : newPart(expected);
			for (int pick = 0; pick < this.picks; pick++) {
				part.add(dispatched.get(this.picked[pick]));
			}
			this.picks = 0;
			part.add(event);
			return first;
		}

		List<E> takePart(List<E> dispatched) {
			if (this.part == null) {
				int size = this.picks;
				this.picks = 0;
				return EventList.picked(dispatched, this.picked, size);
			}
			List<E> events = Objects.requireNonNull(this.part).build();
			this.part = null;
			return events;
		}

	}

	/**
	 * Runs an action when it has been run so often itself.
	 */
	private static final class Countdown implements Runnable {

		private final Runnable action;

		private int remaining;

		Countdown(int remaining, Runnable action) {
			this.remaining = remaining;
			this.action = action;
		}

		@Override
		public void run() {
			if (--this.remaining == 0) {
				this.action.run();
			}
		}

	}

}
