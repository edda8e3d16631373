package io.genstage.flow;

import java.util.ArrayList;
import java.util.List;

import io.genstage.ProducerStage;
import io.genstage.StageContext;

/**
 * A producer that notes the demand it gets and counts as long as it is told to.
 */
final class Numbers implements ProducerStage<String> {

	private final List<String> demands = new ArrayList<>();

	private final String prefix;

	private long left;

	private int next = 1;

	private long owed;

	private StageContext context;

	/** Counts without an end. */
	Numbers() {
		this("", Long.MAX_VALUE);
	}

	/** Emits so many events and then waits to be told to go on. */
	Numbers(String prefix, long left) {
		this.prefix = prefix;
		this.left = left;
	}

	@Override
	public void onStart(StageContext context) {
		this.context = context;
	}

	@Override
	public List<String> handleDemand(long demand) {
		this.demands.add("demand " + demand);
		this.owed += demand;
		return emit();
	}

	/** Told how many more events there are, or to complete. */
	@Override
	public List<String> onInfo(Object message) {
		if (message instanceof Integer more) {
			this.left += more;
			return emit();
		}
		this.context.complete();
		return List.of();
	}

	private List<String> emit() {
		List<String> events = new ArrayList<>();
		for (; this.owed > 0 && this.left > 0; this.owed--, this.left--) {
			events.add(this.prefix + this.next++);
		}
		return events;
	}

	/** Returns the demands since the last call. */
	List<String> heard() {
		List<String> heard = List.copyOf(this.demands);
		this.demands.clear();
		return heard;
	}

}
