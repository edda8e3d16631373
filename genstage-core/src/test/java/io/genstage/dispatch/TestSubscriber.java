package io.genstage.dispatch;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * A subscriber with a name, of a consumer of its own unless one is given.
 */
final class TestSubscriber implements Subscriber {

	private final Map<String, Object> attributes = new HashMap<>();

	private final String name;

	private final Object consumer;

	TestSubscriber(String name) {
		this(name, "consumer of " + name);
	}

	TestSubscriber(String name, Object consumer) {
		this.name = name;
		this.consumer = consumer;
	}

	/** Returns the letters of a word as events. */
	static List<String> letters(String word) {
		return List.of(word.split(""));
	}

	@Override
	public Object consumer() {
		return this.consumer;
	}

	@Override
	public String toString() {
		return this.name;
	}

	@Override
	public @Nullable Object attribute(String name) {
		return this.attributes.get(name);
	}

	/** Says something about the subscription, as a consumer does when it subscribes. */
	TestSubscriber with(String name, Object value) {
		this.attributes.put(name, value);
		return this;
	}

}
