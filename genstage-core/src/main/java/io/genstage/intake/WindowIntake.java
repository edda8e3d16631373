package io.genstage.intake;

import java.util.List;

import io.genstage.demand.ConsumerDemand;

/**
 * Lets events be handled as they come, in portions of as many as lead to an ask, and asks
 * after each portion.
 * <p>
 * Source: the consumer loop of {@code GenStage}.
 *
 * @param <E> the type of the events
 */
public final class WindowIntake<E> implements Intake<E> {

	private final Handling<E> handling;

	public WindowIntake(Handling<E> handling) {
		this.handling = handling;
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
				end = (int) Math.min((long) start + demand.batchSize(), events.size());
				this.handling.handle(inlet, events.subList(start, end));
				inlet.ask(demand.replenish(end - start));
			}
		}
		finally {
			if (end < events.size()) {
				this.handling.left(inlet, events.subList(end, events.size()));
			}
		}
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
