package io.genstage.dispatch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.genstage.dispatch.TestSubscriber.letters;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every dispatcher promises, whatever it does with the events. The test of a
 * dispatcher extends it:
 *
 * <pre>{@code
 * class RoundRobinDispatcherTests {
 *
 *     &#64;Nested
 *     class Contract extends DispatcherContract {
 *
 *         protected DispatcherFactory<String> factory() {
 *             return RoundRobinDispatcher::new;
 *         }
 *
 *     }
 *
 * }
 * }</pre>
 */
public abstract class DispatcherContract {

	private final Map<Subscriber, List<String>> received = new HashMap<>();

	private final List<String> discarded = new ArrayList<>();

	private final Outlet<String> outlet = new Outlet<>() {

		@Override
		public void send(Subscriber subscriber, List<String> events) {
			assertThat(events).isNotEmpty();
			DispatcherContract.this.received.computeIfAbsent(subscriber, (key) -> new ArrayList<>()).addAll(events);
		}

		@Override
		public void discard(List<String> events) {
			assertThat(events).isNotEmpty();
			DispatcherContract.this.discarded.addAll(events);
		}

		@Override
		public void warn(String message) {
		}

	};

	private Subscriber a;

	private Dispatcher<String> dispatcher;

	@BeforeEach
	void create() {
		this.a = subscriber("A");
		this.dispatcher = factory().create(this.outlet);
	}

	/** Returns what creates the dispatcher. */
	protected abstract DispatcherFactory<String> factory();

	/** Returns a new subscriber of a consumer of its own. */
	protected Subscriber subscriber(String name) {
		return new TestSubscriber(name);
	}

	@Test
	void returnsEverythingWhenNobodyIsSubscribed() {
		assertThat(this.dispatcher.openDemand()).isZero();
		assertThat(this.dispatcher.dispatch(letters("abc"))).containsExactly("a", "b", "c");
	}

	@Test
	void returnsEverythingWhenNobodyHasAsked() {
		assertThat(this.dispatcher.subscribe(this.a)).isZero();
		assertThat(this.dispatcher.openDemand()).isZero();
		assertThat(this.dispatcher.dispatch(letters("abc"))).containsExactly("a", "b", "c");
		assertThat(this.received).isEmpty();
	}

	@Test
	void passesTheDemandOfTheOnlySubscriberOn() {
		this.dispatcher.subscribe(this.a);
		assertThat(this.dispatcher.ask(this.a, 2)).isEqualTo(2);
		assertThat(this.dispatcher.openDemand()).isEqualTo(2);
	}

	@Test
	void returnsWhatGoesBeyondTheDemand() {
		this.dispatcher.subscribe(this.a);
		this.dispatcher.ask(this.a, 2);
		assertThat(this.dispatcher.dispatch(letters("abcd"))).containsExactly("c", "d");
		assertThat(this.received.get(this.a)).containsExactly("a", "b");
		assertThat(this.dispatcher.openDemand()).isZero();
	}

	@Test
	void sendsNothingToASubscriberThatHasLeft() {
		this.dispatcher.subscribe(this.a);
		this.dispatcher.ask(this.a, 2);
		this.dispatcher.cancel(this.a);
		int taken = 2 - this.dispatcher.dispatch(letters("ab")).size();
		assertThat(this.received).isEmpty();
		// What is taken although nobody is there waits for the next subscriber.
		assertThat(this.dispatcher.held()).isEqualTo(taken);
	}

	@Test
	void acceptsAConsumerAgainThatHasLeft() {
		this.dispatcher.subscribe(this.a);
		this.dispatcher.cancel(this.a);
		assertThat(this.dispatcher.subscribe(this.a)).isZero();
		assertThat(this.dispatcher.ask(this.a, 1)).isEqualTo(1);
	}

	@Test
	void holdsNothingThatItHasSentOrReturned() {
		this.dispatcher.subscribe(this.a);
		this.dispatcher.ask(this.a, 2);
		this.dispatcher.dispatch(letters("abc"));
		assertThat(this.dispatcher.held()).isZero();
	}

	@Test
	void runsAnActionAtOnceWhenItHoldsNothing() {
		List<String> run = new ArrayList<>();
		this.dispatcher.afterHeld(() -> run.add("without subscribers"));
		this.dispatcher.subscribe(this.a);
		this.dispatcher.ask(this.a, 2);
		this.dispatcher.afterHeld(() -> run.add("with demand"));
		this.dispatcher.dispatch(letters("abc"));
		this.dispatcher.afterHeld(() -> run.add("without demand"));
		assertThat(run).containsExactly("without subscribers", "with demand", "without demand");
	}

	@Test
	void saturatesInsteadOfOverflowing() {
		this.dispatcher.subscribe(this.a);
		this.dispatcher.ask(this.a, Long.MAX_VALUE);
		this.dispatcher.ask(this.a, Long.MAX_VALUE);
		assertThat(this.dispatcher.openDemand()).isEqualTo(Long.MAX_VALUE);
		assertThat(this.dispatcher.dispatch(letters("ab"))).isEmpty();
		assertThat(this.received.get(this.a)).containsExactly("a", "b");
	}

	@ParameterizedTest(name = "seed {0}")
	@ValueSource(longs = { 1, 2, 3, 4, 5, 6, 7, 8 })
	void sendsInOrderAndNoMoreThanWasAskedFor(long seed) {
		Random random = new Random(seed);
		Map<Subscriber, Long> asked = new HashMap<>();
		List<Subscriber> subscribers = new ArrayList<>();
		List<String> leftovers = new ArrayList<>();
		int emitted = 0;
		for (int step = 0; step < 200; step++) {
			switch (random.nextInt(4)) {
				case 0 -> {
					if (subscribers.size() < 4) {
						Subscriber newcomer = subscriber("S" + step);
						this.dispatcher.subscribe(newcomer);
						subscribers.add(newcomer);
					}
				}
				case 1 -> {
					if (!subscribers.isEmpty()) {
						Subscriber asking = subscribers.get(random.nextInt(subscribers.size()));
						long demand = 1 + random.nextInt(5);
						this.dispatcher.ask(asking, demand);
						asked.merge(asking, demand, Long::sum);
					}
				}
				case 2 -> {
					if (random.nextInt(4) == 0 && !subscribers.isEmpty()) {
						this.dispatcher.cancel(subscribers.remove(random.nextInt(subscribers.size())));
					}
				}
				default -> {
					List<String> events = new ArrayList<>();
					for (int i = 0; i <= random.nextInt(5); i++) {
						events.add("%05d".formatted(emitted++));
					}
					long open = this.dispatcher.openDemand();
					List<String> leftover = this.dispatcher.dispatch(List.copyOf(events));
					int sent = (int) Math.min(open, events.size());
					assertThat(leftover).isEqualTo(events.subList(sent, events.size()));
					leftovers.addAll(leftover);
				}
			}
			assertThat(this.dispatcher.openDemand()).isNotNegative();
			assertThat(this.dispatcher.held()).isNotNegative();
		}
		int held = (int) this.dispatcher.held();
		List<String> givenBack = this.dispatcher.takeHeld();
		assertThat(givenBack).hasSize(held);
		Set<String> received = new HashSet<>();
		this.received.values().forEach(received::addAll);
		assertThat(Stream.of(received, this.discarded, leftovers, givenBack).flatMap(Collection::stream))
			.as("what has become of each event")
			.doesNotHaveDuplicates()
			.hasSize(emitted);
		this.received.forEach((subscriber, events) -> {
			assertThat(events).isSorted().doesNotHaveDuplicates();
			assertThat((long) events.size()).isLessThanOrEqualTo(asked.get(subscriber));
		});
	}

}
