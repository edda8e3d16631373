package io.genstage;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.StageDefinition;
import io.genstage.source.EventQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Handlers that wait for room in a queue which only they can make.
 */
@Timeout(60)
class StandstillTests {

	// Held, because the log manager forgets loggers that nobody else knows.
	private final Logger logger = Logger.getLogger(EventQueue.class.getName());

	private final Warnings warnings = new Warnings();

	// Interrupts what stands still when it is closed.
	private final StageSystem system = StageSystem.builder().closeTimeout(Duration.ofMillis(10)).build();

	private final EventQueue<Integer> queue = new EventQueue<>(2);

	@BeforeEach
	void listen() {
		this.logger.addHandler(this.warnings);
	}

	@AfterEach
	void stop() {
		this.logger.removeHandler(this.warnings);
		this.system.close();
	}

	private ConsumerStage<Integer> puttingMore() {
		return (events, from) -> {
			for (int event : events) {
				for (int next = 1; next <= 10; next++) {
					this.queue.put(event + next);
				}
			}
		};
	}

	private void start(StageDefinition... stages) {
		new Pipeline(PipelineGraph.of(List.of(stages)), this.system).start();
		assertThat(this.queue.offer(1)).isTrue();
	}

	private void awaitWarningOf(String stage) {
		Awaitility.await()
			.untilAsserted(() -> assertThat(this.warnings.messages).singleElement()
				.asString()
				.contains("stage '%s' waits for room in 'queue', whose events come to it".formatted(stage))
				.contains("both stand still")
				.contains("the capacity of 'queue' (2)"));
	}

	@Test
	void areSaidToStandStill() {
		start(StageDefinition.of("queue", this.queue), StageDefinition.of("more", puttingMore())
			.subscribeTo("queue", SubscribeOptions.defaults().withMaxDemand(1)));
		awaitWarningOf("more");
		assertThat(this.queue.size()).isEqualTo(2);
	}

	@Test
	void areSaidToStandStillAlsoFarBehindTheQueue() {
		start(StageDefinition.of("queue", this.queue),
				StageDefinition.of("between", (ProducerConsumerStage<Integer, Integer>) (events, from) -> events)
					.subscribeTo("queue", SubscribeOptions.defaults().withMaxDemand(1)),
				StageDefinition.of("more", puttingMore())
					.subscribeTo("between", SubscribeOptions.defaults().withMaxDemand(1)));
		awaitWarningOf("more");
	}

	@Test
	void areNotMeantIfOthersMakeRoom() {
		CountDownLatch handled = new CountDownLatch(10);
		EventQueue<Integer> first = new EventQueue<>(5);
		new Pipeline(PipelineGraph.of(List.of(StageDefinition.of("first", first),
				StageDefinition.of("more", puttingMore()).subscribeTo("first"))), this.system)
			.start();
		start(StageDefinition.of("queue", this.queue),
				StageDefinition.of("handling", (ConsumerStage<Integer>) (events, from) -> handled.countDown())
					.subscribeTo("queue", SubscribeOptions.defaults().withMaxDemand(1)));
		first.offer(1);
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> handled.getCount() == 0);
		assertThat(this.warnings.messages).isEmpty();
	}

	/**
	 * What queues log, on any thread.
	 */
	private static final class Warnings extends Handler {

		private final List<String> messages = new CopyOnWriteArrayList<>();

		@Override
		public void publish(LogRecord line) {
			this.messages.add(line.getMessage());
		}

		@Override
		public void flush() {
		}

		@Override
		public void close() {
		}

	}

}
