package io.genstage.boot.link;

import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What is counted of one link, over all runs of its receiving end.
 */
final class LinkCounts {

	private final LongAdder rejected = new LongAdder();

	private final LongAdder repeated = new LongAdder();

	/** Of readers that are closed. */
	private final LongAdder stale = new LongAdder();

	private final Set<CountedReader> open = ConcurrentHashMap.newKeySet();

	void opened(CountedReader reader) {
		this.open.add(reader);
	}

	void closed(CountedReader reader) {
		if (this.open.remove(reader)) {
			this.stale.add(reader.stale());
		}
	}

	void addRejected(long messages) {
		this.rejected.add(messages);
	}

	long rejected() {
		return this.rejected.sum();
	}

	void addRepeated(long messages) {
		this.repeated.add(messages);
	}

	long repeated() {
		return this.repeated.sum();
	}

	long stale() {
		return this.stale.sum() + this.open.stream().mapToLong(CountedReader::stale).sum();
	}

	/** Returns the most that one of the open readers knows of. */
	OptionalLong kept() {
		return this.open.stream()
			.map(CountedReader::rejected)
			.filter(OptionalLong::isPresent)
			.mapToLong(OptionalLong::getAsLong)
			.max();
	}

}
