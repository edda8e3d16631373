package io.genstage;

import java.util.List;

import io.genstage.dispatch.Dispatchers;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

class StageStatusTests {

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final Probe p = this.dialogue.probe("p");

	private final Probe c = this.dialogue.probe("c");

	@Test
	@DisplayName("G68 a producer: what it emitted was sent on, is buffered or was discarded")
	void ofAProducer() {
		StageRef stage = this.dialogue.start("s", new TestProducer(this.dialogue),
				StageOptions.defaults().withBufferSize(2));
		OpenSubscription link = this.c.subscribeAndAsk(stage, 3);
		stage.tell(List.of("a", "b", "c", "d", "e", "f"));
		StageStatus status = stage.status();
		assertThat(status.kind()).isEqualTo(StageKind.PRODUCER);
		assertThat(status.isRunning()).isTrue();
		assertThat(status.in()).isZero();
		assertThat(status.out()).isEqualTo(6);
		assertThat(link.status().sent()).isEqualTo(3);
		assertThat(status.buffered()).isEqualTo(2);
		assertThat(status.discarded()).isEqualTo(1);
		assertThat(status.held()).isEqualTo(2);
		assertThat(status.producers()).isEmpty();
		assertThat(status.consumers()).containsExactly(link.status());
	}

	@Test
	@DisplayName("G82 a consumer: what it was sent is handled or discarded")
	void ofAConsumer() {
		StageRef stage = this.dialogue.start("s", new TestConsumer(this.dialogue));
		Dialogue.subscribe(stage, this.p.ref(), 4, 2);
		this.p.send("a", "b", "c");
		StageStatus status = stage.status();
		assertThat(status.kind()).isEqualTo(StageKind.CONSUMER);
		assertThat(status.in()).isEqualTo(3);
		assertThat(status.out()).isZero();
		assertThat(status.held()).isZero();
		assertThat(status.producers()).containsExactly(new SubscriptionStatus(this.p.link().id(), "p", "s",
				new SubscribeOptions(4, 2, CancelMode.PERMANENT), new SubscriptionCounts(6, 3, 3, 0)));
		assertThat(status.producers().get(0).demand()).isEqualTo(3);
	}

	@Test
	@DisplayName("G96 a producer-consumer: what it was sent is handled, queued or discarded")
	void ofAProducerConsumer() {
		StageRef stage = this.dialogue.start("s", new TestProducerConsumer(this.dialogue));
		Dialogue.subscribe(stage, this.p.ref(), 8, 6);
		OpenSubscription link = this.c.subscribeAndAsk(stage, 1);
		this.p.send("a", "b", "c");
		this.p.send("d", "e");
		StageStatus status = stage.status();
		assertThat(status.kind()).isEqualTo(StageKind.PRODUCER_CONSUMER);
		assertThat(status.in()).isEqualTo(3);
		assertThat(status.queued()).isEqualTo(2);
		assertThat(status.out()).isEqualTo(3);
		assertThat(status.buffered()).isEqualTo(2);
		assertThat(status.held()).isEqualTo(4);
		assertThat(link.status().sent()).isEqualTo(1);
		assertThat(this.p.link().status().inFlight()).isEqualTo(2);
		stage.stop(ExitReason.SHUTDOWN);
		status = stage.status();
		assertThat(status.exit()).isEqualTo(ExitReason.SHUTDOWN);
		assertThat(status.discarded()).isEqualTo(4);
		assertThat(status.held()).isZero();
		assertThat(status.producers()).isEmpty();
		assertThat(status.consumers()).isEmpty();
		assertThat(this.p.link().status().inFlight()).isZero();
	}

	@Test
	void countsABroadcastEventOnceForTheStageAndOncePerSubscription() {
		StageRef stage = this.dialogue.start("s", new TestProducer(this.dialogue),
				StageOptions.defaults().withDispatcher(Dispatchers.broadcast()));
		OpenSubscription toC = this.c.subscribeTo(stage);
		OpenSubscription toD = this.dialogue.probe("d").subscribeTo(stage);
		Probe.ask(toC, 2);
		Probe.ask(toD, 2);
		stage.tell(List.of("a", "b"));
		assertThat(stage.status().out()).isEqualTo(2);
		assertThat(toC.status().sent()).isEqualTo(2);
		assertThat(toD.status().sent()).isEqualTo(2);
	}

	@Test
	void keepsTheNumbersOfASubscriptionThatHasEnded() {
		StageRef stage = this.dialogue.start("s", new TestConsumer(this.dialogue));
		Dialogue.subscribe(stage, this.p.ref(), 4, 2, CancelMode.TEMPORARY);
		this.p.send("a", "b");
		this.p.cancel(ExitReason.NORMAL);
		assertThat(stage.status().producers()).isEmpty();
		assertThat(this.p.link().status().asked()).isEqualTo(6);
		assertThat(this.p.link().status().settled()).isEqualTo(2);
	}

	@Test
	void countsWhatAStageGivesUpItselfEvenWhileItStops() {
		this.dialogue.listen(new StageListener() {

			@Override
			public void onDiscard(StageRef stage, Discard discard) {
				StageStatusTests.this.dialogue.journal().note("onDiscard " + stage.name() + " " + discard.count());
			}

		});
		StageRef stage = this.dialogue.start("s", new Hoarder());
		Dialogue.subscribe(stage, this.p.ref(), 4, 2);
		this.p.send("a", "b", "c");
		this.dialogue.skip();
		stage.tell("drop one");
		assertThat(this.dialogue.heard()).containsExactly("onDiscard s 1");
		stage.stop(ExitReason.SHUTDOWN);
		assertThat(this.dialogue.heard()).containsExactly("onDiscard s 2", "p <- cancel (down, shutdown)");
		assertThat(stage.status().in()).isZero();
		assertThat(stage.status().discarded()).isEqualTo(3);
		assertThat(this.log.read()).containsExactly("WARNING stage 's' has discarded 1 events: somebody wants it so",
				"WARNING stage 's' has discarded 2 events: received and not handled when it stopped (shutdown)");
	}

	/**
	 * Keeps what it gets.
	 */
	private static final class Hoarder implements ConsumerStage<String> {

		private StageContext context;

		private Subscription from;

		@Override
		public void onStart(StageContext context) {
			this.context = context;
		}

		@Override
		public boolean reportsHandled() {
			return true;
		}

		@Override
		public void handleEvents(List<String> events, Subscription from) {
			this.from = from;
		}

		@Override
		public void onInfo(Object message) {
			this.context.discard(this.from, List.of("a"), "somebody wants it so", null);
		}

	}

}
