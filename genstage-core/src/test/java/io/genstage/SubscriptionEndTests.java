package io.genstage;

import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SubscriptionEndTests {

	private final Dialogue dialogue = new Dialogue();

	private final Probe p = this.dialogue.probe("p");

	private final Probe c = this.dialogue.probe("c");

	@Test
	void isToldWhenTheConsumerHasMetIt() {
		StageRef consumer = this.dialogue.start("s", new TestConsumer(this.dialogue));
		CompletableFuture<?> ended = end(Dialogue.subscribe(consumer, this.p.ref(), 4, 2, CancelMode.TEMPORARY).join());
		assertThat(ended).isNotDone();
		this.p.cancel(ExitReason.SHUTDOWN);
		assertThat(ended).isCompleted();
	}

	@Test
	void waitsForTheEventsThatAProducerConsumerHasQueued() {
		StageRef stage = this.dialogue.start("s", new TestProducerConsumer(this.dialogue));
		CompletableFuture<?> ended = end(Dialogue.subscribe(stage, this.p.ref(), 4, 2, CancelMode.TEMPORARY).join());
		this.p.send("a", "b");
		this.p.cancel(ExitReason.SHUTDOWN);
		assertThat(ended).isNotDone();
		this.c.subscribeAndAsk(stage, 2);
		assertThat(ended).isCompleted();
	}

	@Test
	void isToldOfAConsumerThatHasStoppedOnceTheProducerHasForgottenIt() {
		StageRef consumer = this.dialogue.start("s", new TestConsumer(this.dialogue));
		CompletableFuture<?> ended = end(Dialogue.subscribe(consumer, this.p.ref(), 4, 2).join());
		consumer.stop(ExitReason.SHUTDOWN);
		this.p.send("late");
		assertThat(ended).isNotDone();
		assertThat(consumer.status().discarded()).isEqualTo(1);
		this.p.cancel(ExitReason.SHUTDOWN);
		assertThat(ended).isCompleted();
	}

	@Test
	void isToldWhenAProducerConsumerStopsBeforeItGetsToIt() {
		StageRef stage = this.dialogue.start("s", new TestProducerConsumer(this.dialogue));
		CompletableFuture<?> ended = end(Dialogue.subscribe(stage, this.p.ref(), 4, 2, CancelMode.TEMPORARY).join());
		this.p.send("a");
		this.p.cancel(ExitReason.SHUTDOWN);
		stage.stop(ExitReason.SHUTDOWN);
		assertThat(ended).isCompleted();
	}

	private static CompletableFuture<?> end(Subscription subscription) {
		return subscription.whenEnded().toCompletableFuture();
	}

}
