package io.genstage;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

import io.genstage.simulation.SeededExecutor;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The order in which events leave a producer that had some in its buffer when it was told
 * to accumulate demand.
 */
class AccumulatingProducerTests {

	private final SeededExecutor executor = new SeededExecutor(1);

	private final StageSystem system = StageSystem.builder().executor(this.executor).scheduler(this.executor).build();

	private final List<Object> received = new ArrayList<>();

	private final StageRef producer = this.system.start("producer", new Teller());

	@Test
	void sendsBufferedEventsBeforeThoseEmittedWhileItAccumulates() {
		tell("a", "b", "c");
		this.producer.demand(DemandMode.ACCUMULATE);
		tell("d");
		subscribe(4);
		forward();
		assertThat(this.received).startsWith("a", "b", "c", "d");
	}

	@Test
	void keepsTheOrderOfTheBufferWhenOnlyAPartOfItIsAskedFor() {
		tell("a", "b", "c");
		this.producer.demand(DemandMode.ACCUMULATE);
		subscribe(1);
		forward();
		assertThat(this.received).startsWith("a", "b", "c");
	}

	/** GenStage asks for two, so that three events meet the demand for two. */
	@Test
	void meetsDemandFromTheBufferFirstThenAsksForWhatIsMissingThenSendsWhatCameLater() {
		tell("a", "b", "c");
		this.producer.demand(DemandMode.ACCUMULATE);
		subscribe(5);
		tell("d");
		forward();
		assertThat(this.received).startsWith("a", "b", "c", "demanded 1 of 1", "d");
	}

	private void tell(Object... events) {
		this.producer.tell(List.of(events));
		this.executor.runReady();
	}

	private void subscribe(int maxDemand) {
		StageRef consumer = this.system.start("consumer", (ConsumerStage<Object>) (events, from) -> {
			if (this.received.size() < 10) {
				this.received.addAll(events);
			}
		});
		consumer.subscribeTo(this.producer, SubscribeOptions.defaults().withMaxDemand(maxDemand).withMinDemand(0));
		this.executor.runReady();
	}

	private void forward() {
		this.producer.demand(DemandMode.FORWARD);
		for (int task = 0; task < 20; task++) {
			this.executor.runOne();
		}
	}

	/**
	 * Emits what it is told, and events that name the demand they answer.
	 */
	private static final class Teller implements ProducerStage<Object> {

		@Override
		public List<Object> handleDemand(long demand) {
			return LongStream.rangeClosed(1, demand)
				.<Object>mapToObj((number) -> "demanded %d of %d".formatted(number, demand))
				.toList();
		}

		@Override
		public List<Object> onInfo(Object message) {
			return List.copyOf((List<?>) message);
		}

	}

}
