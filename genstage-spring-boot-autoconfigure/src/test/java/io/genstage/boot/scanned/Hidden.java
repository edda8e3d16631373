package io.genstage.boot.scanned;

import java.util.List;
import java.util.stream.Stream;

import io.genstage.annotation.Batch;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.annotation.SubscribeTo;

/**
 * Beans with methods that only this package can call, to be extended elsewhere.
 */
public final class Hidden {

	private Hidden() {
	}

	public static class Source {

		private final List<Integer> numbers = List.of(1, 2);

		@Producer(name = "hidden")
		Stream<Integer> numbers() {
			return this.numbers.stream();
		}

	}

	public static class Polled {

		private final int number = Integer.parseInt("1");

		@Producer(name = "hidden")
		int numbers(long demand) {
			return this.number;
		}

	}

	public static class Times {

		private final int factor = Integer.parseInt("10");

		@ProducerConsumer(subscribeTo = "numbers")
		Integer times(Integer number) {
			return number * this.factor;
		}

	}

	public static class Keeper {

		@Consumer(subscribeTo = "numbers")
		void keep(Integer number) {
		}

	}

	public static class Selecting {

		@Consumer(subscriptions = @SubscribeTo(producer = "numbers", selector = "isLarge"))
		public void keep(Integer number) {
		}

		boolean isLarge(Integer number) {
			return number > 1;
		}

	}

	public static class Partitioning {

		@Producer(name = "hidden", dispatcher = "partition", partitions = 2, partitionBy = "parity")
		public Stream<Integer> numbers() {
			return Stream.of(1, 2);
		}

		Object parity(Integer number) {
			return number % 2;
		}

	}

	public static class Batching {

		@Consumer(subscribeTo = "numbers", batch = @Batch(by = "parity"))
		public void keep(List<Integer> numbers) {
		}

		Object parity(Integer number) {
			return number % 2;
		}

	}

}
