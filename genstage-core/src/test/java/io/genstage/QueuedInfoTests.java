package io.genstage;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

import io.genstage.buffer.BufferKeep;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Messages that a stage gets when it has handed on its events.
 */
class QueuedInfoTests {

	private static final String SUBSCRIBED = "onSubscribe CONSUMER c";

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final Probe p = this.dialogue.probe("p");

	private final Probe c = this.dialogue.probe("c");

	@Nested
	class InAProducer {

		@Test
		@DisplayName("G35 comes at once if the buffer is empty")
		void comesAtOnceIfTheBufferIsEmpty() {
			StageRef producer = start(10);
			assertThat(tell(producer, "x").toCompletableFuture()).isCompleted();
			assertThat(heard()).containsExactly("onInfo x");
		}

		@ParameterizedTest
		@ValueSource(ints = { 3, StageOptions.UNLIMITED })
		@DisplayName("G36 G37 Q10 comes with the last event, without more demand and uncounted")
		void comesWithTheLastEvent(int capacity) {
			StageRef producer = start(capacity);
			producer.tell(List.of("a"));
			assertThat(tell(producer, "x").toCompletableFuture()).isCompleted();
			assertThat(heard()).isEmpty();
			assertThat(producer.status().buffered()).isEqualTo(1);
			c.subscribeAndAsk(producer, 1);
			assertThat(heard()).containsExactly(SUBSCRIBED, "c <- events [a]", "onInfo x");
		}

		@ParameterizedTest
		@ValueSource(ints = { 2, 3, StageOptions.UNLIMITED })
		@DisplayName("G38 G39 comes with the last of several events, be the buffer full or not")
		void comesWithTheLastOfSeveralEvents(int capacity) {
			StageRef producer = start(capacity);
			producer.tell(List.of("a", "b"));
			tell(producer, "x");
			OpenSubscription link = c.subscribeAndAsk(producer, 1);
			assertThat(heard()).containsExactly(SUBSCRIBED, "c <- events [a]");
			Probe.ask(link, 1);
			assertThat(heard()).containsExactly("c <- events [b]", "onInfo x");
		}

		@Test
		@DisplayName("G40 stays behind its event when others are stored behind it")
		void staysBehindItsEvent() {
			StageRef producer = start(3);
			producer.tell(List.of("a", "b", "c"));
			tell(producer, "x");
			OpenSubscription link = c.subscribeAndAsk(producer, 2);
			assertThat(heard()).containsExactly(SUBSCRIBED, "c <- events [a, b]");
			producer.tell(List.of("d", "e"));
			tell(producer, "y");
			Probe.ask(link, 1);
			assertThat(heard()).containsExactly("c <- events [c]", "onInfo x");
			Probe.ask(link, 2);
			assertThat(heard()).containsExactly("c <- events [d, e]", "onInfo y");
		}

		@Test
		@DisplayName("G41 comes when the events before it are dropped")
		void comesWhenTheEventsBeforeItAreDropped() {
			StageRef producer = start(3);
			producer.tell(List.of("a", "b"));
			tell(producer, "x");
			c.subscribeTo(producer);
			producer.tell(List.of("c", "d"));
			assertThat(heard()).containsExactly(SUBSCRIBED, "onDiscard [a]");
			producer.tell(List.of("e"));
			assertThat(heard()).containsExactly("onDiscard [b]", "onInfo x");
		}

		@Test
		@DisplayName("G41 comes when more events than the buffer holds drop all before it")
		void comesWhenMoreEventsThanTheBufferHoldsCome() {
			StageRef producer = start(2);
			producer.tell(List.of("a", "b"));
			tell(producer, "x");
			tell(producer, "y");
			producer.tell(List.of("c", "d", "e"));
			assertThat(heard()).containsExactly("onDiscard [a, b, c]", "onInfo x", "onInfo y");
			c.subscribeAndAsk(producer, 2);
			assertThat(heard()).containsExactly(SUBSCRIBED, "c <- events [d, e]");
		}

		@Test
		@DisplayName("11 stays if the full buffer refuses new events")
		void staysIfTheBufferRefusesNewEvents() {
			StageRef producer = dialogue.start("producer", new TestProducer(dialogue),
					StageOptions.defaults().withBufferSize(2).withBufferKeep(BufferKeep.FIRST));
			producer.tell(List.of("a", "b"));
			tell(producer, "x");
			producer.tell(List.of("c"));
			assertThat(heard()).containsExactly("onDiscard [c]");
			c.subscribeAndAsk(producer, 2);
			assertThat(heard()).containsExactly(SUBSCRIBED, "c <- events [a, b]", "onInfo x");
		}

		@ParameterizedTest
		@ValueSource(ints = { 10, StageOptions.UNLIMITED })
		@DisplayName("G42 keeps its order among others and cuts the events into messages")
		void keepsItsOrder(int capacity) {
			ManualExecutor executor = new ManualExecutor();
			Dialogue dialogue = new Dialogue(executor);
			Probe consumer = dialogue.probe("c");
			StageRef producer = dialogue.start("producer", new TestProducer(dialogue),
					StageOptions.defaults().withBufferSize(capacity));
			producer.tell(List.of("a", "b", "c"));
			for (String info : List.of("d", "e", "f")) {
				producer.tellBehindEvents(note(dialogue, info));
			}
			producer.tell(List.of("g", "h"));
			producer.tellBehindEvents(note(dialogue, "i"));
			OpenSubscription link = consumer.subscribeTo(producer);
			executor.runAll();
			assertThat(dialogue.heard()).containsExactly(SUBSCRIBED);
			Probe.ask(link, 5);
			executor.runAll();
			assertThat(dialogue.heard()).containsExactly("c <- events [a, b, c]", "c <- events [g, h]", "onInfo d",
					"onInfo e", "onInfo f", "onInfo i");
		}

		@Test
		@DisplayName("11 comes after the messages that the stage was told before it is released")
		void comesAfterTheMessagesThatWaitAlready() {
			ManualExecutor executor = new ManualExecutor();
			Dialogue dialogue = new Dialogue(executor);
			StageRef producer = dialogue.start("producer", new TestProducer(dialogue));
			producer.tellBehindEvents(note(dialogue, "behind"));
			producer.tell(note(dialogue, "waiting"));
			executor.runAll();
			assertThat(dialogue.heard()).containsExactly("onInfo waiting", "onInfo behind");
		}

		@Test
		@DisplayName("11 lets a producer stop itself after its last events")
		void letsAProducerStopItselfAfterItsLastEvents() {
			TestProducer stage = new TestProducer(dialogue);
			StageRef producer = dialogue.start("producer", stage);
			producer.tell(List.of("a", "b"));
			Runnable stop = () -> stage.context.stop(ExitReason.NORMAL);
			producer.tellBehindEvents(stop);
			OpenSubscription link = c.subscribeAndAsk(producer, 1);
			assertThat(heard()).containsExactly(SUBSCRIBED, "c <- events [a]");
			Probe.ask(link, 3);
			assertThat(heard()).containsExactly("c <- events [b]", "handleDemand 2", "onStop normal",
					"c <- cancelled (down, normal)");
		}

	}

	@Nested
	class BeforeAStageCompletes {

		@Test
		void comesFromAProducersBuffer() {
			TestProducer stage = new TestProducer(dialogue);
			StageRef producer = dialogue.start("producer", stage);
			producer.tell(List.of("a"));
			tell(producer, "x");
			producer.tell((Runnable) () -> stage.context.complete());
			assertThat(heard()).isEmpty();
			c.subscribeAndAsk(producer, 1);
			assertThat(heard()).containsExactly(SUBSCRIBED, "c <- events [a]", "onInfo x", "onStop normal",
					"c <- cancelled (down, normal)");
		}

		@Test
		void comesFromAProducerConsumersQueue() {
			TestProducerConsumer stage = new TestProducerConsumer(dialogue);
			StageRef pc = dialogue.start("pc", stage);
			Dialogue.subscribe(pc, p.ref(), 2, 0);
			p.send("a");
			tell(pc, "x");
			pc.drain();
			skip();
			c.subscribeAndAsk(pc, 1);
			assertThat(heard()).containsExactly(SUBSCRIBED, "handleEvents [a]", "c <- events [a]", "onInfo x",
					"onStop normal", "p <- cancel (down, normal)", "c <- cancelled (down, normal)");
		}

		@Test
		void comesToAConsumer() {
			TestConsumer stage = new TestConsumer(dialogue);
			StageRef consumer = dialogue.start("consumer", stage);
			consumer.tell((Runnable) () -> {
				tell(consumer, "x");
				consumer.drain();
			});
			assertThat(heard()).containsExactly("onInfo x", "onStop normal");
		}

		@Test
		void mayEmitLastEvents() {
			TestProducer stage = new TestProducer(dialogue);
			StageRef producer = dialogue.start("producer", stage);
			producer.tell(List.of("a"));
			producer.tellBehindEvents(List.of("z"));
			producer.tell((Runnable) () -> stage.context.complete());
			OpenSubscription link = c.subscribeAndAsk(producer, 1);
			assertThat(heard()).containsExactly(SUBSCRIBED, "c <- events [a]");
			Probe.ask(link, 1);
			assertThat(heard()).containsExactly("c <- events [z]", "onStop normal", "c <- cancelled (down, normal)");
		}

	}

	@Nested
	class WhileDemandIsAccumulated {

		@Test
		@DisplayName("Q11 stays behind the accumulated events")
		void staysBehindTheAccumulatedEvents() {
			StageRef producer = accumulating();
			producer.tell(List.of("a"));
			assertThat(tell(producer, "x").toCompletableFuture()).isCompleted();
			producer.tell(List.of("b"));
			tell(producer, "y");
			c.subscribeAndAsk(producer, 2);
			assertThat(heard()).containsExactly(SUBSCRIBED);
			producer.demand(DemandMode.FORWARD);
			assertThat(heard()).containsExactly("c <- events [a]", "c <- events [b]", "onInfo x", "onInfo y");
		}

		@Test
		@DisplayName("Q11 stays behind accumulated events that nobody has asked for")
		void staysBehindAccumulatedEventsWithoutDemand() {
			StageRef producer = accumulating();
			producer.tell(List.of("a"));
			tell(producer, "x");
			producer.demand(DemandMode.FORWARD);
			assertThat(heard()).isEmpty();
			c.subscribeAndAsk(producer, 1);
			assertThat(heard()).containsExactly(SUBSCRIBED, "c <- events [a]", "onInfo x");
		}

		@Test
		@DisplayName("Q11 comes at once if no event is accumulated")
		void comesAtOnceIfNoEventIsAccumulated() {
			StageRef producer = accumulating();
			tell(producer, "x");
			assertThat(heard()).containsExactly("onInfo x");
		}

		@Test
		@DisplayName("Q11 does not wait for the events of accumulated demand")
		void doesNotWaitForTheEventsOfAccumulatedDemand() {
			StageRef producer = accumulating();
			c.subscribeAndAsk(producer, 2);
			skip();
			tell(producer, "x");
			assertThat(heard()).containsExactly("onInfo x");
		}

		@Test
		@DisplayName("Q11 stays behind events that were in the buffer before")
		void staysBehindEventsInTheBuffer() {
			StageRef producer = start(10);
			producer.tell(List.of("a"));
			producer.demand(DemandMode.ACCUMULATE);
			tell(producer, "x");
			c.subscribeAndAsk(producer, 1);
			assertThat(heard()).containsExactly(SUBSCRIBED);
			producer.demand(DemandMode.FORWARD);
			assertThat(heard()).containsExactly("c <- events [a]", "onInfo x");
		}

		private StageRef accumulating() {
			return dialogue.start("producer", new TestProducer(dialogue),
					StageOptions.defaults().withDemandMode(DemandMode.ACCUMULATE));
		}

	}

	@Nested
	class InAProducerConsumer {

		private final StageRef pc = dialogue.start("pc", new TestProducerConsumer(dialogue));

		@Test
		@DisplayName("G33 comes at once if nothing is queued or buffered")
		void comesAtOnceIfNothingIsHeld() {
			tell(this.pc, "x");
			assertThat(heard()).containsExactly("onInfo x");
		}

		@Test
		@DisplayName("G34 waits in the queue behind the events, and for their outputs")
		void waitsInTheQueueBehindTheEvents() {
			Dialogue.subscribe(this.pc, p.ref(), 10, 5);
			p.send("a", "b");
			skip();
			assertThat(tell(this.pc, "x").toCompletableFuture()).isCompleted();
			tell(this.pc, "y");
			assertThat(heard()).isEmpty();
			OpenSubscription link = c.subscribeAndAsk(this.pc, 1);
			assertThat(heard()).containsExactly(SUBSCRIBED, "handleEvents [a, b]", "c <- events [a]");
			Probe.ask(link, 1);
			assertThat(heard()).containsExactly("c <- events [b]", "onInfo x", "onInfo y");
		}

		@Test
		@DisplayName("11 comes when the events before it are handled without an output")
		void comesWhenTheEventsAreFiltered() {
			StageRef filter = dialogue.start("filter", new TestProducerConsumer(dialogue, (events) -> List.of()));
			Dialogue.subscribe(filter, p.ref(), 10, 5);
			p.send("a", "b");
			tell(filter, "x");
			skip();
			c.subscribeAndAsk(filter, 1);
			assertThat(heard()).containsExactly(SUBSCRIBED, "handleEvents [a, b]", "onInfo x");
		}

		@Test
		@DisplayName("11 waits for the buffer though the queue is empty")
		void waitsForTheBufferThoughTheQueueIsEmpty() {
			this.pc.tell(List.of("a"));
			tell(this.pc, "x");
			assertThat(heard()).isEmpty();
			c.subscribeAndAsk(this.pc, 1);
			assertThat(heard()).containsExactly(SUBSCRIBED, "c <- events [a]", "onInfo x");
		}

		@Test
		@DisplayName("11 comes before events that are received after it")
		void comesBeforeEventsReceivedAfterIt() {
			Dialogue.subscribe(this.pc, p.ref(), 10, 5);
			p.send("a");
			tell(this.pc, "x");
			p.send("b");
			skip();
			c.subscribeAndAsk(this.pc, 1);
			assertThat(heard()).containsExactly(SUBSCRIBED, "handleEvents [a]", "c <- events [a]", "onInfo x");
			assertThat(this.pc.status().queued()).isEqualTo(1);
		}

	}

	@Nested
	class InAConsumer {

		@Test
		@DisplayName("G32 comes at once")
		void comesAtOnce() {
			StageRef consumer = dialogue.start("consumer", new TestConsumer(dialogue));
			assertThat(consumer.tellBehindEvents("x").toCompletableFuture()).isCompleted();
			assertThat(heard()).containsExactly("onInfo x");
		}

	}

	@Test
	void failsOnceTheStageHasStopped() {
		StageRef producer = start(10);
		producer.stop(ExitReason.NORMAL);
		skip();
		assertThat(tell(producer, "x").toCompletableFuture()).failsWithin(Duration.ZERO)
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(StageNotRunningException.class)
			.withMessageContaining("stage 'producer' is not running");
		assertThat(heard()).isEmpty();
	}

	private StageRef start(int bufferSize) {
		return this.dialogue.start("producer", new TestProducer(this.dialogue),
				StageOptions.defaults().withBufferSize(bufferSize));
	}

	private CompletionStage<?> tell(StageRef stage, String info) {
		return stage.tellBehindEvents(note(this.dialogue, info));
	}

	private static Runnable note(Dialogue dialogue, String info) {
		return () -> dialogue.journal().note("onInfo " + info);
	}

	private List<String> heard() {
		return this.dialogue.heard();
	}

	private void skip() {
		this.dialogue.skip();
	}

}
