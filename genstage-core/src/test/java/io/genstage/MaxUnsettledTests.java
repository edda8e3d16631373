package io.genstage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import io.genstage.delivery.Acknowledger;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.Outcome;
import io.genstage.intake.InFlight;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * A producer with a limit of events that are open between it and the end.
 */
class MaxUnsettledTests {

	private final Dialogue dialogue = new Dialogue();

	private final List<Object> settled = new ArrayList<>();

	private final Acknowledger<String> acknowledger = (group, accepted, failed) -> {
		accepted.forEach((one) -> this.settled.add(one.event()));
		failed.forEach((one) -> this.settled.add(one.event()));
	};

	private final List<Long> demands = new ArrayList<>();

	private int emitted;

	/** What the consumer works on, the eldest first. */
	private final List<CompletableFuture<Void>> works = new ArrayList<>();

	/** A source of so many events, with or without settlements. */
	private ProducerStage<Object> source(int events, boolean deliveries) {
		return (demand) -> {
			this.demands.add(demand);
			List<Object> next = new ArrayList<>();
			while (next.size() < demand && this.emitted < events) {
				int number = ++this.emitted;
				next.add(deliveries ? Delivery.of((Object) number, this.acknowledger, "all") : number);
			}
			return next;
		};
	}

	private StageRef consumer(StageRef producer, int maxDemand) {
		AsyncConsumerStage<Object> working = (event, from) -> {
			CompletableFuture<Void> work = new CompletableFuture<>();
			this.works.add(work);
			return work;
		};
		StageRef consumer = this.dialogue.start("c", working,
				StageOptions.defaults().withInFlight(InFlight.of(1000).unordered()));
		Dialogue.subscribe(consumer, producer, maxDemand, maxDemand / 2);
		return consumer;
	}

	private StageRef start(ProducerStage<?> source, StageOptions options) {
		return this.dialogue.start("p", source, options);
	}

	private void finish(int place) {
		this.works.remove(place).complete(null);
	}

	@Test
	void getsNoMoreDemandWhileSoManyAreOpen() {
		consumer(start(source(100, true), StageOptions.defaults().withMaxUnsettled(3)), 10);
		assertThat(this.demands).containsExactly(3L);
		finish(0);
		finish(0);
		assertThat(this.settled).containsExactly(1, 2);
		assertThat(this.demands).containsExactly(3L, 1L, 1L);
	}

	@Test
	void getsAllDemandForPlainEvents() {
		StageRef producer = start(source(100, false), StageOptions.defaults().withMaxUnsettled(3));
		StageRef consumer = consumer(producer, 10);
		assertThat(consumer.status().backlog()).isEqualTo(10);
		assertThat(this.emitted).isEqualTo(10);
	}

	@Test
	void keepsWhatIsOwedUntilItIsMet() {
		ProducerStage<Object> source = new ProducerStage<>() {

			@Override
			public List<Object> handleDemand(long demand) {
				demands.add(demand);
				return List.of();
			}

			@Override
			public List<Object> onInfo(Object message) {
				return List.of(Delivery.of(message, acknowledger, "all"));
			}

		};
		StageRef producer = start(source, StageOptions.defaults().withMaxUnsettled(2));
		consumer(producer, 5);
		assertThat(this.demands).containsExactly(2L);
		producer.tell("a");
		assertThat(this.demands).containsExactly(2L);
		finish(0);
		assertThat(this.demands).containsExactly(2L, 1L);
	}

	@Test
	void isLimitedByItsRateToo() {
		consumer(start(source(100, true),
				StageOptions.defaults()
					.withMaxUnsettled(3)
					.withRate(new RateAccount(RateLimit.of(2, Duration.ofSeconds(1))))),
				10);
		assertThat(this.demands).containsExactly(2L);
		this.dialogue.runTimer();
		assertThat(this.emitted).isEqualTo(3);
		finish(0);
		assertThat(this.emitted).isLessThanOrEqualTo(4);
		while (this.dialogue.timers() > 0 && this.emitted < 4) {
			this.dialogue.runTimer();
		}
		assertThat(this.emitted).isEqualTo(4);
	}

	@Test
	void holdsBackWhatItIsToDeliver() {
		EventQueue<Object> queue = new EventQueue<>(10);
		consumer(start(queue, StageOptions.defaults().withMaxUnsettled(2)), 10);
		List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
		for (int event = 0; event < 5; event++) {
			outcomes.add(queue.deliver(event).toCompletableFuture());
		}
		assertThat(this.works).hasSize(2);
		assertThat(queue.size()).isEqualTo(3);
		while (!this.works.isEmpty()) {
			finish(0);
		}
		assertThat(outcomes).allSatisfy((outcome) -> assertThat(outcome).isCompletedWithValue(Outcome.ACCEPTED));
	}

	@Test
	void goesOnForTheNextConsumerWhenOneHasLeft() {
		StageRef producer = start(source(100, true), StageOptions.defaults().withMaxUnsettled(3));
		StageRef consumer = consumer(producer, 10);
		consumer.stop(ExitReason.SHUTDOWN);
		assertThat(this.settled).contains(1, 2, 3);
		this.works.clear();
		consumer(producer, 10);
		assertThat(this.works).hasSize(3);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 })
	void losesNoDemand(int seed) {
		Random random = new Random(seed);
		int limit = 1 + random.nextInt(8);
		StageRef producer = start(source(200, true), StageOptions.defaults().withMaxUnsettled(limit));
		consumer(producer, 1 + random.nextInt(20));
		while (!this.works.isEmpty()) {
			assertThat(this.emitted - this.settled.size()).isBetween(1, limit);
			finish(random.nextInt(this.works.size()));
		}
		assertThat(this.settled).hasSize(200);
	}

	@Test
	void isForProducersOnly() {
		ConsumerStage<Object> consumer = (events, from) -> {
		};
		try (StageSystem system = StageSystem.create()) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> system.start("c", consumer, StageOptions.defaults().withMaxUnsettled(1)))
				.withMessage("stage 'c' is a consumer, which has no option maxUnsettled");
		}
		assertThatIllegalArgumentException().isThrownBy(() -> StageOptions.defaults().withMaxUnsettled(0))
			.withMessage("maxUnsettled must be >= 1, was 0");
	}

}
