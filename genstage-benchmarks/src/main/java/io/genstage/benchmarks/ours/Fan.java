package io.genstage.benchmarks.ours;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import io.genstage.CancelMode;
import io.genstage.ConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.StageContext;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import io.genstage.benchmarks.workload.DispatcherKind;
import io.genstage.dispatch.Dispatchers;
import io.genstage.dispatch.PartitionOptions;
import org.jspecify.annotations.Nullable;

/**
 * A producer and its consumers on a pool with a thread per processor. The stages stay
 * from run to run, so that a run costs what its events cost.
 */
public final class Fan implements AutoCloseable {

	private static final long PATIENCE_SECONDS = 120;

	private final ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());

	private final StageSystem system = StageSystem.builder().executor(this.pool).build();

	private final AtomicLong sum = new AtomicLong();

	private final StageRef producer;

	private final DispatcherKind dispatcher;

	private final int consumers;

	private volatile Round round = new Round(0);

	/**
	 * Starts the stages.
	 * @param dispatcher who gets an event
	 * @param consumers how many there are
	 * @param maxDemand the maximum demand of each; the minimum is half of it
	 * @param events makes an event when it is due
	 * @param handler handles an event
	 */
	public Fan(DispatcherKind dispatcher, int consumers, int maxDemand, Supplier<Long> events, Handler handler)
			throws Exception {
		this.dispatcher = dispatcher;
		this.consumers = consumers;
		this.producer = this.system.start("producer", new Producer(events, maxDemand), options());
		List<CompletableFuture<?>> subscriptions = new ArrayList<>();
		SubscribeOptions demand = SubscribeOptions.defaults().withMaxDemand(maxDemand).withCancel(CancelMode.TEMPORARY);
		for (int consumer = 0; consumer < consumers; consumer++) {
			StageRef started = this.system.start("consumer" + consumer, new Consumer(handler));
			subscriptions.add(started
				.subscribeTo(this.producer,
						(dispatcher == DispatcherKind.PARTITION) ? demand.withPartition(consumer) : demand)
				.toCompletableFuture());
		}
		CompletableFuture.allOf(subscriptions.toArray(CompletableFuture[]::new)).get();
	}

	private StageOptions options() {
		return StageOptions.defaults().withDispatcher(switch (this.dispatcher) {
			case DEMAND -> Dispatchers.demand();
			case BROADCAST -> Dispatchers.broadcast();
			case PARTITION -> Dispatchers.partition(PartitionOptions.<Long>ofNames(
					List.copyOf(IntStream.range(0, this.consumers).boxed().toList()), (event) -> partition(event)));
		});
	}

	private int partition(Long event) {
		return (int) (event % this.consumers);
	}

	/**
	 * Sends so many events and waits until all are handled.
	 * @return what the consumers have added up
	 */
	public long sum(int events) throws Exception {
		Round all = new Round((this.dispatcher == DispatcherKind.BROADCAST) ? (long) events * this.consumers : events);
		this.round = all;
		this.producer.tell(events);
		all.done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
		return this.sum.getAndSet(0);
	}

	@Override
	public void close() {
		this.system.close();
		this.pool.shutdown();
	}

	/**
	 * What is done with an event.
	 */
	public interface Handler {

		void handle(Long event);

	}

	/**
	 * Events that are awaited together.
	 */
	private static final class Round {

		private final CompletableFuture<Void> done = new CompletableFuture<>();

		private final AtomicLong left;

		Round(long deliveries) {
			this.left = new AtomicLong(deliveries);
		}

		void handled(int events) {
			if (this.left.addAndGet(-events) == 0) {
				this.done.complete(null);
			}
		}

	}

	/**
	 * Emits as many events as it is told, when there is demand; no more at once than one
	 * consumer asks for, however much demand has gathered.
	 */
	private static final class Producer implements ProducerStage<Long> {

		private static final int MORE = 0;

		private final Supplier<Long> events;

		private final int atOnce;

		private @Nullable StageContext context;

		private long demand;

		private long due;

		Producer(Supplier<Long> events, int atOnce) {
			this.events = events;
			this.atOnce = atOnce;
		}

		@Override
		public void onStart(StageContext context) {
			this.context = context;
		}

		@Override
		public List<Long> handleDemand(long demand) {
			this.demand += demand;
			return emit();
		}

		@Override
		public List<Long> onInfo(Object message) {
			this.due += (int) message;
			return emit();
		}

		private List<Long> emit() {
			int size = (int) Math.min(this.atOnce, Math.min(this.demand, this.due));
			List<Long> emitted = new ArrayList<>(size);
			for (int event = 0; event < size; event++) {
				emitted.add(this.events.get());
			}
			this.demand -= size;
			this.due -= size;
			if (size == this.atOnce && this.demand > 0 && this.due > 0) {
				Objects.requireNonNull(this.context).self().tell(MORE);
			}
			return emitted;
		}

	}

	/**
	 * Adds up the events, and tells how many it has handled.
	 */
	private final class Consumer implements ConsumerStage<Long> {

		private final Handler handler;

		Consumer(Handler handler) {
			this.handler = handler;
		}

		@Override
		public void handleEvents(List<Long> events, Subscription from) {
			long added = 0;
			for (Long event : events) {
				this.handler.handle(event);
				added += event;
			}
			Fan.this.sum.addAndGet(added);
			Fan.this.round.handled(events.size());
		}

	}

}
