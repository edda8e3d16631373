package io.genstage.intake;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import io.genstage.intake.PretendedInlet.Event;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every intake keeps, alone and behind the gate of a rate, whatever comes when and
 * whatever is changed meanwhile.
 */
abstract class IntakeContract {

	private static final int SUBSCRIPTIONS = 3;

	/** Creates the intake of a stage, by chance with these or those settings. */
	abstract Intake<Event> intake(PretendedStage stage, Random random);

	/** Changes settings of the intake that can be changed while it is used. */
	abstract void change(Random random);

	/** Returns the least maximum of demand that the intake can bear. */
	abstract int leastDemand();

	/** Returns whether the order of all events of a subscription is kept. */
	abstract boolean keepsOrder();

	static List<Long> seeds() {
		return new Random(27).longs(200).boxed().toList();
	}

	@ParameterizedTest(name = "seed {0}")
	@MethodSource("seeds")
	void handlesEachEventOnceAndHoldsNoMoreThanTheDemand(long seed) throws Exception {
		run(seed, null);
	}

	@ParameterizedTest(name = "seed {0}")
	@MethodSource("seeds")
	void doesSoBehindARate(long seed) throws Exception {
		run(seed, new RateAccount(limit(new Random(seed))));
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void asksForItsMaximumAgainWhenAllIsHandled(boolean limited) throws Exception {
		PretendedStage stage = new PretendedStage();
		stage.use(intake(stage, new Random(1)), limited ? new RateAccount(limit(new Random(1))) : null);
		PretendedInlet inlet = stage.subscribe(leastDemand(), leastDemand() - 1);
		for (int turn = 0; turn < 100; turn++) {
			stage.runToRest();
			assertThat(inlet.open()).as("demand in turn %d", turn).isEqualTo(leastDemand());
			stage.receive(inlet, send(inlet, leastDemand()));
		}
	}

	@Test
	void asksForItsNewMaximumWhenItsOldOneWaitedForTheRate() throws Exception {
		PretendedStage stage = new PretendedStage();
		stage.use(intake(stage, new Random(1)), new RateAccount(new RateLimit(20, Duration.ofMillis(1), 20)));
		PretendedInlet inlet = stage.subscribe(30, 0);
		stage.retune(inlet, 15, 0);
		stage.receive(inlet, send(inlet, 20));
		stage.runToRest();
		assertThat(stage.handled()).hasSize(20);
		assertThat(inlet.open()).isEqualTo(15);
	}

	@ParameterizedTest(name = "seed {0}")
	@MethodSource("seeds")
	void namesEachEventThatItHoldsWhenTheStageStops(long seed) throws Exception {
		Random random = new Random(seed);
		PretendedStage stage = new PretendedStage();
		stage.use(intake(stage, random), random.nextBoolean() ? new RateAccount(limit(random)) : null);
		PretendedInlet one = stage.subscribe(leastDemand() + random.nextInt(20), 0);
		PretendedInlet other = stage.subscribe(leastDemand() + random.nextInt(20), 0);
		for (int step = random.nextInt(30); step >= 0; step--) {
			PretendedInlet inlet = random.nextBoolean() ? one : other;
			stage.receive(inlet, send(inlet, random.nextInt(8)));
			stage.advance(random.nextInt(100_000));
		}
		List<Event> left = stage.close();
		List<Event> handled = stage.handled();
		assertThat(left).doesNotHaveDuplicates().hasSize((int) sent(List.of(one, other)) - handled.size());
		assertThat(left).noneMatch(handled::contains);
	}

	private void run(long seed, RateAccount rate) throws Exception {
		Random random = new Random(seed);
		PretendedStage stage = new PretendedStage();
		stage.use(intake(stage, random), rate);
		List<PretendedInlet> inlets = new ArrayList<>();
		for (int i = 0; i < SUBSCRIPTIONS; i++) {
			int maxDemand = leastDemand() + random.nextInt(20);
			inlets.add(stage.subscribe(maxDemand, random.nextInt(maxDemand)));
		}
		int highest = leastDemand() + 20;
		for (int step = 0; step < 300; step++) {
			PretendedInlet inlet = inlets.get(random.nextInt(SUBSCRIPTIONS));
			switch (random.nextInt(10)) {
				case 0 -> change(random);
				case 1 -> retune(stage, inlet, random);
				case 2 -> changeRate(rate, random);
				case 3 -> stage.advance(random.nextInt(2_000_000));
				default -> stage.receive(inlet, send(inlet, random.nextInt(8)));
			}
			inlets.forEach((each) -> assertThat(stage.outstanding(each)).isLessThanOrEqualTo(highest));
			assertThat(stage.held()).isEqualTo(sent(inlets) - stage.handled().size());
		}
		stage.end(inlets.remove(0));
		stage.advance(1_000);
		stage.drain();
		stage.runToRest();
		assertThat(stage.drains()).isOne();
		assertThat(stage.ended()).hasSize(1);
		assertThat(stage.held()).isZero();
		inlets.add((PretendedInlet) stage.ended().get(0));
		inlets.forEach((inlet) -> assertHandled(stage, inlet));
	}

	private void assertHandled(PretendedStage stage, PretendedInlet inlet) {
		List<Integer> sent = IntStream.range(0, inlet.sent()).boxed().toList();
		List<Integer> handled = stage.handled()
			.stream()
			.filter((event) -> event.inlet() == inlet)
			.map(Event::number)
			.toList();
		if (keepsOrder()) {
			assertThat(handled).isEqualTo(sent);
		}
		else {
			assertThat(handled).containsExactlyInAnyOrderElementsOf(sent);
		}
	}

	private static long sent(List<PretendedInlet> inlets) {
		return inlets.stream().mapToLong(PretendedInlet::sent).sum();
	}

	private static List<Event> send(PretendedInlet inlet, int most) {
		int events = (int) Math.min(most, inlet.open());
		return IntStream.range(0, events).mapToObj((index) -> inlet.send()).toList();
	}

	private void retune(PretendedStage stage, PretendedInlet inlet, Random random) {
		int maxDemand = leastDemand() + random.nextInt(20);
		stage.retune(inlet, maxDemand, random.nextInt(maxDemand));
	}

	private static void changeRate(RateAccount rate, Random random) {
		if (rate != null) {
			rate.change(limit(random));
		}
	}

	private static RateLimit limit(Random random) {
		return new RateLimit(1 + random.nextInt(100), Duration.ofMillis(1 + random.nextInt(20)),
				1 + random.nextInt(20));
	}

}
