package io.genstage.failure;

import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Counts how many different events have failed alike since the last success of a stage. A
 * list that fails as a whole counts as one, since one of its events may be at fault.
 */
final class Outage {

	private final int failures;

	/** The events that have failed alike, by identity. */
	private final Set<Object> run = Collections.newSetFromMap(new IdentityHashMap<>());

	/**
	 * How many failures those were, without failures of events that had failed before.
	 */
	private int count;

	private @Nullable Class<?> kind;

	/** How often something was handled after a failure. */
	private long successes;

	private boolean open;

	Outage(OutageGuard guard) {
		this.failures = guard.failures();
	}

	/** Something was handled: whatever all need is there. */
	void succeeded() {
		if (this.kind != null) {
			begin(null);
		}
		this.successes++;
		this.open = false;
	}

	/**
	 * Notes a failure.
	 * @param events what has failed together, of which one may be at fault
	 * @return whether the outage begins with it
	 */
	boolean failed(Collection<?> events, Throwable cause) {
		if (this.kind != cause.getClass()) {
			begin(cause.getClass());
		}
		if (this.run.addAll(events)) {
			this.count++;
		}
		boolean begins = !this.open && this.count >= this.failures;
		this.open = this.open || begins;
		return begins;
	}

	private void begin(@Nullable Class<?> kind) {
		this.kind = kind;
		this.run.clear();
		this.count = 0;
	}

	boolean isOpen() {
		return this.open;
	}

	long successes() {
		return this.successes;
	}

	boolean isGuarding() {
		return this.failures != OutageGuard.NEVER;
	}

	/** Ends it whether or not it is over, since no time is left to wait. */
	void giveUp() {
		this.open = false;
	}

}
