package io.genstage.examples;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import io.genstage.flow.Flows;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A thermometer that knows nothing of stages publishes its readings. A stage turns them
 * into alarms, which a display that knows nothing of stages either subscribes to.
 */
class FlowExampleTests {

	@Test
	void bringsReadingsFromAPublisherThroughAStageToASubscriber()
			throws InterruptedException, ExecutionException, TimeoutException {
		try (StageSystem system = StageSystem.create()) {
			Display display = new Display();
			// tag::flow[]
			try (SubmissionPublisher<Double> thermometer = new SubmissionPublisher<>()) {
				StageRef readings = system.start("readings", Flows.producer(thermometer));
				StageRef alarms = system.start("alarms", new Alarms(30.0));
				alarms.subscribeTo(readings, SubscribeOptions.defaults().withMaxDemand(10));

				Flow.Publisher<String> publisher = Flows.publisher(system, alarms);
				publisher.subscribe(display);

				// Waits when the buffer of the publisher is full: demand reaches to here.
				for (double reading : new double[] { 21.5, 30.5, 29.0, 31.0 }) {
					thermometer.submit(reading);
				}
			}
			// end::flow[]
			assertThat(display.shown.get(30, TimeUnit.SECONDS)).isEqualTo("30.5 is too hot\n31.0 is too hot\n");
		}
	}

	@Test
	void putsASubscriberAtTheEndOfAPipelineAsAConsumer()
			throws InterruptedException, ExecutionException, TimeoutException {
		try (StageSystem system = StageSystem.create()) {
			Display display = new Display();
			ConsumerStage<String> consumer = Flows.consumer(display);
			StageRef shown = system.start("display", consumer);
			try (SubmissionPublisher<String> alarms = new SubmissionPublisher<>()) {
				shown.subscribeTo(system.start("alarms", Flows.producer(alarms)), SubscribeOptions.defaults());
				alarms.submit("door open");
			}
			assertThat(display.shown.get(30, TimeUnit.SECONDS)).isEqualTo("door open\n");
		}
	}

	/**
	 * Lets only those readings through that are above a limit.
	 */
	private record Alarms(double limit) implements ProducerConsumerStage<Double, String> {

		@Override
		public List<String> handleEvents(List<Double> readings, Subscription from) {
			return readings.stream()
				.filter((reading) -> reading > this.limit)
				.map((reading) -> reading + " is too hot")
				.toList();
		}

	}

	/**
	 * Takes one line at a time.
	 */
	private static final class Display implements Flow.Subscriber<String> {

		private final CompletableFuture<String> shown = new CompletableFuture<>();

		private final StringBuilder lines = new StringBuilder();

		private Flow.Subscription subscription;

		@Override
		public void onSubscribe(Flow.Subscription subscription) {
			this.subscription = subscription;
			subscription.request(1);
		}

		@Override
		public void onNext(String line) {
			this.lines.append(line).append('\n');
			this.subscription.request(1);
		}

		@Override
		public void onError(Throwable error) {
			this.shown.completeExceptionally(error);
		}

		@Override
		public void onComplete() {
			this.shown.complete(this.lines.toString());
		}

	}

}
