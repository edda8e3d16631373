package io.genstage.intake;

import java.util.List;

import io.genstage.demand.ConsumerDemand;
import org.jspecify.annotations.Nullable;

/**
 * Lets events be handled as they come, in portions of as many as lead to an ask, and asks
 * after each portion. To a handler that takes events one by one it hands fewer at once
 * while that is slow, so that what is finished goes on.
 * <p>
 * Source: the consumer loop of {@code GenStage}.
 *
 * @param <E> the type of the events
 */
public final class WindowIntake<E> implements Intake<E> {

	private final Handling<E> handling;

	private final StageClock clock;

	/** Null if the handler wants to have as many events at once as there are. */
	private final @Nullable PortionSize size;

	/**
	 * Creates an intake.
	 * @param handling what is behind it
	 * @param clock the time of the stage
	 * @param oneByOne whether the handler takes events one by one, so that it makes no
	 * difference to it how many it is given at once
	 */
	public WindowIntake(Handling<E> handling, StageClock clock, boolean oneByOne) {
		this.handling = handling;
		this.clock = clock;
		this.size = oneByOne ? new PortionSize() : null;
	}

	@Override
	public boolean asksByItself() {
		return false;
	}

	@Override
	public void subscribe(Inlet inlet) {
		inlet.ask(inlet.demand().begin());
	}

	@Override
	public void withdraw(Inlet inlet, long demand) {
		inlet.demand().withdraw(demand);
	}

	@Override
	public void retune(Inlet inlet) {
		inlet.ask(inlet.demand().refill());
	}

	@Override
	public void receive(Inlet inlet, List<E> events) throws Exception {
		ConsumerDemand demand = inlet.demand();
		int excess = demand.receive(events.size());
		if (excess > 0) {
			this.handling.exceeded(inlet, excess);
		}
		int end = 0;
		try {
			while (end < events.size() && this.handling.goesOn()) {
				int start = end;
				end = (int) Math.min((long) start + portion(demand), events.size());
				handle(inlet, events.subList(start, end));
				inlet.ask(demand.replenish(end - start));
			}
		}
		finally {
			if (end < events.size()) {
				this.handling.left(inlet, events.subList(end, events.size()));
			}
		}
	}

	private int portion(ConsumerDemand demand) {
		return (this.size != null) ? Math.min(this.size.events(), demand.batchSize()) : demand.batchSize();
	}

	private void handle(Inlet inlet, List<E> portion) throws Exception {
		if (this.size == null) {
			this.handling.handle(inlet, portion);
			return;
		}
		long begin = this.clock.nanoTime();
		this.handling.handle(inlet, portion);
		this.size.took(portion.size(), this.clock.nanoTime() - begin);
	}

	@Override
	public void end(Inlet inlet, boolean last) throws Exception {
		this.handling.ended(inlet);
	}

	@Override
	public void flush() {
		// Nothing waits here.
	}

	@Override
	public void drain() throws Exception {
		this.handling.drained();
	}

	@Override
	public void finish() {
		// Nothing waits here.
	}

	@Override
	public void wake() {
		// Nothing is due at any time.
	}

	@Override
	public long held() {
		return 0;
	}

	@Override
	public void close() {
		// Nothing is held.
	}

}
