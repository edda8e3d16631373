package io.genstage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.genstage.dispatch.Dispatchers;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What everybody else does while consumers stay in their first batch. A consumer sleeps
 * by letting all others run to rest before its callback returns.
 */
class SleepingConsumerTests {

	private static final int MANY_TURNS = 1000;

	private final ManualExecutor executor = new ManualExecutor();

	private final Dialogue dialogue = new Dialogue(this.executor);

	private final List<String> heardWhileAllSleep = new ArrayList<>();

	@Test
	@DisplayName("G8 what two of a broadcast have asked for in common is demanded once")
	void demandInCommonIsDemandedOnce() {
		StageRef counter = startCounter(StageOptions.defaults().withDispatcher(Dispatchers.broadcast()));
		Dialogue.subscribe(startSleeper("consumer"), counter, 10, 0);
		Dialogue.subscribe(startSleeper("other"), counter, 20, 0);
		forward(counter);
		assertThat(this.heardWhileAllSleep).containsExactly("handleDemand 10",
				"handleEvents [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]", "handleEvents [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]");
	}

	@Test
	@DisplayName("G13 a producer-consumer that emits later stops asking once the demand is used up")
	void demandIsUsedUpByEventsThatAreEmittedLater() {
		StageRef counter = startCounter(StageOptions.defaults());
		StageRef postponer = this.dialogue.start("postponer", new Postponer());
		Dialogue.subscribe(postponer, counter, 10, 8);
		Dialogue.subscribe(startSleeper("sleeper"), postponer, 10, 5);
		forward(counter);
		assertThat(this.heardWhileAllSleep).containsExactly("handleDemand 10", "postponed [0, 1]", "postponed [2, 3]",
				"postponed [4, 5]", "postponed [6, 7]", "postponed [8, 9]", "handleDemand 2", "handleDemand 2",
				"handleDemand 2", "handleDemand 2", "handleDemand 2", "handleEvents [0, 1]");
	}

	private StageRef startCounter(StageOptions options) {
		return this.dialogue.start("counter", TestProducer.counting(this.dialogue),
				options.withDemandMode(DemandMode.ACCUMULATE));
	}

	private StageRef startSleeper(String name) {
		return this.dialogue.start(name, new TestConsumer(this.dialogue, Map.of("0", this::sleep)));
	}

	private void sleep() {
		this.executor.run(MANY_TURNS);
		if (this.heardWhileAllSleep.isEmpty()) {
			this.heardWhileAllSleep.addAll(this.dialogue.heard());
		}
	}

	/**
	 * Lets a producer forward when everything is connected, until all consumers sleep.
	 */
	private void forward(StageRef producer) {
		this.executor.runAll();
		this.dialogue.skip();
		producer.demand(DemandMode.FORWARD);
		this.executor.run(MANY_TURNS);
	}

	/**
	 * A producer-consumer that tells itself what it gets, and emits it then.
	 */
	private final class Postponer implements ProducerConsumerStage<String, String> {

		private StageRef self = SleepingConsumerTests.this.dialogue.probe("nobody").ref();

		@Override
		public void onStart(StageContext context) {
			this.self = context.self();
		}

		@Override
		public List<String> handleEvents(List<String> events, Subscription from) {
			this.self.tell(events);
			return List.of();
		}

		@Override
		@SuppressWarnings("unchecked") // it tells itself lists of strings
		public List<String> onInfo(Object message) {
			SleepingConsumerTests.this.dialogue.journal().note("postponed " + message);
			return (List<String>) message;
		}

	}

}
