package io.genstage.boot.handler;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * A setting of all instances of a stage, which can be changed while they run.
 *
 * @param <T> the type of the value
 * @param <S> the type of those that have it
 */
final class SharedSetting<T, S> {

	private final T configured;

	private final BiConsumer<S, T> change;

	/** Those that nobody else knows any more are forgotten. */
	private final Set<S> instances = Collections.newSetFromMap(new WeakHashMap<>());

	private final ReentrantLock lock = new ReentrantLock();

	private T current;

	/**
	 * Creates a setting.
	 * @param configured the first value
	 * @param change changes the value of an instance
	 */
	SharedSetting(T configured, BiConsumer<S, T> change) {
		this.configured = configured;
		this.change = change;
		this.current = configured;
	}

	/** Makes an instance with the value, and passes changes to it. */
	S instance(Function<T, S> maker) {
		// A change either comes before this one is made, or knows it.
		this.lock.lock();
		try {
			S instance = maker.apply(this.current);
			this.instances.add(instance);
			return instance;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Changes the value of instances of now and later. */
	void change(T value) {
		this.lock.lock();
		try {
			this.current = value;
			this.instances.forEach((instance) -> this.change.accept(instance, value));
		}
		finally {
			this.lock.unlock();
		}
	}

	void reset() {
		change(this.configured);
	}

	/** Asks each instance for something. */
	<R> List<R> ofEach(Function<S, R> question) {
		this.lock.lock();
		try {
			return this.instances.stream().map(question).toList();
		}
		finally {
			this.lock.unlock();
		}
	}

}
