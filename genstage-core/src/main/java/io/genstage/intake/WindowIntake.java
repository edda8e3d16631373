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
public final class WindowIntake<E> extends Windowed<E> {

	public WindowIntake(Handling<E> handling) {
		super(handling);
	}

	@Override
	public void receive(Inlet inlet, List<E> events) throws Exception {
		count(inlet, events);
		ConsumerDemand demand = inlet.demand();
		int end = 0;
		try {
			while (end < events.size() && handling().goesOn()) {
				int start = end;
				end = (int) Math.min((long) start + demand.batchSize(), events.size());
				handling().handle(inlet, events.subList(start, end));
				inlet.ask(demand.replenish(end - start));
			}
		}
		finally {
			if (end < events.size()) {
				handling().left(inlet, events.subList(end, events.size()));
			}
		}
	}

	@Override
	public void end(Inlet inlet, boolean last) throws Exception {
		handling().ended(inlet);
	}

	@Override
	public void drain() throws Exception {
		handling().drained();
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
