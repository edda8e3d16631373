package io.genstage.source;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A supply that asks somebody else, who may have nothing now and more later.
 *
 * @param poll answers up to so many events
 * @param <E> the type of the events
 */
record PollSupply<E>(Poll<E> poll) implements Supply<E> {

	static <E> PollSupply<E> ofSupplier(Supplier<? extends E> supplier) {
		return new PollSupply<>((limit) -> {
			List<E> events = new ArrayList<>();
			for (E event = supplier.get(); event != null; event = supplier.get()) {
				events.add(event);
				if (events.size() == limit) {
					break;
				}
			}
			return events;
		});
	}

	@Override
	public List<? extends E> pull(int limit) throws Exception {
		return this.poll.poll(limit);
	}

	@Override
	public boolean isExhausted() {
		return false;
	}

}
