package io.genstage;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import io.genstage.delivery.Acknowledger;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.HeldRetry;
import io.genstage.delivery.Settlement;
import io.genstage.dispatch.Dispatchers;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.OutageGuard;
import io.genstage.failure.Retries;
import io.genstage.pipeline.PipelineRegistry;
import io.genstage.pipeline.StageDefinition;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.EventQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Events whose retry is due so late that their source keeps them: what it gets to know,
 * and how the stage goes on when they come again. The source is one of the test, which
 * writes down how they were settled, and what it gives later may come to another system.
 */
class GivenBackTests {

	private static final Duration HOUR = Duration.ofHours(1);

	private static final SubscribeOptions FEW = SubscribeOptions.defaults().withMaxDemand(10).withMinDemand(0);

	private final List<String> handled = new ArrayList<>();

	private final Set<String> poison = new HashSet<>();

	/** What the source has got, in its order. */
	private final List<String> settled = new ArrayList<>();

	/** What the source has kept last. */
	private @Nullable String kept;

	private FailurePolicy policy = FailurePolicy.defaults()
		.withRetries(Retries.fixed(2, HOUR))
		.withOutage(new OutageGuard(OutageGuard.NEVER, Duration.ofSeconds(1)));

	private boolean keeps = true;

	/** What becomes of an event at the stage in the middle. */
	private Function<String, List<String>> middle = List::of;

	private void read(String event, Results results) {
		fail("read", event);
		this.middle.apply(event).forEach(results.accept());
	}

	private void book(String stage, String event) {
		fail(stage, event);
		this.handled.add(stage + " " + event);
	}

	private void fail(String stage, String event) {
		if (this.poison.contains(stage + " " + event)) {
			throw new IllegalStateException("poison");
		}
	}

	/**
	 * Takes what a stage emits.
	 */
	@FunctionalInterface
	private interface Results {

		java.util.function.Consumer<String> accept();

	}

	private StageDefinition consumer(String name) {
		return StageDefinition
			.of(name, StageKind.CONSUMER, () -> (PerEventConsumerStage<String>) (event, from) -> book(name, event))
			.withOptions(StageOptions.defaults().withFailure(this.policy))
			.subscribeTo("read", FEW);
	}

	private Application start(StageDefinition... consumers) {
		return new Application(consumers);
	}

	@Test
	void theSourceKeepsAnEventWithItsAttemptsUntilTheyAreUsedUp() {
		this.poison.add("book a");
		start(consumer("book")).send("a", "b").end();
		assertThat(this.settled).containsExactly("b ACCEPTED", "a for PT1H: 1 of book");
		assertThat(this.handled).containsExactly("book b");
		start(consumer("book")).sendAgain("a").end();
		start(consumer("book")).sendAgain("a").end();
		assertThat(this.settled).containsExactly("b ACCEPTED", "a for PT1H: 1 of book", "a for PT1H: 2 of book",
				"a FAILED");
	}

	@Test
	void whatComesAgainMayBeHandled() {
		this.poison.add("book a");
		start(consumer("book")).send("a").end();
		this.poison.clear();
		start(consumer("book")).sendAgain("a").end();
		assertThat(this.settled).containsExactly("a for PT1H: 1 of book", "a ACCEPTED");
	}

	@Test
	void itTakesNoPlaceAndIsNoLoss() {
		this.poison.add("book a");
		Application application = start(consumer("book")).send("a");
		StageStatus status = application.numbers("book");
		assertThat(status.counts().retried()).isOne();
		assertThat(status.discarded()).isZero();
		assertThat(status.producers()).extracting(SubscriptionStatus::inFlight).containsExactly(0L);
		application.end();
	}

	@Test
	void theAttemptsAreThoseOfTheStageThatHasGivenItBack() {
		this.poison.add("read a");
		start(consumer("book")).send("a").end();
		assertThat(this.settled).containsExactly("a for PT1H: 1 of read");
		this.poison.clear();
		this.poison.add("book a");
		start(consumer("book")).sendAgain("a").end();
		assertThat(this.settled).endsWith("a for PT1H: 1 of book");
	}

	@Test
	void whatHasSiblingsWaitsHere() {
		this.middle = (event) -> List.of(event + "1", event + "2");
		this.poison.add("book a1");
		Application application = start(consumer("book")).send("a");
		assertThat(this.handled).containsExactly("book a2");
		assertThat(this.settled).isEmpty();
		this.poison.clear();
		application.advance(HOUR).end();
		assertThat(this.handled).containsExactly("book a2", "book a1");
		assertThat(this.settled).containsExactly("a ACCEPTED");
	}

	@Test
	void whatSeveralConsumersHaveWaitsHere() {
		this.poison.add("book a");
		Application application = start(consumer("book"), consumer("audit")).send("a", "b");
		assertThat(this.settled).containsExactly("b ACCEPTED");
		this.poison.clear();
		application.advance(HOUR).end();
		assertThat(this.handled).containsExactlyInAnyOrder("audit a", "audit b", "book b", "book a");
		assertThat(this.settled).containsExactly("b ACCEPTED", "a ACCEPTED");
	}

	@Test
	void aSourceThatKeepsNothingGetsNothingBack() {
		this.keeps = false;
		this.poison.add("book a");
		Application application = start(consumer("book")).send("a");
		assertThat(this.settled).isEmpty();
		this.poison.clear();
		application.advance(HOUR).end();
		assertThat(this.settled).containsExactly("a ACCEPTED");
	}

	@Test
	void anEventInFlightIsGivenBackAndSeesItsAttempts() {
		List<Integer> attempts = new ArrayList<>();
		AcknowledgingConsumerStage<String> handler = (event, acknowledgement, from) -> {
			attempts.add(acknowledgement.attempt());
			acknowledgement.retry(HOUR);
			return CompletableFuture.completedFuture(null);
		};
		StageDefinition book = StageDefinition.of("book", StageKind.CONSUMER, () -> handler)
			.withOptions(StageOptions.defaults().withFailure(this.policy))
			.subscribeTo("read", FEW);
		start(book).send("a").end();
		start(book).sendAgain("a").end();
		start(book).sendAgain("a").end();
		assertThat(attempts).containsExactly(1, 2, 3);
		assertThat(this.settled).containsExactly("a for PT1H: 1 of book", "a for PT1H: 2 of book", "a FAILED");
	}

	@Test
	void theTextOfWhatIsKeptIsReadAgain() {
		HeldRetry retry = new HeldRetry("a stage\nof 2 lines", 7, Instant.ofEpochMilli(-5));
		assertThat(HeldRetry.of(retry.text())).isEqualTo(retry);
		assertThat(HeldRetry.of(null)).isNull();
		assertThat(HeldRetry.of("0 5 stage")).isNull();
		assertThat(HeldRetry.of("99999999999 5 stage")).isNull();
		assertThat(HeldRetry.of("something else")).isNull();
	}

	/**
	 * A run of the stages, which knows nothing of one before.
	 */
	private final class Application {

		private final SeededExecutor executor = new SeededExecutor(1);

		private final StageSystem system = StageSystem.builder()
			.executor(this.executor)
			.scheduler(this.executor)
			.build();

		private final PipelineRegistry registry = new PipelineRegistry(this.system);

		private final EventQueue<Object> orders = new EventQueue<>(100);

		Application(StageDefinition... consumers) {
			PerEventProducerConsumerStage<String, String> read = (event, from, results) -> read(event,
					() -> results::accept);
			List<StageDefinition> stages = new ArrayList<>(List.of(consumers));
			stages.add(StageDefinition.of("orders", this.orders));
			stages.add(StageDefinition.of("read", StageKind.PRODUCER_CONSUMER, () -> read)
				.withOptions(StageOptions.defaults()
					.withFailure(GivenBackTests.this.policy)
					.withDispatcher((consumers.length > 1) ? Dispatchers.broadcast() : Dispatchers.demand()))
				.subscribeTo("orders", FEW));
			this.registry.register(stages.toArray(StageDefinition[]::new));
			this.registry.start();
			this.executor.runReady();
		}

		Application send(String... events) {
			for (String event : events) {
				this.orders.offer(Delivery.of(event, new Source(), "group"));
			}
			return advance(Duration.ofSeconds(1));
		}

		Application sendAgain(String event) {
			this.orders.offer(Delivery.of(event, new Source(), "group", String.valueOf(GivenBackTests.this.kept)));
			return advance(Duration.ofSeconds(1));
		}

		Application advance(Duration time) {
			this.executor.advance(time);
			this.executor.runReady();
			return this;
		}

		StageStatus numbers(String stage) {
			return this.registry.stage(stage).orElseThrow().instances().get(0).numbers();
		}

		/** Leaves it as it is, with nothing that another one would not get. */
		void end() {
			assertThat(numbers("book").held()).isZero();
			assertThat(numbers("read").held()).isZero();
		}

	}

	/**
	 * Keeps one event.
	 */
	private final class Source implements Acknowledger<String> {

		@Override
		public void settle(String group, List<Settlement> accepted, List<Settlement> failed) {
			accepted.forEach((one) -> GivenBackTests.this.settled.add("%s ACCEPTED".formatted(one.event())));
			failed.forEach(this::failed);
		}

		private void failed(Settlement settlement) {
			HeldRetry retry = settlement.retry();
			if (retry == null || settlement.hint() == null) {
				GivenBackTests.this.settled.add("%s FAILED".formatted(settlement.event()));
				return;
			}
			GivenBackTests.this.kept = retry.text();
			// The clock of a stage may have gone on since it has failed.
			GivenBackTests.this.settled.add("%s for %s: %d of %s".formatted(settlement.event(),
					Duration.ofHours(Math.round(settlement.hint().delay().toMinutes() / 60.0)), retry.attempts(),
					retry.stage()));
		}

		@Override
		public boolean keepsRetries() {
			return GivenBackTests.this.keeps;
		}

		@Override
		public @Nullable HeldRetry heldRetry(@Nullable Object reference) {
			return (reference instanceof String text) ? HeldRetry.of(text) : null;
		}

	}

}
