package io.genstage.batch;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

import io.genstage.Alarm;
import io.genstage.Cancellation;
import io.genstage.ExitReason;
import io.genstage.StageContext;
import io.genstage.Subscription;
import io.genstage.demand.DemandAccount;
import org.jspecify.annotations.Nullable;

/**
 * One run of a batching stage: collects what it gets, has closed batches handled, and
 * asks for as many events as were finished.
 * <p>
 * Each batch is handled in a turn of its own, behind the callback that closed it. So a
 * handler that fails loses no events that the engine has in hand, and what is held can be
 * counted to the last event.
 *
 * @param <K> the type of the keys
 * @param <E> the type of the events that come
 * @param <T> the type of the events in batches
 * @param <O> the type of the events to emit
 */
final class Batcher<K, E, T, O> {

	private final StageContext context;

	private final LiveBatchOptions settings;

	private final Function<? super E, ? extends K> keys;

	private final BiFunction<? super E, ? super Subscription, ? extends T> arrival;

	private final BatchTarget<K, T, O> target;

	private final Collector<K, T> collector;

	private final Map<Subscription, DemandAccount> accounts = new LinkedHashMap<>();

	/** Also those that have ended and whose events are not finished. */
	private final IdentityHashMap<DemandAccount, Subscription> sources = new IdentityHashMap<>();

	private final Alarm alarm;

	private boolean turnTold;

	private boolean draining;

	private boolean drained;

	/** Read by any thread. */
	private volatile long backlog;

	Batcher(StageContext context, LiveBatchOptions settings, Function<? super E, ? extends K> keys,
			BiFunction<? super E, ? super Subscription, ? extends T> arrival, BatchTarget<K, T, O> target) {
		this.context = context;
		this.settings = settings;
		this.keys = keys;
		this.arrival = arrival;
		this.target = target;
		this.alarm = new Alarm(context);
		settings.started(context.self());
		this.collector = new Collector<>(settings.options());
	}

	long backlog() {
		return this.backlog;
	}

	void subscribe(Subscription subscription) {
		this.settings.check(subscription);
		DemandAccount account = new DemandAccount(subscription.options().maxDemand());
		this.accounts.put(subscription, account);
		this.sources.put(account, subscription);
		limitSize();
		settle();
	}

	/** Follows a change of the demand of a subscription. */
	void retune(Subscription subscription) {
		account(subscription).retune(maxDemand(subscription));
		limitSize();
		settle();
	}

	/** Never less than a batch, or none would ever be full. */
	private int maxDemand(Subscription subscription) {
		return Math.max(subscription.options().maxDemand(), this.settings.options().size());
	}

	private void limitSize() {
		this.settings
			.limitTo(this.accounts.keySet().stream().mapToInt(this::maxDemand).min().orElse(Integer.MAX_VALUE));
	}

	void collect(List<E> events, Subscription from) {
		List<T> arrived = events.stream().<T>map((event) -> this.arrival.apply(event, from)).toList();
		DemandAccount account = account(from);
		account.arrive(events.size());
		long now = this.context.nanoTime();
		Unsorted unsorted = new Unsorted();
		for (int i = 0; i < events.size(); i++) {
			OpenBatch<K, T> batch = batchFor(events.get(i), now, unsorted);
			if (batch != null) {
				this.collector.add(batch, arrived.get(i), account);
			}
		}
		account.finish(unsorted.events);
		this.context.discard(from, unsorted.events, unsorted.reason, unsorted.cause);
		settle();
	}

	/** Returns the batch of an event, or null if its key can't be found out or used. */
	private @Nullable OpenBatch<K, T> batchFor(E event, long now, Unsorted unsorted) {
		try {
			K key = this.keys.apply(event);
			if (key != null) {
				return this.collector.batchFor(key, now);
			}
			unsorted.add("the key of an event of %s is null", event, null);
		}
		catch (Throwable ex) {
			unsorted.add("the key of an event of %s can't be used", event, ex);
		}
		return null;
	}

	private DemandAccount account(Subscription subscription) {
		DemandAccount account = this.accounts.get(subscription);
		if (account == null) {
			throw new IllegalStateException("%s is not known".formatted(subscription));
		}
		return account;
	}

	/**
	 * Takes a message of this stage to itself.
	 * @return the events to emit, or null if the message is somebody else's
	 */
	@Nullable List<O> hear(Object message) throws Exception {
		List<O> emitted = List.of();
		if (this.alarm.isRungBy(message)) {
			this.collector.closeExpired(this.context.nanoTime());
		}
		else if (this.settings.isChangedBy(message)) {
			change();
		}
		else if (message == Turn.NEXT) {
			this.turnTold = false;
			emitted = handleNext();
		}
		else {
			return null;
		}
		settle();
		return followed(emitted, this::end);
	}

	private void change() {
		this.accounts.forEach((subscription, account) -> account.retune(maxDemand(subscription)));
		limitSize();
		this.collector.change(this.settings.options());
		this.collector.closeExpired(this.context.nanoTime());
	}

	/**
	 * Notes the end of a subscription. If the stage is going to stop for it in good
	 * order, everything is handled now.
	 * @return the events to emit
	 */
	List<O> unsubscribe(Subscription subscription, Cancellation cancellation) throws Exception {
		DemandAccount account = this.accounts.remove(subscription);
		if (account != null && account.unfinished() == 0) {
			this.sources.remove(account);
		}
		limitSize();
		ExitReason reason = cancellation.reason();
		List<O> emitted = List.of();
		if (reason.isClean() && subscription.options().cancel().stopsFor(reason)) {
			emitted = finish();
		}
		else {
			if (this.accounts.isEmpty()) {
				this.collector.closeAll();
			}
			settle();
		}
		return followed(emitted, () -> this.target.leave(subscription, cancellation));
	}

	/** Handles open batches as they are; others may come. */
	void flush() {
		this.collector.closeAll();
		settle();
	}

	List<O> drain() throws Exception {
		this.draining = true;
		settle();
		return end();
	}

	/** Lets what is behind come to its end once all batches are handled. */
	private List<O> end() throws Exception {
		if (!this.draining || this.drained || this.collector.hasClosed()) {
			return List.of();
		}
		this.drained = true;
		return this.target.drain(this.context);
	}

	/** Adds the events that another step leads to, which is not made after a failure. */
	private List<O> followed(List<O> emitted, Callable<List<O>> step) throws Exception {
		if (this.context.hasFailed()) {
			return emitted;
		}
		try {
			List<O> more = step.call();
			return emitted.isEmpty() ? more : Stream.concat(emitted.stream(), more.stream()).toList();
		}
		catch (Exception ex) {
			return failed(emitted, ex);
		}
	}

	/** Fails, but for the events that are made already. */
	private List<O> failed(List<O> emitted, Exception failure) throws Exception {
		if (emitted.isEmpty()) {
			throw failure;
		}
		this.context.fail(failure);
		return emitted;
	}

	/** Handles everything at once, and returns the events to emit. */
	List<O> finish() throws Exception {
		this.collector.closeAll();
		List<O> emitted = new ArrayList<>();
		try {
			while (this.collector.hasClosed() && !this.context.hasFailed()) {
				emitted.addAll(handleNext());
			}
		}
		catch (Exception ex) {
			return failed(emitted, ex);
		}
		return emitted;
	}

	private List<O> handleNext() throws Exception {
		ClosedBatch<K, T> next = this.collector.nextClosed();
		if (next == null) {
			return List.of();
		}
		List<O> emitted = handle(next.batch());
		this.collector.finishNext();
		if (!this.context.hasFailed()) {
			report(next.accounts());
		}
		this.backlog = this.collector.held();
		return emitted;
	}

	private List<O> handle(Batch<K, T> batch) throws Exception {
		try {
			return List.copyOf(this.target.handle(batch));
		}
		finally {
			this.context.clearInterrupt();
		}
	}

	/** Counts the events of a batch as handled, each for the subscription it came by. */
	private void report(List<DemandAccount> accounts) {
		IdentityHashMap<DemandAccount, Integer> handled = new IdentityHashMap<>();
		accounts.forEach((account) -> handled.merge(account, 1, Integer::sum));
		handled.forEach((account, events) -> {
			Subscription source = Objects.requireNonNull(this.sources.get(account));
			this.context.handled(source, events);
			if (account.unfinished() == 0 && !this.accounts.containsKey(source)) {
				this.sources.remove(account);
			}
		});
	}

	/** Does what has become possible by the step that was just made. */
	private void settle() {
		if (this.draining) {
			this.collector.closeAll();
		}
		else {
			this.accounts.forEach((subscription, account) -> subscription.ask(account.askForRoom()));
			closeIfExhausted();
		}
		this.backlog = this.collector.held();
		if (this.collector.hasOpen()) {
			this.alarm.setFor(this.collector.nextDeadline());
		}
		if (this.collector.hasClosed()) {
			tellTurn();
		}
	}

	/**
	 * Sees to it that no batch waits for events that can't come, since those in other
	 * open batches take up all the demand. A closed batch is going to give some back.
	 */
	private void closeIfExhausted() {
		if (!this.collector.hasClosed()) {
			this.accounts.values()
				.stream()
				.filter(DemandAccount::isExhausted)
				.findFirst()
				.ifPresent(this.collector::makeRoomFor);
		}
	}

	private void tellTurn() {
		if (!this.turnTold) {
			this.turnTold = true;
			this.context.self().tell(Turn.NEXT);
		}
	}

	/** Lets go of what is held, which is lost with the stage. */
	void giveUp() {
		this.backlog = 0;
	}

	/**
	 * Events of a message that belong to no batch, with the reason of the first of them.
	 */
	private static final class Unsorted {

		private int events;

		private String reason = "";

		private @Nullable Throwable cause;

		void add(String reason, Object event, @Nullable Throwable cause) {
			// An error of the JVM counts more than what came before.
			if (this.events++ == 0 || cause instanceof VirtualMachineError) {
				this.reason = reason.formatted(event.getClass().getName());
				this.cause = cause;
			}
		}

	}

	/**
	 * The message to itself.
	 */
	private enum Turn {

		NEXT

	}

}
