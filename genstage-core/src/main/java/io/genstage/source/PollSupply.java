package io.genstage.source;

import java.util.List;
import java.util.function.Supplier;

/**
 * A supply that asks somebody else, who may have nothing now and more later.
 *
 * @param poll answers up to so many events
 * @param <E> the type of the events
 */
record PollSupply<E>(Poll<E> poll) implements Supply<E> {

	/** Takes one event at a time: the next call may block, and hold that one up. */
	static <E> PollSupply<E> ofSupplier(Supplier<? extends E> supplier) {
		return new PollSupply<>((limit) -> {
			E event = supplier.get();
			return (event != null) ? List.of(event) : List.of();
		});
	}

	@Override
	public boolean isResumable() {
		return true;
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
