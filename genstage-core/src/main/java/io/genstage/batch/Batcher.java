package io.genstage.batch;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
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
import io.genstage.DemandAccount;
import io.genstage.ExitReason;
import io.genstage.StageContext;
import io.genstage.Subscription;
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

	private static final System.Logger logger = System.getLogger(Batcher.class.getName());

	private final StageContext context;

	private final BatchSettings settings;

	private final Function<? super E, ? extends K> keys;

	private final BiFunction<? super E, ? super Subscription, ? extends T> arrival;

	private final Behind<K, T, O> behind;

	private final Collector<K, T> collector;

	private final Map<Subscription, DemandAccount> accounts = new LinkedHashMap<>();

	private final Alarm alarm;

	private boolean turnTold;

	private boolean draining;

	private boolean drained;

	/** Read by any thread. */
	private volatile long backlog;

	Batcher(StageContext context, BatchSettings settings, Function<? super E, ? extends K> keys,
			BiFunction<? super E, ? super Subscription, ? extends T> arrival, Behind<K, T, O> behind) {
		this.context = context;
		this.settings = settings;
		this.keys = keys;
		this.arrival = arrival;
		this.behind = behind;
		this.alarm = new Alarm(context);
		settings.started(context.self());
		this.collector = new Collector<>(settings.options());
	}

	long backlog() {
		return this.backlog;
	}

	void subscribe(Subscription subscription) {
		this.settings.check(subscription);
		this.accounts.put(subscription, new DemandAccount(subscription.options().maxDemand()));
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
		// All keys first: the events are lost as a whole if one of them has no key.
		List<K> found = events.stream().<K>map(this::keyOf).toList();
		List<T> arrived = events.stream().<T>map((event) -> this.arrival.apply(event, from)).toList();
		DemandAccount account = account(from);
		account.arrive(events.size());
		long now = this.context.nanoTime();
		for (int i = 0; i < events.size(); i++) {
			this.collector.add(found.get(i), arrived.get(i), account, now);
		}
		settle();
	}

	private K keyOf(E event) {
		return Objects.requireNonNull(this.keys.apply(event), "the key of an event must not be null");
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
		this.accounts.remove(subscription);
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
		return followed(emitted, () -> this.behind.leave(subscription, cancellation));
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
		return this.behind.drain(this.context);
	}

	/** Adds the events that another step leads to. */
	private List<O> followed(List<O> emitted, Callable<List<O>> step) throws Exception {
		try {
			List<O> more = step.call();
			return emitted.isEmpty() ? more : Stream.concat(emitted.stream(), more.stream()).toList();
		}
		catch (Throwable ex) {
			// They are made and will not be handed on.
			this.context.discard(emitted.size());
			throw ex;
		}
	}

	/** Handles everything at once, and returns the events to emit. */
	List<O> finish() throws Exception {
		this.collector.closeAll();
		List<O> emitted = new ArrayList<>();
		try {
			while (this.collector.hasClosed()) {
				emitted.addAll(handleNext());
			}
		}
		catch (Throwable ex) {
			// They are made and will not be handed on.
			this.context.discard(emitted.size());
			throw ex;
		}
		return emitted;
	}

	private List<O> handleNext() throws Exception {
		ClosedBatch<K, T> next = this.collector.nextClosed();
		if (next == null) {
			return List.of();
		}
		List<O> emitted = List.copyOf(this.behind.handle(next.batch()));
		this.collector.finishNext();
		this.backlog = this.collector.held();
		return emitted;
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

	/** Counts what is held as lost. */
	void giveUp(ExitReason reason) {
		int lost = this.collector.held();
		if (lost > 0) {
			logger.log(Level.WARNING, () -> "%s has stopped (%s) and discards %d events in its batches"
				.formatted(this.context.self(), reason, lost));
			this.context.discard(lost);
		}
		this.backlog = 0;
	}

	/**
	 * The message to itself.
	 */
	private enum Turn {

		NEXT

	}

}
