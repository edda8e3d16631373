package io.genstage.contract;

import java.util.ArrayList;
import java.util.List;

import io.genstage.dispatch.Dispatcher;
import io.genstage.dispatch.DispatcherContract;
import io.genstage.dispatch.DispatcherFactory;
import io.genstage.dispatch.Outlet;
import io.genstage.dispatch.Subscriber;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A dispatcher of a user's own, tested with what a user has.
 */
class RoundRobinDispatcherTests {

	private static final Subscriber A = new Named("A");

	private static final Subscriber B = new Named("B");

	private final Hand hand = new Hand();

	private final Dispatcher<String> dispatcher = new RoundRobinDispatcher<>(this.hand);

	@Nested
	class Contract extends DispatcherContract {

		@Override
		protected DispatcherFactory<String> factory() {
			return RoundRobinDispatcher::new;
		}

		@Override
		protected Subscriber subscriber(String name) {
			return new Named(name);
		}

	}

	@Test
	void dealsEventsOutInTurn() {
		subscribe(A, B);
		this.dispatcher.ask(A, 2);
		this.dispatcher.ask(B, 3);
		assertThat(this.dispatcher.dispatch(List.of("a", "b", "c", "d", "e", "f"))).containsExactly("f");
		assertThat(this.hand.dealt).containsExactly("A [a, c]", "B [b, d, e]");
	}

	@Test
	void goesOnWhereItStopped() {
		subscribe(A, B);
		this.dispatcher.ask(A, 2);
		this.dispatcher.ask(B, 2);
		this.dispatcher.dispatch(List.of("a"));
		this.dispatcher.dispatch(List.of("b", "c"));
		assertThat(this.hand.dealt).containsExactly("A [a]", "B [b]", "A [c]");
	}

	private void subscribe(Subscriber... subscribers) {
		for (Subscriber subscriber : subscribers) {
			this.dispatcher.subscribe(subscriber);
		}
	}

	/**
	 * Notes what is dealt out.
	 */
	private static final class Hand implements Outlet<String> {

		private final List<String> dealt = new ArrayList<>();

		@Override
		public void send(Subscriber subscriber, List<String> events) {
			this.dealt.add(subscriber + " " + events);
		}

		@Override
		public void discard(List<String> events) {
		}

		@Override
		public void warn(String message) {
		}

	}

	/**
	 * A subscriber that says nothing but its name.
	 */
	private static final class Named implements Subscriber {

		private final String name;

		Named(String name) {
			this.name = name;
		}

		@Override
		public Object consumer() {
			return this;
		}

		@Override
		public @Nullable Object attribute(String name) {
			return null;
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

}
