package io.genstage.boot.handler;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.ProducerConsumerStage;
import io.genstage.Stage;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageStatus;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import io.genstage.source.EventQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.ResolvableType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which events of a batch count as handled when a handler fails at one of them.
 */
class HandledEventsTests {

	private static final SubscribeOptions TEN = SubscribeOptions.defaults().withMaxDemand(10).withMinDemand(0);

	private final List<Object> seen = new ArrayList<>();

	private final List<Object> emitted = new ArrayList<>();

	/** All on the thread of the test. */
	private final StageSystem system = StageSystem.builder().executor(Runnable::run).build();

	private int stages;

	@AfterEach
	void close() {
		this.system.close();
	}

	/** Fails at "c", in the way of each kind of result. */
	private @Nullable Object handle(Object events, Failing failing) {
		this.seen.add(events);
		boolean bad = events.equals("c") || (events instanceof List<?> list && list.contains("c"));
		RuntimeException failure = new IllegalStateException("bad");
		return switch (failing) {
			case NOW -> {
				if (bad) {
					throw failure;
				}
				yield events;
			}
			case LATER -> bad ? CompletableFuture.failedFuture(failure) : CompletableFuture.completedFuture(events);
			case MONO -> bad ? Mono.error(failure) : Mono.just(events);
			case FLUX -> bad ? Flux.just("half").concatWith(Flux.error(failure)) : Flux.just(events);
			case WITH_NULL -> bad ? new String[] { "half", null } : events;
		};
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "WITH_NULL")
	void ofAConsumerAreThoseBeforeTheOneThatFails(Failing failing) {
		StageRef stage = feed(consumer("one", failing));
		assertThat(this.seen).containsExactly("a", "b", "c");
		assertAccount(stage.status(), 2, 2);
	}

	@ParameterizedTest
	@EnumSource
	void ofAProducerConsumerAreThoseBeforeAndTheirResultsAreHandedOn(Failing failing) {
		StageRef stage = feed(producerConsumer("one", failing));
		assertThat(this.emitted).startsWith("a", "b").hasSize(2 + failing.halves);
		assertAccount(stage.status(), 2, 2);
		assertThat(stage.status().out()).isEqualTo(2 + failing.halves);
	}

	@ParameterizedTest
	@EnumSource
	void ofAHandlerOfListsAreNone(Failing failing) {
		StageRef stage = feed(producerConsumer("several", failing));
		assertThat(this.emitted).hasSize(failing.halves);
		assertAccount(stage.status(), 0, 4);
	}

	@Test
	void ofAHandlerOfListsThatConsumesAreNone() {
		assertAccount(feed(consumer("several", Failing.LATER)).status(), 0, 4);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void ofALimitedStageAreThoseBeforeTheOneThatFails(boolean emits) {
		RateLimit limit = RateLimit.of(10, Duration.ofSeconds(1));
		StageRef stage = feed(emits ? producerConsumer("one", Failing.NOW) : consumer("one", Failing.NOW),
				StageOptions.defaults().withRate(new RateAccount(limit)));
		assertThat(this.seen).containsExactly("a", "b", "c");
		assertThat(this.emitted).hasSize(emits ? 2 : 0);
		assertAccount(stage.status(), 2, 2);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void ofABatchAreThoseBeforeTheOneThatFails(boolean emits) {
		Batching<Object> fours = Batching.of(BatchOptions.defaults().withSize(4));
		StageRef stage = feed(emits ? producerConsumer("one", Failing.NOW) : consumer("one", Failing.NOW),
				StageOptions.defaults().withBatching(fours));
		assertThat(this.seen).containsExactly("a", "b", "c");
		assertThat(this.emitted).hasSize(emits ? 2 : 0);
		assertAccount(stage.status(), 2, 2);
	}

	@Test
	void ofABatchKnowByWhichSubscriptionEachOfThemCame() {
		List<String> producers = new ArrayList<>();
		Handler handler = (event, from, context, acknowledgement) -> producers
			.add(event + " of " + from.producer().name());
		StageRef stage = this.system.start("stage",
				HandlerStages.consumer(handler, parameter("one"), HandlerResult.of(ResolvableType.NONE)),
				StageOptions.defaults().withBatching(Batching.of(BatchOptions.defaults().withSize(4))));
		for (String name : List.of("first", "second")) {
			EventQueue<Object> source = new EventQueue<>(2);
			List.of("a", "b").forEach(source::offer);
			stage.subscribeTo(this.system.start(name, source), TEN);
		}
		assertThat(producers).containsExactly("a of first", "b of first", "a of second", "b of second");
	}

	@Test
	void doNotMeetTheInterruptFlagOfTheOneBefore() {
		List<Boolean> flags = new ArrayList<>();
		Handler handler = (event, from, context, acknowledgement) -> {
			flags.add(Thread.currentThread().isInterrupted());
			Thread.currentThread().interrupt();
			return null;
		};
		feed(HandlerStages.consumer(handler, parameter("one"), HandlerResult.of(ResolvableType.NONE)));
		feed(HandlerStages.producerConsumer(handler, parameter("one"), HandlerResult.of(ResolvableType.NONE)));
		assertThat(flags).hasSize(8).containsOnly(false);
		assertThat(Thread.interrupted()).isFalse();
	}

	/** Lets a stage have four events in one message. */
	private StageRef feed(Stage stage) {
		return feed(stage, StageOptions.defaults());
	}

	private StageRef feed(Stage stage, StageOptions options) {
		EventQueue<Object> source = new EventQueue<>(4);
		List.of("a", "b", "c", "d").forEach(source::offer);
		StageRef started = this.system.start("stage " + this.stages++, stage, options);
		if (stage instanceof ProducerConsumerStage<?, ?>) {
			ConsumerStage<Object> collecting = (events, from) -> this.emitted.addAll(events);
			this.system.start("collecting " + this.stages, collecting).subscribeTo(started, TEN);
		}
		started.subscribeTo(this.system.start("source " + this.stages, source), TEN);
		return started;
	}

	private static void assertAccount(StageStatus status, int handled, int discarded) {
		assertThat(status.exit()).isInstanceOfSatisfying(ExitReason.Failure.class,
				(failure) -> assertThat(failure.cause()).isInstanceOf(IllegalStateException.class));
		assertThat(status.in()).isEqualTo(handled);
		assertThat(status.discarded()).isEqualTo(discarded);
		assertThat(status.held()).isZero();
	}

	private ConsumerStage<Object> consumer(String method, Failing failing) {
		return HandlerStages.consumer((events, from, context, acknowledgement) -> handle(events, failing),
				parameter(method), HandlerResult.of(ResolvableType.NONE));
	}

	private ProducerConsumerStage<Object, Object> producerConsumer(String method, Failing failing) {
		return HandlerStages.producerConsumer((events, from, context, acknowledgement) -> handle(events, failing),
				parameter(method), HandlerResult.of(ResolvableType.NONE));
	}

	private static EventParameter parameter(String takes) {
		return EventParameter.of(takes.equals("one") ? ResolvableType.forClass(String.class)
				: ResolvableType.forClassWithGenerics(List.class, String.class));
	}

	/**
	 * In which way a handler fails.
	 */
	enum Failing {

		NOW(0), LATER(0), MONO(0), FLUX(1), WITH_NULL(1);

		/** How many results there are before the failure. */
		private final int halves;

		Failing(int halves) {
			this.halves = halves;
		}

	}

}
