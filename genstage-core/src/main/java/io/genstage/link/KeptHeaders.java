package io.genstage.link;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * The headers of messages whose sending has failed, until their events are sent again or
 * are gone. Any thread may call it.
 */
final class KeptHeaders {

	/*
	 * Events are told apart by what they are and not by what is in them: two equal ones
	 * are two messages. If one object comes several times, as a small number may, each of
	 * its messages that has failed keeps its headers, and it doesn't matter which of them
	 * is sent again with which. Events are held weakly, as nobody says which of them were
	 * given up; so nothing may be kept here that holds one, such as its payload.
	 */

	private final ReentrantLock lock = new ReentrantLock();

	private final Map<Event, Deque<Map<String, String>>> headers = new HashMap<>();

	private final ReferenceQueue<Object> gone = new ReferenceQueue<>();

	void keep(Object event, Map<String, String> headers) {
		this.lock.lock();
		try {
			removeGone();
			this.headers.computeIfAbsent(new Event(event, this.gone), (key) -> new ArrayDeque<>()).add(headers);
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Returns the headers that an event had before, and keeps them no longer. */
	@Nullable Map<String, String> take(Object event) {
		this.lock.lock();
		try {
			removeGone();
			if (this.headers.isEmpty()) {
				return null;
			}
			Event key = new Event(event, null);
			Deque<Map<String, String>> kept = this.headers.get(key);
			if (kept == null) {
				return null;
			}
			Map<String, String> first = kept.remove();
			if (kept.isEmpty()) {
				this.headers.remove(key);
			}
			return first;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void removeGone() {
		Reference<?> reference = this.gone.poll();
		while (reference != null) {
			this.headers.remove(reference);
			reference = this.gone.poll();
		}
	}

	/** Returns of how many events something is kept. */
	int size() {
		this.lock.lock();
		try {
			removeGone();
			return this.headers.size();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * An event as a key, which is itself also when the event is gone.
	 */
	private static final class Event extends WeakReference<Object> {

		private final int hash;

		Event(Object event, @Nullable ReferenceQueue<Object> gone) {
			super(event, gone);
			this.hash = System.identityHashCode(event);
		}

		@Override
		@SuppressWarnings("ReferenceEquality") // equal events are two events
		public boolean equals(@Nullable Object other) {
			if (this == other) {
				return true;
			}
			Object event = get();
			return event != null && other instanceof Event key && key.get() == event;
		}

		@Override
		public int hashCode() {
			return this.hash;
		}

	}

}
