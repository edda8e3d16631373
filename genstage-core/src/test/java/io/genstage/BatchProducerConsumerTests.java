package io.genstage;

import java.time.Duration;
import java.util.List;

import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A producer-consumer with a batching and what its neighbours hear of it.
 */
class BatchProducerConsumerTests {

	private static final BatchOptions OPTIONS = new BatchOptions(3, Duration.ofSeconds(1), 1000);

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final Probe p = this.dialogue.probe("p");

	private final Probe c = this.dialogue.probe("c");

	private final Batching<String> batching = Batching.byKey((event) -> event.substring(0, 1), OPTIONS);

	private final ProducerConsumerStage<String, String> stage = (events, from) -> join(events);

	private StageRef pc;

	private OpenSubscription link;

	private List<String> join(List<String> batch) {
		if (batch.contains("z!")) {
			throw new IllegalArgumentException("bad batch");
		}
		return List.of(String.join("+", batch));
	}

	private void start(int maxDemand, CancelMode mode, long demand) {
		this.pc = this.dialogue.start("pc", this.stage, StageOptions.defaults().withBatching(this.batching));
		Dialogue.subscribe(this.pc, this.p.ref(), maxDemand, 0, mode);
		this.link = this.c.subscribeAndAsk(this.pc, demand);
		this.dialogue.skip();
	}

	@Test
	void emitsWhatABatchBecomes() {
		start(4, CancelMode.PERMANENT, 10);
		this.p.send("a1", "a2", "b1", "a3");
		assertThat(heard()).containsExactly("scheduled in PT1S", "c <- events [a1+a2+a3]", "p <- ask 3");
		this.dialogue.runTimer();
		assertThat(heard()).containsExactly("c <- events [b1]", "p <- ask 1");
	}

	@Test
	void collectsNothingWhileNobodyAsks() {
		start(4, CancelMode.PERMANENT, 0);
		this.p.send("a1", "a2", "a3");
		assertThat(heard()).isEmpty();
		assertThat(this.pc.status().queued()).isEqualTo(3);
		Probe.ask(this.link, 1);
		assertThat(heard()).containsExactly("c <- events [a1+a2+a3]", "p <- ask 3");
	}

	@Test
	void letsWhatATimeoutClosesWaitForDemand() {
		start(4, CancelMode.PERMANENT, 1);
		this.p.send("a1", "b1");
		this.dialogue.skip();
		this.dialogue.runTimer();
		assertThat(heard()).containsExactly("c <- events [a1]", "p <- ask 1", "p <- ask 1");
		assertThat(this.pc.status().buffered()).isEqualTo(1);
		this.p.send("a2", "a3", "a4");
		assertThat(heard()).isEmpty();
		Probe.ask(this.link, 1);
		assertThat(heard()).containsExactly("c <- events [b1]");
		Probe.ask(this.link, 1);
		assertThat(heard()).containsExactly("c <- events [a2+a3+a4]", "p <- ask 3");
	}

	@Test
	void handlesWhatIsOpenWhenItIsDrained() {
		start(6, CancelMode.PERMANENT, 2);
		this.p.send("a1", "a2", "a3", "b1");
		this.dialogue.skip();
		this.pc.drain();
		assertThat(heard()).containsExactly("c <- events [b1]", "p <- cancel (down, normal)",
				"c <- cancelled (down, normal)");
		assertThat(this.pc.status().discarded()).isZero();
	}

	@Test
	void isDrainedBehindTheEventsThatWaitForDemand() {
		start(4, CancelMode.PERMANENT, 0);
		this.p.send("a1", "b1");
		this.pc.drain();
		assertThat(heard()).isEmpty();
		Probe.ask(this.link, 2);
		assertThat(heard()).containsExactly("scheduled in PT1S", "c <- events [a1]", "c <- events [b1]",
				"p <- cancel (down, normal)", "c <- cancelled (down, normal)");
	}

	@Test
	void handlesWhatIsOpenWhenItStopsForAProducerThatHasCompleted() {
		start(4, CancelMode.PERMANENT, 5);
		this.p.send("a1", "b1");
		this.dialogue.skip();
		this.p.stop(ExitReason.NORMAL);
		assertThat(heard()).containsExactly("c <- events [a1]", "c <- events [b1]", "c <- cancelled (down, normal)");
		assertThat(this.pc.status().discarded()).isZero();
	}

	@Test
	void handlesWhatIsOpenWhenItsLastProducerHasGone() {
		start(4, CancelMode.TEMPORARY, 5);
		this.p.send("a1", "b1");
		this.dialogue.skip();
		this.p.stop(ExitReason.of("crash"));
		assertThat(heard()).containsExactly("c <- events [a1]", "c <- events [b1]");
		assertThat(this.pc.status().isRunning()).isTrue();
	}

	@Test
	void discardsWhatIsOpenWhenItIsStopped() {
		start(4, CancelMode.PERMANENT, 5);
		this.p.send("a1", "b1");
		this.pc.stop(ExitReason.SHUTDOWN);
		assertThat(this.pc.status().discarded()).isEqualTo(2);
		assertThat(this.pc.status().held()).isZero();
		assertThat(this.log.read())
			.contains("WARNING stage 'pc' has discarded 2 events: received and not handled when it stopped (shutdown)");
	}

	@Test
	void handsOnWhatItHasMadeWhenOneOfTheLastBatchesFails() {
		start(5, CancelMode.PERMANENT, 5);
		this.p.send("a1", "a2", "z!", "b1");
		this.dialogue.skip();
		this.p.stop(ExitReason.NORMAL);
		assertThat(heard()).containsExactly("c <- events [a1+a2]",
				"c <- cancelled (down, failure (java.lang.IllegalArgumentException: bad batch))");
		assertThat(this.pc.status().in()).isEqualTo(2);
		assertThat(this.pc.status().discarded()).as("z! and b1").isEqualTo(2);
	}

	@Test
	void canBeChangedWhileItRuns() {
		start(4, CancelMode.PERMANENT, 5);
		this.p.send("a1");
		this.dialogue.skip();
		this.batching.change(OPTIONS.withSize(1));
		assertThat(heard()).containsExactly("c <- events [a1]", "p <- ask 1");
	}

	@Test
	void getsAllOtherCallbacksAsEver() {
		this.pc = this.dialogue.start("pc", new TestProducerConsumer(this.dialogue),
				StageOptions.defaults().withBatching(Batching.of(OPTIONS)));
		Dialogue.subscribe(this.pc, this.p.ref(), 4, 0, CancelMode.TEMPORARY);
		this.c.subscribeAndAsk(this.pc, 10);
		assertThat(heard()).containsExactly("p <- subscribe", "onSubscribe PRODUCER p", "p <- ask 4",
				"onSubscribe CONSUMER c");
		this.p.send("a1", "a2", "b1", "a3");
		assertThat(heard()).containsExactly("scheduled in PT1S", "handleEvents [a1, a2, b1]",
				"c <- events [a1, a2, b1]", "p <- ask 3");
		this.pc.drain();
		assertThat(heard()).containsSubsequence("handleEvents [a3]", "c <- events [a3]", "onStop normal");
	}

	private List<String> heard() {
		return this.dialogue.heard();
	}

}
