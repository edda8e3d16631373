package io.genstage.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.CancelMode;
import io.genstage.ProducerConsumerStage;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.source.EventQueue;
import io.genstage.source.Sources;
import io.genstage.stream.EventStream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Ordinary code that pulls from stages, which do the work ahead of it on threads of their
 * own, but never more of it than was asked for.
 */
class EventStreamExampleTests {

	/**
	 * A loop over an endless producer. Leaving it is all it takes: the block closes the
	 * stream, which cancels its subscription, and the producer goes on for others.
	 */
	@Test
	void loopOverPrimes() {
		try (StageSystem system = StageSystem.create()) {
			// tag::loop[]
			StageRef numbers = system.start("numbers", Sources.stream(IntStream.iterate(2, (number) -> number + 1)));
			StageRef primes = system.start("primes", (ProducerConsumerStage<Integer, Integer>) (events,
					from) -> events.stream().filter(EventStreamExampleTests::isPrime).toList());
			primes.subscribeTo(numbers, SubscribeOptions.defaults().withMaxDemand(100));

			List<Integer> small = new ArrayList<>();
			try (EventStream<Integer> stream = EventStream.in(system)) {
				stream.subscribeTo(primes, SubscribeOptions.defaults().withMaxDemand(10));
				for (int prime : stream) {
					if (prime > 20) {
						break;
					}
					small.add(prime);
				}
			}
			// end::loop[]

			assertThat(small).containsExactly(2, 3, 5, 7, 11, 13, 17, 19);
			assertThat(primes.status().isRunning()).isTrue();
		}
	}

	/**
	 * A {@link Stream} over several producers. It ends when both of them have, since the
	 * subscriptions are transient: they may be outlived if they end well.
	 */
	@Test
	void countOrders() {
		try (StageSystem system = StageSystem.create()) {
			EventQueue<String> shop = new EventQueue<>(100);
			system.start("shop", shop);
			system.start("mail", Sources.iterable(List.of("tea", "milk", "tea")));
			List.of("milk", "tea", "sugar").forEach(shop::offer);
			shop.close();

			// tag::orders[]
			SubscribeOptions options = SubscribeOptions.defaults().withCancel(CancelMode.TRANSIENT);
			try (Stream<String> orders = EventStream.<String>in(system)
				.subscribeTo("shop", options)
				.subscribeTo("mail", options)
				.stream()) {
				assertThat(orders.collect(Collectors.groupingBy((order) -> order, Collectors.counting())))
					.containsEntry("tea", 3L)
					.containsEntry("milk", 2L)
					.containsEntry("sugar", 1L);
			}
			// end::orders[]
		}
	}

	private static boolean isPrime(int number) {
		return IntStream.rangeClosed(2, (int) Math.sqrt(number)).noneMatch((divisor) -> number % divisor == 0);
	}

}
