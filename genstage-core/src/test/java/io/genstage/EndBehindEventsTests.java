package io.genstage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.genstage.buffer.BufferKeep;
import io.genstage.dispatch.DispatcherFactory;
import io.genstage.dispatch.Dispatchers;
import io.genstage.dispatch.PartitionOptions;
import io.genstage.dispatch.PartitionRouter;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.Sources;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The end of a producer doesn't overtake events, wherever these wait: in the buffer of
 * the stage between or in the queue of a partition.
 */
class EndBehindEventsTests {

	@RegisterExtension
	final LogCapture log = new LogCapture();

	@Nested
	class OfAProducerConsumerWithPartitions {

		private final Dialogue dialogue = new Dialogue();

		private final Probe p = this.dialogue.probe("p");

		private final Probe q = this.dialogue.probe("q");

		private final Probe even = this.dialogue.probe("even");

		private final Probe odd = this.dialogue.probe("odd");

		private final TestProducerConsumer identity = new TestProducerConsumer(this.dialogue);

		@Test
		void waitsForWhatAPartitionHolds() {
			StageRef pc = start(CancelMode.PERMANENT);
			ask(subscribe(this.even, pc, 0), 4);
			OpenSubscription slow = subscribe(this.odd, pc, 1);
			this.p.send("1", "2", "3");
			assertThat(heard()).containsExactly("handleEvents [1, 2, 3]", "even <- events [2]");
			this.p.stop(ExitReason.NORMAL);
			assertThat(heard()).isEmpty();
			ask(slow, 1);
			assertThat(heard()).containsExactly("odd <- events [1]");
			ask(slow, 1);
			assertThat(heard()).containsExactly("odd <- events [3]", "onCancel PRODUCER p (down, normal)",
					"onStop normal", "even <- cancelled (down, normal)", "odd <- cancelled (down, normal)");
			assertThat(pc.status().discarded()).isZero();
		}

		@Test
		void waitsForAllPartitionsThatHoldEvents() {
			StageRef pc = start(CancelMode.PERMANENT);
			OpenSubscription gone = subscribe(this.even, pc, 0);
			ask(gone, 4);
			Probe.leave(gone, ExitReason.NORMAL);
			this.p.send("1", "2");
			this.p.stop(ExitReason.NORMAL);
			ask(subscribe(this.even, pc, 0), 1);
			assertThat(heard()).containsExactly("even <- events [2]");
			ask(subscribe(this.odd, pc, 1), 1);
			assertThat(heard()).containsExactly("odd <- events [1]", "onCancel PRODUCER p (down, normal)",
					"onStop normal", "even <- cancelled (down, normal)", "odd <- cancelled (down, normal)");
		}

		@Test
		void waitsForTheConsumersThatShareAPartition() {
			StageRef pc = start(CancelMode.PERMANENT);
			OpenSubscription first = subscribe(this.even, pc, 0);
			OpenSubscription second = subscribe(this.odd, pc, 0);
			ask(first, 4);
			this.p.send("2", "4", "6", "8");
			this.p.send("10", "12");
			this.p.stop(ExitReason.NORMAL);
			ask(second, 1);
			ask(subscribe(this.odd, pc, 1), 1);
			this.dialogue.skip();
			assertThat(pc.status().isRunning()).isTrue();
			ask(first, 1);
			assertThat(heard()).startsWith("even <- events [12]", "onCancel PRODUCER p (down, normal)");
			assertThat(pc.status().discarded()).isZero();
		}

		@Test
		void waitsWithAFailureToo() {
			StageRef pc = start(CancelMode.TRANSIENT);
			ask(subscribe(this.even, pc, 0), 1);
			this.p.send("1");
			this.p.stop(ExitReason.of("done"));
			assertThat(pc.status().isRunning()).isTrue();
			ask(subscribe(this.odd, pc, 1), 1);
			assertThat(heard()).contains("odd <- events [1]", "onStop done");
			assertThat(pc.status().discarded()).isZero();
		}

		@Test
		void holdsNothingElseUp() {
			StageRef pc = start(CancelMode.PERMANENT);
			Dialogue.subscribe(pc, this.q.ref(), 4, 2, CancelMode.TEMPORARY);
			ask(subscribe(this.even, pc, 0), 10);
			this.p.send("1");
			this.p.stop(ExitReason.NORMAL);
			this.dialogue.skip();
			this.q.send("2", "4");
			assertThat(heard()).containsExactly("handleEvents [2, 4]", "even <- events [2, 4]", "q <- ask 2");
			this.q.stop(ExitReason.NORMAL);
			assertThat(heard()).containsExactly("onCancel PRODUCER q (down, normal)");
			assertThat(pc.pause().toCompletableFuture()).isCompleted();
			assertThat(pc.status().isRunning()).isTrue();
			ask(subscribe(this.odd, pc, 1), 1);
			assertThat(heard()).containsExactly("odd <- events [1]", "onCancel PRODUCER p (down, normal)",
					"onStop normal", "even <- cancelled (down, normal)", "odd <- cancelled (down, normal)");
		}

		@Test
		void comesAtOnceIfTheStageOutlivesIt() {
			StageRef pc = start(CancelMode.TRANSIENT);
			ask(subscribe(this.even, pc, 0), 1);
			this.p.send("1");
			this.dialogue.skip();
			this.p.stop(ExitReason.NORMAL);
			assertThat(heard()).containsExactly("onCancel PRODUCER p (down, normal)");
			assertThat(pc.status().buffered()).isEqualTo(1);
			assertThat(pc.status().isRunning()).isTrue();
		}

		@Test
		void comesWhenThePartitionDropsWhatItWaitsFor() {
			StageRef pc = start(CancelMode.PERMANENT,
					Dispatchers.partition(parity().withQueueSize(1).withQueueKeep(BufferKeep.LAST)));
			Dialogue.subscribe(pc, this.q.ref(), 4, 2, CancelMode.TEMPORARY);
			ask(subscribe(this.even, pc, 0), 10);
			this.p.send("1");
			this.p.stop(ExitReason.NORMAL);
			this.dialogue.skip();
			this.q.send("3");
			assertThat(heard()).contains("onDiscard [1]", "onCancel PRODUCER p (down, normal)");
		}

		@Test
		void doesNotWaitForAStopThatTheStageWants() {
			StageRef pc = start(CancelMode.PERMANENT);
			ask(subscribe(this.even, pc, 0), 2);
			this.p.send("1");
			this.p.stop(ExitReason.NORMAL);
			pc.tell((Runnable) () -> this.identity.context.stop(ExitReason.SHUTDOWN));
			assertThat(pc.status().exit()).isEqualTo(ExitReason.SHUTDOWN);
			assertThat(pc.status().discarded()).isEqualTo(1);
		}

		@Test
		void waitsForWhatAPartitionHoldsWhenItCompletes() {
			StageRef pc = start(CancelMode.TEMPORARY);
			ask(subscribe(this.even, pc, 0), 2);
			this.p.send("1");
			pc.drain();
			assertThat(pc.status().isRunning()).isTrue();
			ask(subscribe(this.odd, pc, 1), 1);
			assertThat(pc.status().exit()).isEqualTo(ExitReason.NORMAL);
			assertThat(pc.status().discarded()).isZero();
		}

		private StageRef start(CancelMode cancel) {
			return start(cancel, Dispatchers.partition(parity()));
		}

		private StageRef start(CancelMode cancel, DispatcherFactory<?> dispatcher) {
			StageRef pc = this.dialogue.start("pc", this.identity, StageOptions.defaults().withDispatcher(dispatcher));
			Dialogue.subscribe(pc, this.p.ref(), 10, 5, cancel);
			this.dialogue.skip();
			return pc;
		}

		private OpenSubscription subscribe(Probe consumer, StageRef producer, int partition) {
			OpenSubscription link = consumer.linkTo(producer, SubscribeOptions.defaults().withPartition(partition));
			link.tellProducer(new Message.Subscribe(link));
			this.dialogue.skip();
			return link;
		}

		private static void ask(OpenSubscription link, long demand) {
			Probe.ask(link, demand);
		}

		private List<String> heard() {
			return this.dialogue.heard();
		}

	}

	@ParameterizedTest
	@EnumSource
	void waitsForWhatTheCallbackEmitsAtTheEnd(Way way) {
		Dialogue dialogue = new Dialogue();
		Probe p = dialogue.probe("p");
		TestProducerConsumer identity = new TestProducerConsumer(dialogue);
		identity.parting = List.of("1", "3");
		StageRef pc = dialogue.start("pc", identity, way.options());
		Dialogue.subscribe(pc, p.ref(), 4, 2);
		OpenSubscription link = dialogue.probe("c").linkTo(pc, SubscribeOptions.defaults().withPartition(1));
		link.tellProducer(new Message.Subscribe(link));
		Probe.ask(link, 1);
		dialogue.skip();
		p.stop(ExitReason.NORMAL);
		assertThat(dialogue.heard()).containsExactly("onCancel PRODUCER p (down, normal)", "c <- events [1]");
		Probe.ask(link, 1);
		assertThat(dialogue.heard()).containsExactly("c <- events [3]", "onStop normal",
				"c <- cancelled (down, normal)");
		assertThat(pc.status().discarded()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void losesNothingOfAFiniteSourceInAnyOrderOfSteps(Way way) {
		for (long seed = 0; seed < 100; seed++) {
			run(seed, way, 1, CancelMode.PERMANENT);
		}
	}

	@ParameterizedTest
	@EnumSource
	void losesNothingOfSeveralFiniteSourcesInAnyOrderOfSteps(Way way) {
		for (long seed = 0; seed < 100; seed++) {
			run(seed, way, 3, CancelMode.TRANSIENT);
		}
	}

	/**
	 * Nine of ten events belong to one partition, whose two consumers ask for few at a
	 * time.
	 */
	private static void run(long seed, Way way, int sources, CancelMode cancel) {
		SeededExecutor executor = new SeededExecutor(seed);
		StageSystem system = StageSystem.builder()
			.executor(executor)
			.scheduler(executor)
			.closeTimeout(Duration.ZERO)
			.build();
		List<String> received = new ArrayList<>();
		StageRef between = system.start("between", (ProducerConsumerStage<String, String>) (events, from) -> events,
				way.options());
		for (int consumer = 0; consumer < way.consumers; consumer++) {
			StageRef started = system.start("consumer" + consumer,
					(ConsumerStage<String>) (events, from) -> received.addAll(events));
			started.subscribeTo(between,
					new SubscribeOptions(4, 1, CancelMode.PERMANENT).withPartition((consumer == 0) ? 0 : 1));
		}
		executor.runReady();
		List<String> emitted = new ArrayList<>();
		for (int source = 0; source < sources; source++) {
			List<String> events = IntStream.range(0, 40 + source)
				.mapToObj((number) -> (number % 10 == 0) ? "0" : "1")
				.toList();
			emitted.addAll(events);
			StageRef started = system.start("source" + source, Sources.iterable(events));
			between.subscribeTo(started, new SubscribeOptions(20, 10, cancel));
		}
		executor.runToRest(10_000);
		int copies = (way == Way.BROADCAST) ? way.consumers : 1;
		assertThat(received.size()).as("seed %d", seed).isEqualTo(copies * emitted.size());
		assertThat(between.status().discarded()).as("seed %d", seed).isZero();
		assertThat(between.status().isRunning()).as("seed %d", seed).isEqualTo(cancel != CancelMode.PERMANENT);
		between.stop(ExitReason.SHUTDOWN);
		executor.runToRest(100);
		system.close();
	}

	/** Partition 0 for even numbers, 1 for odd ones. */
	private static PartitionOptions<String> parity() {
		return PartitionOptions.<String>ofCount(2)
			.withRouter(PartitionRouter.to((event) -> Integer.parseInt(event) % 2));
	}

	/**
	 * A way of events to the consumers.
	 */
	enum Way {

		DEMAND(3, Dispatchers.demand()),

		BROADCAST(2, Dispatchers.broadcast()),

		PARTITION(3, Dispatchers.partition(parity()));

		private final int consumers;

		private final DispatcherFactory<?> dispatcher;

		Way(int consumers, DispatcherFactory<?> dispatcher) {
			this.consumers = consumers;
			this.dispatcher = dispatcher;
		}

		StageOptions options() {
			return StageOptions.defaults().withDispatcher(this.dispatcher);
		}

	}

}
