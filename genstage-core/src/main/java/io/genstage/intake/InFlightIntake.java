package io.genstage.intake;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;

import io.genstage.demand.Counter;
import org.jspecify.annotations.Nullable;

/**
 * Lets a stage begin events one by one while others are in flight, up to a limit, and
 * finishes them in order or as they complete. An event is asked for again when it is
 * finished, by the same rule as in {@link WindowIntake}.
 *
 * @param <E> the type of the events
 */
public final class InFlightIntake<E> extends Windowed<E> implements InFlightEvent.Owner<E> {

	private final InFlight options;

	/** What has come and is not begun. */
	private final Queue<Arrived<E>> waiting = new ArrayDeque<>();

	/** In the order in which they were begun. */
	private final Set<InFlightEvent<E>> begun = new LinkedHashSet<>();

	/** Those whose work is over, if there is no order to wait for. */
	private final Queue<InFlightEvent<E>> over = new ArrayDeque<>();

	/** Subscriptions that have ended before all their events were finished. */
	private final Set<Inlet> ending = new LinkedHashSet<>();

	private final Counter held = new Counter();

	/** How many of those that are begun leave their places to others. */
	private int withoutPlace;

	private boolean settling;

	private boolean draining;

	/** Whether no more events will come, and whether that was passed on. */
	private boolean last;

	private boolean lastBegun;

	private boolean drained;

	public InFlightIntake(InFlight options, Handling<E> handling) {
		super(handling);
		this.options = options;
	}

	@Override
	public void receive(Inlet inlet, List<E> events) throws Exception {
		count(inlet, events);
		events.forEach((event) -> this.waiting.add(new Arrived<>(inlet, event)));
		this.held.add(events.size());
		settle();
	}

	@Override
	public void completed(InFlightEvent<E> event) throws Exception {
		if (this.options.order() == InFlight.Order.NONE) {
			this.over.add(event);
		}
		settle();
	}

	@Override
	public void madeRoom(InFlightEvent<E> event) throws Exception {
		this.withoutPlace++;
		event.inlet().ask(event.inlet().demand().replenish(1));
		settle();
	}

	/** Finishes what may be finished, and begins what there is room for. */
	private void settle() throws Exception {
		if (this.settling) {
			// A future that is complete at once: whoever began it goes on.
			return;
		}
		this.settling = true;
		try {
			boolean goesOn = true;
			while (goesOn && handling().goesOn()) {
				goesOn = finishNext() || beginNext();
			}
		}
		finally {
			this.settling = false;
		}
		noteLastBegun();
		endIfDrained();
	}

	private boolean finishNext() throws Exception {
		InFlightEvent<E> next = (this.options.order() == InFlight.Order.KEPT) ? eldest() : this.over.poll();
		InFlightEvent.Finish finish = (next != null) ? next.finish() : null;
		if (next == null || finish == null) {
			return false;
		}
		// Before: if it fails, its event is named by whoever has finished it.
		this.begun.remove(next);
		finish.run();
		this.held.add(-1);
		if (next.hasMadeRoom()) {
			this.withoutPlace--;
		}
		else {
			next.inlet().ask(next.inlet().demand().replenish(1));
		}
		endFinished();
		return true;
	}

	private @Nullable InFlightEvent<E> eldest() {
		return this.begun.isEmpty() ? null : this.begun.iterator().next();
	}

	private boolean beginNext() throws Exception {
		if (this.waiting.isEmpty() || placesTaken() >= places()) {
			return false;
		}
		Arrived<E> next = this.waiting.remove();
		InFlightEvent<E> event = new InFlightEvent<>(this, next.inlet(), next.event(), null);
		this.begun.add(event);
		handling().begin(next.inlet(), next.event(), event);
		return true;
	}

	@Override
	public void end(Inlet inlet, boolean last) throws Exception {
		this.ending.add(inlet);
		this.last = this.last || last;
		endFinished();
		noteLastBegun();
	}

	/** Ends subscriptions all of whose events are finished. */
	private void endFinished() throws Exception {
		for (Iterator<Inlet> each = this.ending.iterator(); each.hasNext() && handling().goesOn();) {
			Inlet inlet = each.next();
			if (isFinished(inlet)) {
				each.remove();
				handling().ended(inlet);
			}
		}
	}

	private boolean isFinished(Inlet inlet) {
		return this.begun.stream().noneMatch((event) -> event.inlet().equals(inlet))
				&& this.waiting.stream().noneMatch((event) -> event.inlet().equals(inlet));
	}

	@Override
	public void drain() throws Exception {
		this.draining = true;
		this.last = true;
		noteLastBegun();
		endIfDrained();
	}

	private void noteLastBegun() throws Exception {
		if (this.last && !this.lastBegun && this.waiting.isEmpty()) {
			this.lastBegun = true;
			handling().lastBegun();
		}
	}

	private void endIfDrained() throws Exception {
		if (this.draining && !this.drained && !isBusy() && !handling().hasFailed()) {
			this.drained = true;
			handling().drained();
		}
	}

	@Override
	public List<Lasting> lasting(long now) {
		List<Lasting> all = new ArrayList<>();
		this.begun.stream().filter(InFlightEvent::isRunning).forEach((event) -> {
			long time = event.lasts(now);
			all.add(() -> time);
		});
		return all;
	}

	@Override
	public boolean isBusy() {
		return !this.begun.isEmpty() || !this.waiting.isEmpty();
	}

	@Override
	public int places() {
		return this.options.limit();
	}

	@Override
	public int placesTaken() {
		return this.begun.size() - this.withoutPlace;
	}

	@Override
	public long held() {
		return this.held.get();
	}

	@Override
	public void close() {
		this.begun.forEach((event) -> {
			if (event.stop()) {
				handling().finished(event.inlet(), event.event());
			}
			else if (!event.isGivenUp()) {
				handling().left(event.inlet(), List.of(event.event()));
			}
		});
		this.waiting.forEach((arrived) -> handling().left(arrived.inlet(), List.of(arrived.event())));
		this.begun.clear();
		this.over.clear();
		this.waiting.clear();
		this.withoutPlace = 0;
		this.held.set(0);
	}

	/**
	 * An event that has come.
	 */
	private record Arrived<E>(Inlet inlet, E event) {
	}

}
