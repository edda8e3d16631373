package io.genstage.dispatch;

import java.util.List;

/**
 * A subscriber with a name, of a consumer of its own unless one is given.
 */
final class TestSubscriber implements Subscriber {

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

}
