package io.genstage.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

import io.genstage.SubscribeOptions;
import io.genstage.dispatch.Dispatchers;
import io.genstage.dispatch.Outlet;
import io.genstage.dispatch.PartitionOptions;
import io.genstage.dispatch.PartitionRouter;
import io.genstage.dispatch.Subscriber;
import org.jspecify.annotations.Nullable;

/**
 * A watched partition dispatcher: each event goes to one subscription of its partition,
 * or waits for one in the queue of the partition.
 */
final class WatchedPartitions extends WatchedDispatcher {

	private final PartitionOptions<SimulatedEvent> options;

	/** Accepted and not sent, by partition. */
	private final Map<Object, Deque<SimulatedEvent>> queues = new LinkedHashMap<>();

	/** How many events may still be accepted, for whatever partition. */
	private long waiting;

	/** Demand passed on for subscriptions that have ended. */
	private long leftBehind;

	private int unwanted;

	/** Dropped, as the dispatcher has told. */
	private final Set<SimulatedEvent> toldDropped = new HashSet<>();

	private final List<SimulatedEvent> dropped = new ArrayList<>();

	/** Lost by themselves in this dispatch, since the router fails. */
	private int failing;

	private int toldFailing;

	WatchedPartitions(SimulatedEmitter emitter, Outlet<SimulatedEvent> outlet,
			PartitionOptions<SimulatedEvent> options) {
		super(emitter, outlet, Dispatchers.partition(options.withRouter((event) -> {
			emitter.failOnceIfWanted(Callback.ROUTE);
			return options.router().route(event);
		})));
		this.options = options;
		options.partitions().forEach((name) -> this.queues.put(name, new ArrayDeque<>()));
	}

	@Override
	List<SubscribeOptions> coverAll(SubscribeOptions options) {
		return this.queues.keySet().stream().map(options::withPartition).toList();
	}

	@Override
	SubscribeOptions vary(SubscribeOptions options, Random random) {
		List<Object> names = new ArrayList<>(this.queues.keySet());
		boolean exists = random.nextInt(20) > 0;
		return options.withPartition(exists ? names.get(random.nextInt(names.size())) : "nowhere");
	}

	@Override
	boolean isWelcome(Edge newcomer) {
		return this.queues.containsKey(partitionOf(newcomer));
	}

	private static Object partitionOf(Edge edge) {
		return Objects.requireNonNull(edge.options().attributes().get(Subscriber.PARTITION));
	}

	@Override
	long netOfAsk(long demand) {
		long reused = Math.min(demand, Math.min(this.leftBehind, this.waiting));
		this.leftBehind -= reused;
		this.waiting += demand - reused;
		return demand - reused;
	}

	@Override
	long netOfCancel(Edge left) {
		this.leftBehind += left.open();
		return 0;
	}

	@Override
	long expectedOpenDemand() {
		return this.waiting;
	}

	@Override
	int expectTaken(List<SimulatedEvent> events) {
		int taken = 0;
		this.unwanted = 0;
		// The router fails for the first event that it is asked about.
		this.failing = (this.waiting > 0 && emitter().isToFail(Callback.ROUTE)) ? 1 : 0;
		taken += this.failing;
		while (taken < events.size() && this.waiting > 0) {
			PartitionRouter.Routed<SimulatedEvent> target = this.options.router().route(events.get(taken++));
			if (target == null) {
				this.unwanted++;
			}
			else {
				this.waiting--;
				queue(target.partition()).add(target.event());
			}
		}
		return taken;
	}

	@Override
	List<SimulatedEvent> expectSend(Edge edge, int events) {
		Deque<SimulatedEvent> queue = queue(partitionOf(edge));
		settle(events);
		List<SimulatedEvent> next = new ArrayList<>();
		while (next.size() < events && !queue.isEmpty()) {
			next.add(queue.remove());
		}
		return next;
	}

	@Override
	void dispatched(int taken, int leftover) {
		settle(this.unwanted);
		List<SimulatedEvent> excess = new ArrayList<>();
		for (Deque<SimulatedEvent> queue : this.queues.values()) {
			excess.addAll(Outbox.dropExcess(queue, this.options.queueSize(), this.options.queueKeep()));
		}
		expectEqual(this.toldFailing, this.failing, "an event that the router fails for");
		this.toldFailing = 0;
		this.dropped.addAll(excess);
		this.waiting += excess.size();
		violations().unless(this.toldDropped.equals(Set.copyOf(excess)),
				() -> "%s: a loss of %s instead of %s".formatted(emitter(), this.toldDropped, excess));
		this.toldDropped.clear();
	}

	@Override
	public void discard(List<SimulatedEvent> events) {
		this.toldDropped.addAll(events);
		super.discard(events);
	}

	@Override
	public void discard(List<SimulatedEvent> events, String reason, @Nullable Throwable cause) {
		this.toldFailing += events.size();
		emitter().countDropped(events.size());
		super.discard(events, reason, cause);
	}

	@Override
	List<SimulatedEvent> takeDropped() {
		List<SimulatedEvent> taken = List.copyOf(this.dropped);
		this.dropped.clear();
		return taken;
	}

	@Override
	void checkStep() {
		super.checkStep();
		int expectedHeld = 0;
		for (Deque<SimulatedEvent> queue : this.queues.values()) {
			expectedHeld += queue.size();
		}
		expectEqual(held(), expectedHeld, "a held number");
		for (Edge edge : edges()) {
			violations().unless(edge.open() == 0 || queue(partitionOf(edge)).isEmpty(),
					() -> "%s waits for %d events, and %s wait for it".formatted(edge.subscription(), edge.open(),
							queue(partitionOf(edge))));
		}
	}

	@Override
	boolean keepsAnyOfFirst(long events) {
		return this.queues.values().stream().flatMap(Deque::stream).anyMatch((event) -> event.number() < events);
	}

	private Deque<SimulatedEvent> queue(Object name) {
		return Objects.requireNonNull(this.queues.get(name));
	}

}
