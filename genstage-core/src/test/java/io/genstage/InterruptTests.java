package io.genstage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The interrupt flag that a callback leaves set is nobody else's. All stages here run on
 * the thread of the test, which clears no flag by itself.
 */
class InterruptTests {

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final Probe p = this.dialogue.probe("p");

	private final List<String> seen = new ArrayList<>();

	@AfterEach
	void clear() {
		Thread.interrupted();
	}

	private StageRef start(String name, ConsumerStage<String> consumer) {
		return start(name, consumer, StageOptions.defaults());
	}

	private StageRef start(String name, ConsumerStage<String> consumer, StageOptions options) {
		StageRef stage = this.dialogue.start(name, consumer, options);
		Dialogue.subscribe(stage, this.p.ref(), 2, 1);
		return stage;
	}

	/** Notes events that meet the flag, and sets it. */
	private void handle(List<String> events) {
		this.seen.add(events + (Thread.currentThread().isInterrupted() ? " interrupted" : ""));
		Thread.currentThread().interrupt();
		if (events.contains("bad")) {
			throw new IllegalStateException("bad");
		}
	}

	@Test
	void isNotSeenByTheNextBatchAndTheNextMessage() {
		start("s", (events, from) -> handle(events));
		this.p.send("a", "b");
		this.p.send("c");
		assertThat(this.seen).containsExactly("[a]", "[b]", "[c]");
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

	@Test
	void isNotSeenByAnotherStageOnTheThread() {
		start("s", (events, from) -> handle(events));
		this.p.send("bad");
		start("t", (events, from) -> handle(events));
		this.p.send("a");
		assertThat(this.seen).containsExactly("[bad]", "[a]");
	}

	@Test
	void isNotSeenBehindABatchThatIsCollected() {
		start("s", (batch, from) -> handle(batch),
				StageOptions.defaults().withBatching(Batching.of(BatchOptions.defaults().withSize(1))));
		this.p.send("a", "b");
		assertThat(this.seen).containsExactly("[a]", "[b]");
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

	@Test
	void isNotSeenBehindALimitedStage() {
		start("s", (events, from) -> handle(events),
				StageOptions.defaults().withRate(new RateAccount(RateLimit.of(1, Duration.ofSeconds(1)))));
		this.p.send("a");
		this.dialogue.runTimer();
		this.p.send("b");
		assertThat(this.seen).containsExactly("[a]", "[b]");
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

	@Test
	void isNotSeenBehindAProducer() {
		ProducerStage<String> interrupting = (demand) -> {
			this.seen.add(demand + (Thread.currentThread().isInterrupted() ? " interrupted" : ""));
			Thread.currentThread().interrupt();
			return List.of();
		};
		StageRef producer = this.dialogue.start("producer", interrupting);
		Probe c = this.dialogue.probe("c");
		Probe.ask(c.subscribeAndAsk(producer, 1), 2);
		assertThat(this.seen).containsExactly("1", "2");
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

	@Test
	void staysForAStageThatIsToldToStop() {
		StageRef[] stage = new StageRef[1];
		stage[0] = start("s", (events, from) -> {
			stage[0].stop(ExitReason.SHUTDOWN);
			handle(events);
		});
		this.p.send("a", "b");
		assertThat(this.seen).containsExactly("[a]", "[b] interrupted");
	}

	@Test
	void staysForTheOneWhoLentTheThread() {
		start("s", (events, from) -> handle(events));
		Thread.currentThread().interrupt();
		this.p.send("a", "b");
		assertThat(this.seen).containsExactly("[a] interrupted", "[b] interrupted");
		assertThat(Thread.currentThread().isInterrupted()).isTrue();
	}

}
