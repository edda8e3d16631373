package io.genstage.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.genstage.CancelMode;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import io.genstage.SubscriptionCounts;
import io.genstage.SubscriptionStatus;
import io.genstage.dispatch.Subscriber;
import org.jspecify.annotations.Nullable;

/**
 * All subscriptions of the instances of one stage to those of another. Used under the
 * pipeline's lock.
 */
final class Edge {

	private final EdgeDefinition definition;

	private final ManagedStage producer;

	private final ManagedStage consumer;

	private final PipelineLock lock;

	private final Consumer<InstanceRun> disconnected;

	private final List<Connection> connections = new ArrayList<>();

	/** Null if the events of the producer wait for nobody. */
	private final @Nullable Seating seating;

	private @Nullable SubscribeOptions tuned;

	/** What has gone by subscriptions that are let go of. */
	private SubscriptionCounts before = SubscriptionCounts.NONE;

	private long missedBefore;

	/**
	 * Creates an edge without subscriptions.
	 * @param disconnected gets, under the lock, the consumer that has lost a subscription
	 */
	Edge(EdgeDefinition definition, ManagedStage producer, ManagedStage consumer, PipelineLock lock,
			Consumer<InstanceRun> disconnected) {
		this.definition = definition;
		this.producer = producer;
		this.consumer = consumer;
		this.lock = lock;
		this.disconnected = disconnected;
		this.seating = producer.definition().waitsForAll() ? new Seating(this, this::hasLeft) : null;
	}

	ManagedStage producer() {
		return this.producer;
	}

	SubscribeOptions options() {
		return optionsFor(this.consumer.concurrency());
	}

	/** Returns what would apply if the consumer had so many instances. */
	SubscribeOptions optionsFor(int concurrency) {
		return (this.tuned != null) ? this.tuned : this.definition.optionsFor(concurrency);
	}

	/** Returns these limits for this edge, or fails if they are impossible. */
	SubscribeOptions optionsWith(int maxDemand, int minDemand) {
		return options().withMaxDemand(maxDemand).withMinDemand(minDemand);
	}

	/**
	 * Changes the demand of subscriptions of now and later.
	 * @param options the new demand, or null for what was configured
	 * @return complete when the open subscriptions have changed, also those that are
	 * being opened
	 */
	CompletionStage<Void> tune(@Nullable SubscribeOptions options) {
		this.tuned = options;
		return CompletableFuture.allOf(this.connections.stream()
			.filter(Connection::isOpen)
			.map((connection) -> connection.subscription().map(this::tune).orElseGet(connection::whenSettled))
			.map(CompletionStage::toCompletableFuture)
			.toArray(CompletableFuture[]::new));
	}

	private CompletionStage<@Nullable Void> tune(Subscription subscription) {
		SubscribeOptions wanted = options();
		SubscribeOptions applied = subscription.options();
		// Whoever configures to ask by hand has no limits; a stage that asks itself does.
		if (wanted.manual()
				|| (applied.maxDemand() == wanted.maxDemand() && applied.minDemand() == wanted.minDemand())) {
			return CompletableFuture.completedStage(null);
		}
		return subscription.retune(wanted.maxDemand(), wanted.minDemand());
	}

	/**
	 * Adapts to another number of instances: takes partitions from those who are not to
	 * have them any more, and changes the demand if it depends on the number.
	 */
	CompletionStage<Void> rebalance() {
		Map<Object, Instance> owners = slots();
		for (Connection connection : this.connections) {
			Instance owner = owners.get(connection.slot());
			if (owner != null && owner != connection.consumer().instance()) {
				connection.cancel();
			}
		}
		return tune(this.tuned);
	}

	/** Returns the partitions that a consumer of this edge serves or is going to. */
	List<Object> servedPartitions() {
		if (!this.definition.namesPartition()) {
			return slots().entrySet()
				.stream()
				.filter((slot) -> serves(slot.getValue()))
				.map(Map.Entry::getKey)
				.toList();
		}
		return this.consumer.instances()
			.stream()
			.filter(Edge::serves)
			.flatMap((instance) -> Stream.ofNullable(options().attributes().get(Subscriber.PARTITION)))
			.limit(1)
			.toList();
	}

	private static boolean serves(Instance instance) {
		return instance.isAlive() && !instance.isStopping();
	}

	/** Ends all subscriptions of a run. */
	void disconnect(InstanceRun run) {
		this.connections.stream().filter((connection) -> connection.consumer() == run).forEach(Connection::cancel);
	}

	/**
	 * Lets the producers know whom to wait for.
	 * @param draining whether nobody is started any more
	 */
	void arrangeSeats(boolean draining) {
		if (this.seating != null) {
			boolean leaves = this.consumer.isLeaving();
			// A producer that stays has nothing to wait for, one that leaves too still
			// has.
			this.seating.arrange(this.producer.runs(),
					(leaves && !this.producer.isLeaving()) ? List.of() : this.consumer.instances(), draining || leaves);
		}
	}

	/** Returns whether a running consumer has ended its subscription by itself. */
	private boolean hasLeft(InstanceRun source, Instance taker) {
		return this.connections.stream()
			.anyMatch((connection) -> connection.occupies(source, taker) && connection.isLeft());
	}

	/**
	 * Opens the subscriptions that are missing.
	 * @return one for each, complete when it is open or can't be
	 */
	List<CompletableFuture<?>> connect() {
		List<CompletableFuture<?>> opened = new ArrayList<>();
		for (InstanceRun source : this.producer.runs()) {
			slots().forEach((slot, taker) -> {
				InstanceRun target = taker.run();
				if (target != null && !taker.isStopping() && !isOccupied(source, slot)) {
					opened.add(open(source, target, slot));
				}
			});
		}
		return opened;
	}

	/**
	 * Says who is to have the events of what: each instance of the consumer has its
	 * share, or each partition belongs to one instance.
	 */
	private Map<Object, Instance> slots() {
		List<Instance> takers = this.consumer.instances();
		List<Object> partitions = partitions();
		Map<Object, Instance> slots = new LinkedHashMap<>();
		if (partitions.isEmpty()) {
			takers.forEach((taker) -> slots.put(taker, taker));
		}
		for (int i = 0; i < partitions.size(); i++) {
			slots.put(partitions.get(i), takers.get(i % takers.size()));
		}
		return slots;
	}

	private List<Object> partitions() {
		return this.definition.namesPartition() ? List.of() : this.producer.definition().partitions();
	}

	private boolean isOccupied(InstanceRun source, Object slot) {
		return this.connections.stream().anyMatch((connection) -> connection.occupies(source, slot));
	}

	private CompletableFuture<?> open(InstanceRun source, InstanceRun target, Object slot) {
		Connection connection = new Connection(source, target, slot);
		this.connections.add(connection);
		target.connected();
		SubscribeOptions options = options().withCancel(CancelMode.TEMPORARY).withPlace(target.instance().place(this));
		if (!(slot instanceof Instance)) {
			options = options.withPartition(slot);
		}
		return target.ref()
			.subscribeTo(source.ref(), options)
			.handle((subscription, failure) -> this.lock.change(() -> establish(connection, subscription)))
			// What is emitted from now on is for the new consumer, too.
			.thenCompose((established) -> source.ref().reached())
			.toCompletableFuture();
	}

	private @Nullable Void establish(Connection connection, @Nullable Subscription subscription) {
		if (subscription == null) {
			this.connections.remove(connection);
			end(connection);
			connection.settle();
		}
		else {
			connection.establish(subscription);
			CompletionStage<@Nullable Void> unused = tune(subscription)
				.whenComplete((done, failure) -> connection.settle());
			subscription.whenEnded().thenRun(() -> this.lock.run(() -> end(connection)));
		}
		return null;
	}

	private void end(Connection connection) {
		connection.end();
		connection.consumer().disconnected();
		tidy();
		this.disconnected.accept(connection.consumer());
	}

	/** Lets go of subscriptions whose numbers change no more. */
	void tidy() {
		for (Connection connection : List.copyOf(this.connections)) {
			if (connection.isSettled()) {
				this.connections.remove(connection);
				connection.status().ifPresent((status) -> this.before = this.before.plus(status.counts()));
			}
		}
	}

	EdgeStatus status() {
		SubscriptionCounts counts = this.connections.stream()
			.flatMap((connection) -> connection.status().stream())
			.map(SubscriptionStatus::counts)
			.reduce(this.before, SubscriptionCounts::plus);
		List<SubscriptionStatus> open = this.connections.stream()
			.filter(Connection::isOpen)
			.flatMap((connection) -> connection.status().stream())
			.toList();
		return new EdgeStatus(this.producer.name(), this.consumer.name(), options(), counts, missed(), open);
	}

	private long missed() {
		return this.missedBefore
				+ this.consumer.everyInstance().stream().mapToLong((instance) -> instance.place(this).missed()).sum();
	}

	/** Keeps the numbers of an instance that is let go of. */
	void keepMissed(Instance instance) {
		this.missedBefore += instance.place(this).missed();
	}

}
