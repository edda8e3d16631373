package io.genstage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

import io.genstage.delivery.Acknowledgement;
import io.genstage.delivery.Acknowledger;
import io.genstage.delivery.BatchFailure;
import io.genstage.delivery.Delivery;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.OutageGuard;
import io.genstage.failure.Retries;
import io.genstage.intake.InFlight;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Stages that take deliveries, and say so which output belongs to which event.
 */
class TakenDeliveriesTests {

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final Probe c = this.dialogue.probe("c");

	private final List<String> settled = new ArrayList<>();

	private final Acknowledger<String> acknowledger = (group, accepted, failed) -> {
		accepted.forEach((settlement) -> this.settled.add("accepted " + settlement.event()));
		failed.forEach((settlement) -> this.settled.add("failed " + settlement.event()));
	};

	private final StageOptions retrying = StageOptions.defaults()
		.withFailure(FailurePolicy.defaults()
			.withRetries(Retries.fixed(1, Duration.ZERO))
			.withOutage(new OutageGuard(OutageGuard.NEVER, Duration.ofSeconds(1))));

	/** What is made of events, and open. */
	private final List<CompletableFuture<Void>> open = new ArrayList<>();

	private final AsyncConsumerStage<Object> last = (event, from) -> {
		this.open.add(new CompletableFuture<>());
		return this.open.get(this.open.size() - 1);
	};

	private @Nullable StageRef producer;

	private StageRef source() {
		StageRef started = this.dialogue.start("source", new ManualSource());
		this.producer = started;
		return started;
	}

	private void emit(Object... events) {
		emitAll(Stream.of(events).<Object>map((event) -> Delivery.of(event, this.acknowledger, "g")).toList());
	}

	private void emitAll(List<Object> events) {
		Objects.requireNonNull(this.producer).tell(events);
	}

	private StageRef start(Stage stage, StageOptions options) {
		StageRef ref = this.dialogue.start("s", stage, options);
		Dialogue.subscribe(ref, source(), 10, 5);
		return ref;
	}

	private void startBefore(Stage stage, StageOptions options, StageOptions ofLast) {
		Dialogue.subscribe(this.dialogue.start("last", this.last, ofLast), start(stage, options), 10, 5);
	}

	private static StageOptions inFlight(int limit) {
		return StageOptions.defaults().withInFlight(InFlight.of(limit).unordered());
	}

	@Test
	void makeOutputsOfSingleEventsOfAList() {
		startBefore(new Lists((deliveries) -> deliveries.stream().<Object>map((one) -> one.with(one.event())).toList()),
				StageOptions.defaults(), inFlight(3));
		emit("a", "b", "c");
		assertThat(this.settled).isEmpty();
		this.open.get(2).complete(null);
		this.open.get(0).complete(null);
		this.open.get(1).complete(null);
		assertThat(this.settled).containsExactly("accepted c", "accepted a", "accepted b");
	}

	@Test
	void makeOtherOutputsOfAllEventsOfAList() {
		startBefore(new Lists((deliveries) -> List.of(deliveries.get(0).with("a1"), "sum")), StageOptions.defaults(),
				inFlight(3));
		emit("a", "b");
		this.open.get(1).complete(null);
		assertThat(this.settled).containsExactly("accepted b");
		this.open.get(0).complete(null);
		assertThat(this.settled).containsExactly("accepted b", "accepted a");
	}

	@ParameterizedTest
	@ValueSource(strings = { "lists", "each", "in flight" })
	void makePlainEventsOfPlainEvents(String form) {
		this.c.subscribeAndAsk(start(stage(form), StageOptions.defaults()), 10);
		this.dialogue.skip();
		emitAll(List.of("a", "b"));
		assertThat(String.join(" ", this.dialogue.heard())).contains("a1").contains("b1").doesNotContain("delivery");
	}

	@ParameterizedTest
	@ValueSource(strings = { "lists", "each", "in flight" })
	void loseTrackOfWhatAFailedAttemptHasMade(String form) {
		List<Object> failing = new ArrayList<>(List.of("a"));
		startBefore(stage(form, (event) -> {
			if (failing.remove(event)) {
				throw new IllegalStateException();
			}
		}), this.retrying, inFlight(3));
		emit("a", "b");
		this.open.forEach((made) -> made.complete(null));
		assertThat(this.settled).containsExactlyInAnyOrder("accepted a", "accepted b");
	}

	@ParameterizedTest
	@ValueSource(strings = { "lists", "each", "in flight" })
	void loseTrackOfWhatAStageHasMadeThatFails(String form) {
		startBefore(stage(form, (event) -> {
			throw new AssertionError();
		}), this.retrying, inFlight(3));
		emit("a", "b");
		assertThat(this.settled).containsExactlyInAnyOrder("failed a", "failed b");
	}

	@Test
	void loseTrackOfWhatIsInFlightWhenTheyStop() {
		StageRef stage = start(new Begun((delivery) -> {
			Delivery<Object> unused = delivery.with("never emitted");
			return new CompletableFuture<>();
		}), StageOptions.defaults());
		this.c.subscribeAndAsk(stage, 10);
		emit("a", "b");
		stage.stop(ExitReason.SHUTDOWN);
		assertThat(this.settled).containsExactly("failed a", "failed b");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void mayNameWhatHasFailedByItsDeliveryOrItsEvent(boolean byDelivery) {
		startBefore(new Lists((deliveries) -> {
			Object named = byDelivery ? deliveries.get(1) : deliveries.get(1).event();
			throw BatchFailure.of(named, new IllegalStateException()).othersAccepted();
		}), this.retrying, inFlight(3));
		emit("a", "b", "c");
		assertThat(this.settled).containsExactlyInAnyOrder("accepted a", "accepted c", "failed b");
	}

	@Test
	void emitPlainEventsOnceTheyHaveAcceptedEarly() {
		AcknowledgingProducerConsumerStage<Object, Object> early = new AcknowledgingProducerConsumerStage<>() {

			@Override
			public CompletionStage<List<Object>> begin(Object event, Acknowledgement acknowledgement,
					Subscription from) {
				Delivery<Object> made = ((Delivery<?>) event).with("made");
				acknowledgement.accept();
				return CompletableFuture.completedStage(List.of(made));
			}

			@Override
			public boolean takesDeliveries() {
				return true;
			}

		};
		this.c.subscribeAndAsk(start(early, StageOptions.defaults()), 10);
		this.dialogue.skip();
		emit("a");
		assertThat(this.dialogue.heard()).contains("c <- events [made]");
		assertThat(this.settled).containsExactly("accepted a");
	}

	@Test
	void cantReportThemselves() {
		ConsumerStage<Object> stage = new ConsumerStage<>() {

			@Override
			public void handleEvents(List<Object> events, Subscription from) {
			}

			@Override
			public boolean reportsHandled() {
				return true;
			}

			@Override
			public boolean takesDeliveries() {
				return true;
			}

		};
		assertThatIllegalArgumentException().isThrownBy(() -> this.dialogue.start("s", stage))
			.withMessage("stage 's' can't take deliveries, since it reports itself what it has handled");
	}

	private static Stage stage(String form) {
		return stage(form, (event) -> {
		});
	}

	/** Makes one output of each event, then does something with the event. */
	private static Stage stage(String form, Consumer<Object> then) {
		OfOne made = (delivery) -> {
			Delivery<Object> output = delivery.with(delivery.event() + "1");
			then.accept(delivery.event());
			return output;
		};
		return switch (form) {
			case "lists" -> new Lists((deliveries) -> deliveries.stream().<Object>map(made::of).toList());
			case "each" -> new Each(made);
			default -> new Begun((delivery) -> CompletableFuture.completedStage(List.of(made.of(delivery))));
		};
	}

	/**
	 * What is made of a delivery.
	 */
	@FunctionalInterface
	private interface OfOne {

		Object of(Delivery<?> delivery);

	}

	/**
	 * What is made of the deliveries of a list.
	 */
	@FunctionalInterface
	private interface OfList {

		List<Object> of(List<? extends Delivery<?>> deliveries);

	}

	private record Lists(OfList made) implements ProducerConsumerStage<Delivery<Object>, Object> {

		@Override
		public List<Object> handleEvents(List<Delivery<Object>> deliveries, Subscription from) {
			return this.made.of(deliveries);
		}

		@Override
		public boolean takesDeliveries() {
			return true;
		}

	}

	private record Each(OfOne made) implements PerEventProducerConsumerStage<Delivery<Object>, Object> {

		@Override
		public void handleEvent(Delivery<Object> delivery, Subscription from, Consumer<? super Object> results) {
			results.accept(this.made.of(delivery));
		}

		@Override
		public boolean takesDeliveries() {
			return true;
		}

	}

	private record Begun(Function<Delivery<?>, CompletionStage<List<Object>>> made)
			implements
				AsyncProducerConsumerStage<Delivery<Object>, Object> {

		@Override
		public CompletionStage<List<Object>> begin(Delivery<Object> delivery, Subscription from) {
			return this.made.apply(delivery);
		}

		@Override
		public boolean takesDeliveries() {
			return true;
		}

	}

}
