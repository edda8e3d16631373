package io.genstage.failure;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Which events have to wait while another one waits for its next attempt.
 *
 * @param kind whether all wait, those with the same key, or none
 * @param key returns the key of an event; {@code null} unless the order is one of keys.
 * Called in the turn of the stage; an event whose key can't be found out waits for nobody
 */
public record RetryOrder(Kind kind, @Nullable Function<Object, ?> key) {

	/**
	 * Nobody waits.
	 */
	public static final RetryOrder NONE = new RetryOrder(Kind.NONE, null);

	/**
	 * Nothing overtakes a retry.
	 */
	public static final RetryOrder STRICT = new RetryOrder(Kind.STRICT, null);

	public RetryOrder {
		if ((kind == Kind.BY_KEY) != (key != null)) {
			throw new IllegalArgumentException("an order has a key if it is one of keys, and only then");
		}
	}

	/**
	 * Creates an order in which an event waits for those of the same key.
	 * @param key returns the key of an event
	 * @return the order
	 */
	public static RetryOrder byKey(Function<Object, ?> key) {
		return new RetryOrder(Kind.BY_KEY, key);
	}

	/** Returns what an event has to wait for, or null if it waits for nobody. */
	@Nullable Object keyOf(Object event) {
		return switch (this.kind) {
			case NONE -> null;
			case STRICT -> Kind.STRICT;
			case BY_KEY -> key(event);
		};
	}

	private @Nullable Object key(Object event) {
		try {
			return (this.key != null) ? this.key.apply(event) : null;
		}
		catch (RuntimeException ex) {
			// Whoever needs the key reports it: the dispatcher, or the handler.
			return null;
		}
	}

	/**
	 * A kind of order.
	 */
	public enum Kind {

		/** Nothing overtakes a retry. */
		STRICT,

		/** Nothing with the same key overtakes a retry. */
		BY_KEY,

		/** Others go on. */
		NONE

	}

}
