package io.genstage.examples;

import java.time.Duration;
import java.util.List;

import io.genstage.ConsumerStage;
import io.genstage.Peer;
import io.genstage.StageContext;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import io.genstage.source.Sources;

// tag::limiting[]
class RateLimiting {

	static class RateLimiter implements ConsumerStage<Integer> {

		private final Duration period;

		private StageContext context;

		private Subscription subscription;

		private long allowed;

		RateLimiter(Duration period) {
			this.period = period;
		}

		@Override
		public boolean asksItself() {
			return true;
		}

		@Override
		public void onStart(StageContext context) {
			this.context = context;
		}

		@Override
		public void onSubscribe(Peer peer, Subscription subscription) {
			this.subscription = subscription;
			this.allowed = subscription.options().maxDemand();
			ask();
		}

		@Override
		public void handleEvents(List<Integer> numbers, Subscription from) {
			System.out.println(numbers);
			this.allowed += numbers.size();
		}

		@Override
		public void onInfo(Object message) {
			ask();
		}

		private void ask() {
			this.subscription.ask(this.allowed);
			this.allowed = 0;
			this.context.tellLater(this.period, "the period is over");
		}

	}

	public static void main(String[] arguments) {
		try (StageSystem system = StageSystem.create()) {
			StageRef numbers = system.start("numbers", Sources.iterable(List.of(1, 2, 3, 4, 5, 6, 7)));
			StageRef limiter = system.start("limiter", new RateLimiter(Duration.ofMillis(100)));
			limiter.subscribeTo(numbers, SubscribeOptions.defaults().withMaxDemand(3));
			limiter.whenStopped().toCompletableFuture().join();
		}
	}

}
// end::limiting[]
