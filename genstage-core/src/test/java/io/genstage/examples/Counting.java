package io.genstage.examples;

import java.util.List;
import java.util.stream.Stream;

import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.ProducerConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.StageContext;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;

// tag::counting[]
class Counting {

	static class Numbers implements ProducerStage<Integer> {

		private int next;

		@Override
		public List<Integer> handleDemand(long demand) {
			return Stream.generate(() -> this.next++).limit(demand).toList();
		}

	}

	static class Triple implements ProducerConsumerStage<Integer, Integer> {

		@Override
		public List<Integer> handleEvents(List<Integer> numbers, Subscription from) {
			return numbers.stream().map((number) -> 3 * number).toList();
		}

	}

	static class Printer implements ConsumerStage<Integer> {

		private StageContext context;

		@Override
		public void onStart(StageContext context) {
			this.context = context;
		}

		@Override
		public void handleEvents(List<Integer> numbers, Subscription from) {
			System.out.println(numbers);
			if (numbers.contains(42)) {
				this.context.stop(ExitReason.NORMAL);
			}
		}

	}

	public static void main(String[] arguments) {
		try (StageSystem system = StageSystem.create()) {
			StageRef numbers = system.start("numbers", new Numbers());
			StageRef triple = system.start("triple", new Triple());
			StageRef printer = system.start("printer", new Printer());
			SubscribeOptions tenAtMost = SubscribeOptions.defaults().withMaxDemand(10).withMinDemand(5);
			printer.subscribeTo(triple, tenAtMost);
			triple.subscribeTo(numbers, tenAtMost);
			printer.whenStopped().toCompletableFuture().join();
		}
	}

}
// end::counting[]
