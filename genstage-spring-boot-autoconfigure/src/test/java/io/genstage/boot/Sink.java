package io.genstage.boot;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where the stages of a test leave what they were given.
 */
public final class Sink {

	private final List<Object> events = new CopyOnWriteArrayList<>();

	public void add(Object event) {
		this.events.add(event);
	}

	public List<Object> events() {
		return this.events;
	}

	public void awaitExactly(Object... expected) {
		Awaitility.await().untilAsserted(() -> assertThat(this.events).containsExactly(expected));
	}

}
