package io.genstage.failure;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

import io.genstage.failure.Retrying.Waiting;
import org.jspecify.annotations.Nullable;

/**
 * Finds the events of a failed list that are at fault: names the part of it that is to be
 * attempted next, and halves what has failed until it is a single event.
 * <p>
 * It ends early when a part fails in a way that may pass, since nobody is at fault then.
 * An event behind a culprit of its key is not attempted, as it has to wait for that one.
 *
 * @param <E> the type of the events
 */
final class Halving<E> {

	/** The most calls with one event that it may take. */
	private static final int MOST_SINGLES = 50;

	private final Throwable cause;

	private final Function<Waiting<E>, @Nullable Object> keys;

	private final Predicate<Throwable> mayPass;

	private final Deque<List<Waiting<E>>> parts = new ArrayDeque<>();

	private final Map<Waiting<E>, Throwable> culprits = new LinkedHashMap<>();

	private final Set<@Nullable Object> culpritKeys = new HashSet<>();

	private @Nullable Throwable passing;

	private int singles;

	/**
	 * Starts with the halves of a list.
	 * @param cause what it has failed with
	 * @param keys returns the key of an event that others have to wait for if it is at
	 * fault, or null if nobody has to
	 * @param mayPass says of which failures nobody is at fault
	 */
	Halving(List<Waiting<E>> events, Throwable cause, Function<Waiting<E>, @Nullable Object> keys,
			Predicate<Throwable> mayPass) {
		this.cause = cause;
		this.keys = keys;
		this.mayPass = mayPass;
		halve(List.copyOf(events));
	}

	/** Returns the part that is to be attempted next, which is empty at the end. */
	List<Waiting<E>> next() {
		while (this.passing == null && !this.parts.isEmpty()) {
			List<Waiting<E>> part = this.parts.pop().stream().filter((waiting) -> !isBehind(waiting)).toList();
			if (part.size() == 1 && this.singles++ >= MOST_SINGLES) {
				blame(part.get(0), this.cause);
			}
			else if (!part.isEmpty()) {
				return part;
			}
		}
		return List.of();
	}

	/**
	 * Takes note of an attempt of the part that was named last.
	 * @param rest what of the part is not handled
	 */
	void attempted(List<Waiting<E>> part, Attempted attempted, List<Waiting<E>> rest) {
		if (rest.isEmpty()) {
			return;
		}
		Throwable failure = attempted.failure();
		if (failure == null) {
			failed(part, attempted.causes());
			push(rest.stream().filter((waiting) -> !this.culprits.containsKey(waiting)).toList());
		}
		else if (this.mayPass.test(failure)) {
			this.passing = failure;
		}
		else if (rest.size() == 1) {
			blame(rest.get(0), failure);
		}
		else {
			halve(rest);
		}
	}

	/** Blames the events that have failed, up to one for which that may pass. */
	private void failed(List<Waiting<E>> part, Map<Integer, Throwable> causes) {
		for (int place = 0; place < part.size() && this.passing == null; place++) {
			Throwable cause = causes.get(place);
			if (cause != null && this.mayPass.test(cause)) {
				this.passing = cause;
			}
			else if (cause != null) {
				blame(part.get(place), cause);
			}
		}
	}

	private void blame(Waiting<E> culprit, Throwable failure) {
		this.culprits.put(culprit, failure);
		Object key = this.keys.apply(culprit);
		if (key != null) {
			this.culpritKeys.add(key);
		}
	}

	private void halve(List<Waiting<E>> events) {
		int middle = events.size() / 2;
		push(events.subList(middle, events.size()));
		push(events.subList(0, middle));
	}

	private void push(List<Waiting<E>> part) {
		if (!part.isEmpty()) {
			this.parts.push(part);
		}
	}

	/** Returns the events at fault, in their order, with what they have failed with. */
	Map<Waiting<E>, Throwable> culprits() {
		return this.culprits;
	}

	/** Returns whether an event has to wait for a culprit of its key. */
	boolean isBehind(Waiting<E> waiting) {
		return this.culpritKeys.contains(this.keys.apply(waiting));
	}

	/** Returns the failure of which nobody is at fault, if there was one. */
	@Nullable Throwable passing() {
		return this.passing;
	}

}
