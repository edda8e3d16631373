package io.genstage.delivery;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A stretch of time, and how many of the events that entered in it are unsettled. So the
 * age of events is known without a time in each of them.
 */
final class Stretch {

	private static final VarHandle ENTERED = Handles.of(MethodHandles.lookup(), "entered", long.class);

	private static final VarHandle SETTLED = Handles.of(MethodHandles.lookup(), "settled", long.class);

	private volatile long entered;

	private volatile long settled;

	/** When it was over, known only to whoever ends it. */
	private long end;

	void enter(long events) {
		ENTERED.getAndAdd(this, events);
	}

	/** Called by whoever reports settlements, one at a time. */
	void settle(long events) {
		SETTLED.setRelease(this, (long) SETTLED.get(this) + events);
	}

	long unsettled() {
		return this.entered - this.settled;
	}

	void end(long now) {
		this.end = now;
	}

	long end() {
		return this.end;
	}

}
