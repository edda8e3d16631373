package io.genstage;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

import io.genstage.dispatch.DispatcherFactory;
import io.genstage.dispatch.Dispatchers;
import io.genstage.dispatch.PartitionOptions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a producer is asked for when the demand that it collected is acted on: what nobody
 * has met meanwhile, and nothing more.
 */
class ReplayedDemandTests {

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final Probe c = this.dialogue.probe("c");

	private final Probe d = this.dialogue.probe("d");

	@Nested
	class CountsWhatWasEmittedMeanwhile {

		private final StageRef s = start(StageOptions.defaults());

		private final OpenSubscription link = ReplayedDemandTests.this.c.subscribeTo(this.s);

		@ParameterizedTest
		@EnumSource
		void behindTheDemand(Break kind) {
			kind.begin(this.s);
			Probe.ask(this.link, 2);
			this.s.tell(List.of("x"));
			assertThat(heardWhenEnding(kind)).containsExactly("handleDemand 1", "c <- events [0]", "c <- events [x]");
		}

		@ParameterizedTest
		@EnumSource
		void beforeTheDemand(Break kind) {
			kind.begin(this.s);
			this.s.tell(List.of("x"));
			Probe.ask(this.link, 2);
			assertThat(heardWhenEnding(kind)).containsExactly("c <- events [x]", "handleDemand 1", "c <- events [0]");
		}

		@ParameterizedTest
		@EnumSource
		void betweenTwoDemandsThatAreNotMerged(Break kind) {
			kind.begin(this.s);
			Probe.ask(this.link, 2);
			this.s.tell(List.of("x"));
			Probe.ask(this.link, 2);
			assertThat(heardWhenEnding(kind)).containsExactly("handleDemand 2", "c <- events [0, 1]", "c <- events [x]",
					"handleDemand 1", "c <- events [2]");
		}

		@ParameterizedTest
		@EnumSource
		void untilNothingIsLeftToAskFor(Break kind) {
			kind.begin(this.s);
			Probe.ask(this.link, 2);
			this.s.tell(List.of("x", "y", "z"));
			assertThat(heardWhenEnding(kind)).containsExactly("c <- events [x, y]");
			Probe.ask(this.link, 2);
			assertThat(heard()).containsExactly("c <- events [z]", "handleDemand 1", "c <- events [0]");
		}

		@ParameterizedTest
		@EnumSource
		void onlyIfSomebodyStillWantsIt(Break kind) {
			kind.begin(this.s);
			Probe.ask(this.link, 2);
			Probe.leave(this.link, ExitReason.NORMAL);
			assertThat(heardWhenEnding(kind)).isEmpty();
			ReplayedDemandTests.this.d.subscribeAndAsk(this.s, 1);
			assertThat(heard()).contains("handleDemand 1", "d <- events [0]");
		}

		private List<String> heardWhenEnding(Break kind) {
			ReplayedDemandTests.this.dialogue.skip();
			kind.end(this.s);
			return heard();
		}

	}

	@Test
	void doesNotAskAgainForWhatIsOwed() {
		TestProducer idle = new TestProducer(this.dialogue);
		StageRef s = this.dialogue.start("s", idle);
		OpenSubscription link = this.c.subscribeAndAsk(s, 3);
		s.pause();
		Probe.ask(link, 2);
		this.dialogue.skip();
		s.resume();
		assertThat(heard()).containsExactly("handleDemand 2");
		s.tell(List.of("a", "b", "c", "d", "e"));
		assertThat(heard()).containsExactly("c <- events [a, b, c, d, e]");
	}

	/**
	 * The net demand of a cancel is known before the callback runs, and acted on after.
	 */
	@Test
	void countsWhatACancelCallbackEmits() {
		TestProducer counting = TestProducer.counting(this.dialogue);
		StageRef s = this.dialogue.start("s", counting,
				StageOptions.defaults().withDispatcher(Dispatchers.broadcast()));
		OpenSubscription slow = this.d.subscribeTo(s);
		this.c.subscribeAndAsk(s, 3);
		this.dialogue.skip();
		counting.parting = List.of("x", "y");
		Probe.leave(slow, ExitReason.NORMAL);
		assertThat(heard()).contains("c <- events [x, y]", "handleDemand 1", "c <- events [0]");
		assertThat(s.status().buffered()).isZero();
	}

	/** In each round one of the two events that are asked for comes by itself. */
	@ParameterizedTest
	@EnumSource
	void fillsNoBufferInTenThousandRounds(Break kind) {
		StageRef s = start(StageOptions.defaults());
		OpenSubscription link = this.c.subscribeTo(s);
		for (int round = 0; round < 10_000; round++) {
			kind.begin(s);
			s.tell(List.of("x"));
			Probe.ask(link, 2);
			kind.end(s);
			this.dialogue.skip();
		}
		assertThat(s.status().discarded()).isZero();
		assertThat(s.status().buffered()).isZero();
		assertThat(s.status().out()).isEqualTo(20_000);
	}

	@ParameterizedTest
	@EnumSource
	void asksForExactlyWhatIsMissingInAnyOrder(Way way) {
		for (long seed = 0; seed < 300; seed++) {
			Random random = new Random(seed);
			Dialogue dialogue = new Dialogue();
			StageRef s = dialogue.start("s", TestProducer.counting(dialogue),
					StageOptions.defaults().withDispatcher(way.dispatcher));
			List<OpenSubscription> links = way.subscribe(dialogue, s);
			long wanted = 0;
			for (int round = 0; round < 20; round++) {
				Break kind = Break.values()[random.nextInt(Break.values().length)];
				kind.begin(s);
				List<Runnable> steps = new ArrayList<>();
				int asked = 1 + random.nextInt(4);
				for (OpenSubscription link : links) {
					steps.add(() -> Probe.ask(link, asked));
				}
				long common = way.common(asked, links.size());
				int unasked = random.nextInt((int) common + 1);
				for (int event = 0; event < unasked; event++) {
					steps.add(() -> s.tell(List.of("x")));
				}
				Collections.shuffle(steps, random);
				steps.forEach(Runnable::run);
				kind.end(s);
				wanted += common;
				assertThat(s.status().out()).as("seed %d, round %d", seed, round).isEqualTo(wanted);
				assertThat(s.status().buffered()).as("seed %d, round %d", seed, round).isZero();
			}
		}
	}

	private StageRef start(StageOptions options) {
		return this.dialogue.start("s", TestProducer.counting(this.dialogue), options);
	}

	private List<String> heard() {
		return this.dialogue.heard();
	}

	/**
	 * A time in which demand is collected.
	 */
	enum Break {

		ACCUMULATING((stage) -> stage.demand(DemandMode.ACCUMULATE), (stage) -> stage.demand(DemandMode.FORWARD)),

		PAUSED(StageRef::pause, StageRef::resume);

		private final Consumer<StageRef> begin;

		private final Consumer<StageRef> end;

		Break(Consumer<StageRef> begin, Consumer<StageRef> end) {
			this.begin = begin;
			this.end = end;
		}

		void begin(StageRef stage) {
			this.begin.accept(stage);
		}

		void end(StageRef stage) {
			this.end.accept(stage);
		}

	}

	/**
	 * A way of events to two consumers.
	 */
	enum Way {

		DEMAND(Dispatchers.demand()),

		BROADCAST(Dispatchers.broadcast()),

		PARTITION(Dispatchers.partition(PartitionOptions.ofCount(1)));

		private final DispatcherFactory<?> dispatcher;

		Way(DispatcherFactory<?> dispatcher) {
			this.dispatcher = dispatcher;
		}

		List<OpenSubscription> subscribe(Dialogue dialogue, StageRef producer) {
			List<OpenSubscription> links = new ArrayList<>();
			for (String name : List.of("c", "d")) {
				OpenSubscription link = dialogue.probe(name)
					.linkTo(producer, SubscribeOptions.defaults().withPartition(0));
				link.tellProducer(new Message.Subscribe(link));
				links.add(link);
			}
			return links;
		}

		/** Returns how many events it takes to give each consumer so many. */
		long common(int asked, int consumers) {
			return (this == BROADCAST) ? asked : (long) asked * consumers;
		}

	}

}
