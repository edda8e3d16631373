package io.genstage.failure;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Counts which different attempts have failed alike since the last success of a stage.
 */
final class Outage {

	private final int failures;

	/** Those that have failed alike, by identity. */
	private final Set<Object> run = Collections.newSetFromMap(new IdentityHashMap<>());

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
			this.kind = null;
			this.run.clear();
		}
		this.successes++;
		this.open = false;
	}

	/**
	 * Notes a failure.
	 * @return whether the outage begins with it
	 */
	boolean failed(Object attempt, Throwable cause) {
		if (this.kind != cause.getClass()) {
			this.kind = cause.getClass();
			this.run.clear();
		}
		this.run.add(attempt);
		boolean begins = !this.open && this.run.size() >= this.failures;
		this.open = this.open || begins;
		return begins;
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
