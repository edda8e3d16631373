package io.genstage.benchmarks.workload;

/**
 * The shape of what events pass through: one producer, some mappers in a row and some
 * consumers, with an asynchronous boundary before each mapper and consumer.
 */
public enum Workload {

	/** W1: one producer, one consumer. */
	PIPE(0, 1, Split.SHARED),

	/** W2: three mappers between producer and consumer. */
	CHAIN(3, 1, Split.SHARED),

	/** W3: four consumers share the events. */
	FANOUT(0, 4, Split.SHARED),

	/** W4: each of four consumers gets all events. */
	BROADCAST(0, 4, Split.ALL),

	/** W5: each of four consumers gets the events of its keys. */
	PARTITION(0, 4, Split.KEYED);

	private final int mappers;

	private final int consumers;

	private final Split split;

	Workload(int mappers, int consumers, Split split) {
		this.mappers = mappers;
		this.consumers = consumers;
		this.split = split;
	}

	/** Returns how many mappers there are; each of them adds 1 to every number. */
	public int mappers() {
		return this.mappers;
	}

	public int consumers() {
		return this.consumers;
	}

	public Split split() {
		return this.split;
	}

	/** Returns the consumer that an event belongs to if events are split by key. */
	public int consumerOf(Long event) {
		return event.hashCode() & (this.consumers - 1);
	}

	/** Returns what all consumers together must have added up. */
	public long expectedSum(int events) {
		long handled = Numbers.sum(events) + (long) this.mappers * events;
		return (this.split == Split.ALL) ? this.consumers * handled : handled;
	}

	/**
	 * Which consumer gets an event.
	 */
	public enum Split {

		/** Any of them. */
		SHARED,

		/** All of them. */
		ALL,

		/** The one its key belongs to. */
		KEYED

	}

}
