package io.genstage.batch;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.genstage.delivery.Delivery;
import io.genstage.demand.Counter;
import io.genstage.demand.DemandAccount;
import io.genstage.intake.Handling;
import io.genstage.intake.Inlet;
import io.genstage.intake.Intake;
import io.genstage.intake.Refused;
import io.genstage.intake.StageClock;
import org.jspecify.annotations.Nullable;

/**
 * Collects events into batches, lets closed ones be handled, and asks for as many events
 * as were finished.
 * <p>
 * Each batch is handled in a turn of its own, so that between two of them the stage takes
 * what else has come for it.
 *
 * @param <E> the type of the events
 */
public final class BatchIntake<E> implements Intake<E> {

	private final Batching<E> batching;

	private final Handling<E> handling;

	private final StageClock clock;

	private final BatchRun run;

	private final Collector<Object, E> collector;

	private final Map<Inlet, DemandAccount> accounts = new LinkedHashMap<>();

	/** Also those that have ended and whose events are not finished. */
	private final IdentityHashMap<DemandAccount, Inlet> sources = new IdentityHashMap<>();

	private final Counter held = new Counter();

	/** The options that the collector has now. */
	private BatchOptions applied;

	/** Whether the handler has the next batch, or has failed on it. */
	private boolean inHand;

	private boolean joined;

	private boolean turnWanted;

	private boolean draining;

	private boolean drained;

	public BatchIntake(Batching<E> batching, Handling<E> handling, StageClock clock) {
		this.batching = batching;
		this.handling = handling;
		this.clock = clock;
		this.run = new BatchRun(clock::wake);
		this.applied = batching.options();
		this.collector = new Collector<>(this.applied, batching.maxWeight());
	}

	/** Only behind the start of the stage, so that one that can't start has no part. */
	private void join() {
		if (!this.joined) {
			this.joined = true;
			this.batching.join(this.run);
		}
	}

	@Override
	public boolean asksByItself() {
		return true;
	}

	@Override
	public void subscribe(Inlet inlet) {
		join();
		applyOptions();
		checkSizeFor(inlet);
		DemandAccount account = new DemandAccount(inlet.maxDemand());
		this.accounts.put(inlet, account);
		this.sources.put(account, inlet);
		limitSize();
		settle();
	}

	/** Refuses a subscription by which a batch could never become full. */
	private void checkSizeFor(Inlet inlet) {
		int size = this.applied.size();
		if (size > inlet.maxDemand()) {
			throw new IllegalArgumentException(
					"a batch of %d events would never be full, since %s has a maxDemand of %d: choose a maxDemand of at least %d, or a smaller batch"
						.formatted(size, inlet, inlet.maxDemand(), size));
		}
	}

	@Override
	public void withdraw(Inlet inlet, long demand) {
		account(inlet).withdraw(demand);
	}

	@Override
	public void retune(Inlet inlet) {
		account(inlet).retune(maxDemand(inlet));
		limitSize();
		settle();
	}

	@Override
	public void unfinished(Inlet inlet, int change) {
		DemandAccount account = this.accounts.get(inlet);
		if (account != null) {
			account.unfinished(change);
			if (change < 0) {
				settle();
			}
		}
	}

	/** Never less than a batch, or none would ever be full. */
	private int maxDemand(Inlet inlet) {
		return Math.max(inlet.maxDemand(), this.applied.size());
	}

	private void limitSize() {
		this.run.limitTo(this.accounts.keySet().stream().mapToInt(this::maxDemand).min().orElse(Integer.MAX_VALUE));
	}

	@Override
	public void receive(Inlet inlet, List<E> events) {
		DemandAccount account = account(inlet);
		account.arrive(events.size());
		long now = this.clock.nanoTime();
		List<Refused<E>> refused = new ArrayList<>(0);
		for (E event : events) {
			long weight = weightOf(event, refused);
			OpenBatch<Object, E> batch = (weight >= 0) ? batchFor(event, weight, now, refused) : null;
			if (batch != null) {
				this.collector.add(batch, event, weight, account);
			}
		}
		account.finish(refused.size());
		this.handling.discard(inlet, refused);
		settle();
	}

	/** Returns the batch of an event, or null if its key can't be found out or used. */
	private @Nullable OpenBatch<Object, E> batchFor(E event, long weight, long now, List<Refused<E>> refused) {
		try {
			Object key = this.batching.keyOf(event);
			if (key != null) {
				return this.collector.batchFor(key, weight, now);
			}
			refused.add(new Refused<>(event, "the key of an event of %s is null".formatted(type(event)), null));
		}
		catch (Throwable ex) {
			refused.add(new Refused<>(event, "the key of an event of %s can't be used".formatted(type(event)), ex));
		}
		return null;
	}

	/**
	 * Returns what an event weighs, or less than 0 if that can't be found out or used.
	 */
	private long weightOf(E event, List<Refused<E>> refused) {
		Throwable cause = null;
		try {
			long weight = this.batching.weightOf(event);
			if (weight >= 0) {
				return weight;
			}
		}
		catch (Throwable ex) {
			cause = ex;
		}
		refused.add(new Refused<>(event, "the weight of an event of %s can't be used".formatted(type(event)), cause));
		return -1;
	}

	private static String type(Object event) {
		return Delivery.payload(event).getClass().getName();
	}

	private DemandAccount account(Inlet inlet) {
		DemandAccount account = this.accounts.get(inlet);
		if (account == null) {
			throw new IllegalStateException("%s is not known".formatted(inlet));
		}
		return account;
	}

	@Override
	public void wake() throws Exception {
		this.turnWanted = false;
		applyOptions();
		this.collector.closeExpired(this.clock.nanoTime());
		handleNext();
		settle();
		endIfDrained();
	}

	private void applyOptions() {
		BatchOptions latest = this.batching.options();
		if (!latest.equals(this.applied)) {
			this.applied = latest;
			this.accounts.forEach((inlet, account) -> account.retune(maxDemand(inlet)));
			limitSize();
			this.collector.change(latest);
		}
	}

	@Override
	public void end(Inlet inlet, boolean last) throws Exception {
		DemandAccount account = this.accounts.remove(inlet);
		if (account != null && account.unfinished() == 0) {
			this.sources.remove(account);
		}
		limitSize();
		if (last) {
			finish();
		}
		else {
			if (this.accounts.isEmpty()) {
				this.collector.closeAll();
			}
			settle();
		}
		if (!this.handling.hasFailed()) {
			this.handling.ended(inlet);
		}
	}

	@Override
	public void flush() {
		this.collector.closeAll();
		settle();
	}

	@Override
	public void drain() throws Exception {
		this.draining = true;
		settle();
		endIfDrained();
	}

	private void endIfDrained() throws Exception {
		if (this.draining && !this.drained && !this.collector.hasClosed() && !this.handling.hasFailed()) {
			this.drained = true;
			this.handling.drained();
		}
	}

	@Override
	public void finish() throws Exception {
		this.collector.closeAll();
		while (this.collector.hasClosed() && !this.handling.hasFailed()) {
			handleNext();
		}
		this.held.set(this.collector.held());
	}

	private void handleNext() throws Exception {
		ClosedBatch<Object, E> next = this.collector.nextClosed();
		if (next != null) {
			List<Inlet> inlets = next.accounts().stream().map(this::source).toList();
			this.inHand = true;
			this.handling.handle(inlets, next.batch());
			this.inHand = false;
			this.collector.finishNext();
			next.accounts().forEach(this::forgetIfOver);
			this.held.set(this.collector.held());
		}
	}

	private Inlet source(DemandAccount account) {
		return Objects.requireNonNull(this.sources.get(account));
	}

	private void forgetIfOver(DemandAccount account) {
		Inlet source = this.sources.get(account);
		if (source != null && account.unfinished() == 0 && !this.accounts.containsKey(source)) {
			this.sources.remove(account);
		}
	}

	/** Does what has become possible by the step that was just made. */
	private void settle() {
		if (this.draining) {
			this.collector.closeAll();
		}
		else {
			this.accounts.forEach((inlet, account) -> inlet.ask(account.askForRoom()));
			closeIfExhausted();
		}
		this.held.set(this.collector.held());
		if (this.collector.hasOpen()) {
			this.clock.wakeAt(this.collector.nextDeadline());
		}
		if (this.collector.hasClosed() && !this.turnWanted) {
			this.turnWanted = true;
			this.clock.wake();
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

	@Override
	public long held() {
		return this.held.get();
	}

	@Override
	public void close() {
		this.held.set(0);
		this.batching.leave(this.run);
		if (this.inHand) {
			this.collector.finishNext();
		}
		this.collector.closeAll();
		for (ClosedBatch<Object, E> next = this.collector.nextClosed(); next != null; next = this.collector
			.nextClosed()) {
			leave(next);
			this.collector.finishNext();
		}
	}

	private void leave(ClosedBatch<Object, E> batch) {
		for (int place = 0; place < batch.size(); place++) {
			this.handling.left(source(batch.accounts().get(place)), List.of(batch.batch().get(place)));
		}
	}

}
