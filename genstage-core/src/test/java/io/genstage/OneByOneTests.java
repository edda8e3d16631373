package io.genstage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Stages that handle events one by one, which is why their results need not wait for each
 * other.
 */
class OneByOneTests {

	private final Dialogue dialogue = new Dialogue();

	private final Probe p = this.dialogue.probe("p");

	private final Probe c = this.dialogue.probe("c");

	private Duration each = Duration.ofMillis(50);

	/**
	 * Takes its time for each event.
	 */
	private class Slow implements ProducerConsumerStage<String, String> {

		private final boolean oneByOne;

		Slow(boolean oneByOne) {
			this.oneByOne = oneByOne;
		}

		@Override
		public boolean handlesOneByOne() {
			return this.oneByOne;
		}

		@Override
		public List<String> handleEvents(List<String> events, Subscription from) {
			OneByOneTests.this.dialogue.pass(OneByOneTests.this.each.multipliedBy(events.size()));
			return new ArrayList<>(events);
		}

	}

	private void start(boolean oneByOne) {
		StageRef stage = this.dialogue.start("slow", new Slow(oneByOne));
		Dialogue.subscribe(stage, this.p.ref(), 6, 3);
		this.c.subscribeAndAsk(stage, 100);
		this.dialogue.skip();
	}

	@Test
	void handOnEachResultWhileTheyAreSlow() {
		start(true);
		this.p.send("a", "b", "c", "d");
		assertThat(this.dialogue.heard()).containsExactly("c <- events [a]", "c <- events [b]", "c <- events [c]",
				"p <- ask 3", "c <- events [d]");
	}

	@Test
	void handOnManyResultsTogetherWhileTheyAreFast() {
		this.each = Duration.ofNanos(100);
		start(true);
		this.p.send("a", "b", "c", "d", "e", "f");
		assertThat(this.dialogue.heard()).containsExactly("c <- events [a]", "c <- events [b, c]", "p <- ask 3",
				"c <- events [d, e, f]", "p <- ask 3");
	}

	@Test
	void askAtTheSameEventsAsOthers() {
		start(false);
		this.p.send("a", "b", "c", "d");
		assertThat(this.dialogue.heard()).containsExactly("c <- events [a, b, c]", "p <- ask 3", "c <- events [d]");
	}

}
