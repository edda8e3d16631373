package io.genstage.flow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.ProducerStage;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import io.genstage.source.Sources;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.schedulers.Schedulers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.FlowAdapters;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * The bridges to the libraries of others, in both directions, on threads.
 */
@Timeout(60)
class LibraryTests {

	private static final int MANY = 50_000;

	private final StageSystem system = StageSystem.create();

	/** What the consumer of these tests has received. */
	private final List<Integer> received = new CopyOnWriteArrayList<>();

	@AfterEach
	void close() {
		this.system.close();
	}

	@Nested
	class Reactor {

		@Test
		void takesTheEventsOfAStageAsFastAsItCan() {
			StageRef numbers = start(Sources.stream(IntStream.range(0, MANY)));
			assertThat(fluxOf(numbers).limitRate(64).collectList().block()).isEqualTo(upTo(MANY));
			assertNothingIsLeft();
		}

		@Test
		void holdsAStageBack() {
			StageRef numbers = start(Sources.stream(IntStream.iterate(0, (n) -> n + 1)));
			List<Integer> first = new ArrayList<>();
			fluxOf(numbers).limitRate(10).take(15).doOnNext(first::add).blockLast();
			assertThat(first).isEqualTo(upTo(15));
			assertThat(numbers.status().out()).isLessThanOrEqualTo(30);
			assertNothingIsLeftBut(numbers);
		}

		@Test
		void learnsWhyAStageFailed() {
			IllegalStateException cause = new IllegalStateException("broken");
			StageRef failing = start((ProducerStage<Integer>) (demand) -> {
				throw cause;
			});
			assertThatThrownBy(() -> fluxOf(failing).blockLast()).isSameAs(cause);
			assertNothingIsLeft();
		}

		@Test
		void feedsAStageAsMuchAsItAsksFor() {
			AtomicLong requested = new AtomicLong();
			Flux<Integer> flux = Flux.range(0, Integer.MAX_VALUE).doOnRequest(requested::addAndGet);
			StageRef producer = start(Flows.producer(JdkFlowAdapter.publisherToFlowPublisher(flux), 8));
			Subscription subscription = collectFrom(producer, true);
			subscription.ask(20);
			await().until(() -> received.size() == 20);
			assertThat(received).isEqualTo(upTo(20));
			assertThat(requested).hasValue(20);
		}

		@Test
		void feedsAStageToTheEnd() {
			Flux<Integer> flux = Flux.range(0, MANY).publishOn(reactor.core.scheduler.Schedulers.parallel());
			StageRef producer = start(Flows.producer(JdkFlowAdapter.publisherToFlowPublisher(flux)));
			collectFrom(producer, false);
			assertThat(endOf(producer)).isEqualTo(ExitReason.NORMAL);
			await().until(() -> received.size() == MANY);
			assertThat(received).isEqualTo(upTo(MANY));
		}

		@Test
		void failsAStage() {
			IllegalStateException cause = new IllegalStateException("broken");
			Flux<Integer> flux = Flux.range(0, 3).concatWith(Flux.error(cause));
			StageRef producer = start(Flows.producer(JdkFlowAdapter.publisherToFlowPublisher(flux)));
			collectFrom(producer, false);
			assertThat(endOf(producer)).isEqualTo(ExitReason.failure(cause));
			await().until(() -> received.size() == 3);
		}

		@Test
		void isCancelledByTheEndOfAStage() {
			AtomicLong cancelled = new AtomicLong();
			Flux<Long> flux = Flux.interval(Duration.ofMillis(1))
				.onBackpressureDrop()
				.doOnCancel(cancelled::incrementAndGet);
			StageRef producer = start(Flows.producer(JdkFlowAdapter.publisherToFlowPublisher(flux)));
			producer.stop(ExitReason.SHUTDOWN);
			await().until(() -> cancelled.get() == 1);
		}

		private Flux<Integer> fluxOf(StageRef producer) {
			return JdkFlowAdapter.flowPublisherToFlux(Flows.publisher(system, producer));
		}

	}

	@Nested
	class RxJava {

		@Test
		void takesTheEventsOfAStageAsFastAsItCan() {
			StageRef numbers = start(Sources.stream(IntStream.range(0, MANY)));
			assertThat(flowableOf(numbers).observeOn(Schedulers.computation()).toList().blockingGet())
				.isEqualTo(upTo(MANY));
			assertNothingIsLeft();
		}

		@Test
		void holdsAStageBack() {
			StageRef numbers = start(Sources.stream(IntStream.iterate(0, (n) -> n + 1)));
			assertThat(flowableOf(numbers).rebatchRequests(10).take(15).toList().blockingGet()).isEqualTo(upTo(15));
			assertThat(numbers.status().out()).isLessThanOrEqualTo(30);
			assertNothingIsLeftBut(numbers);
		}

		@Test
		void learnsWhyAStageFailed() {
			IllegalStateException cause = new IllegalStateException("broken");
			StageRef failing = start((ProducerStage<Integer>) (demand) -> {
				throw cause;
			});
			flowableOf(failing).test().awaitDone(30, TimeUnit.SECONDS).assertError(cause);
			assertNothingIsLeft();
		}

		@Test
		void feedsAStageAsMuchAsItAsksFor() {
			AtomicLong requested = new AtomicLong();
			Flowable<Integer> flowable = Flowable.range(0, Integer.MAX_VALUE).doOnRequest(requested::addAndGet);
			StageRef producer = start(Flows.producer(FlowAdapters.toFlowPublisher(flowable), 8));
			Subscription subscription = collectFrom(producer, true);
			subscription.ask(20);
			await().until(() -> received.size() == 20);
			assertThat(received).isEqualTo(upTo(20));
			assertThat(requested).hasValue(20);
		}

		@Test
		void feedsAStageToTheEnd() {
			Flowable<Integer> flowable = Flowable.range(0, MANY).observeOn(Schedulers.computation());
			StageRef producer = start(Flows.producer(FlowAdapters.toFlowPublisher(flowable)));
			collectFrom(producer, false);
			assertThat(endOf(producer)).isEqualTo(ExitReason.NORMAL);
			await().until(() -> received.size() == MANY);
			assertThat(received).isEqualTo(upTo(MANY));
		}

		@Test
		void failsAStage() {
			IllegalStateException cause = new IllegalStateException("broken");
			Flowable<Integer> flowable = Flowable.range(0, 3).concatWith(Flowable.error(cause));
			StageRef producer = start(Flows.producer(FlowAdapters.toFlowPublisher(flowable)));
			collectFrom(producer, false);
			assertThat(endOf(producer)).isEqualTo(ExitReason.failure(cause));
			await().until(() -> received.size() == 3);
		}

		@Test
		void isCancelledByTheEndOfAStage() {
			AtomicLong cancelled = new AtomicLong();
			Flowable<Integer> flowable = Flowable.<Integer>never().doOnCancel(cancelled::incrementAndGet);
			StageRef producer = start(Flows.producer(FlowAdapters.toFlowPublisher(flowable)));
			producer.stop(ExitReason.SHUTDOWN);
			await().until(() -> cancelled.get() == 1);
		}

		private Flowable<Integer> flowableOf(StageRef producer) {
			return Flowable.fromPublisher(FlowAdapters.toPublisher(Flows.<Integer>publisher(system, producer)));
		}

	}

	private StageRef start(ProducerStage<?> producer) {
		return this.system.start("producer", producer);
	}

	/**
	 * Starts a consumer that notes what it gets, and leaves the asking to the test if
	 * wanted.
	 */
	private Subscription collectFrom(StageRef producer, boolean byHand) {
		ConsumerStage<Integer> collector = (events, from) -> this.received.addAll(events);
		SubscribeOptions options = SubscribeOptions.defaults();
		return this.system.start("consumer", collector)
			.subscribeTo(producer, byHand ? options.withManualDemand() : options)
			.toCompletableFuture()
			.join();
	}

	private static ExitReason endOf(StageRef stage) {
		return stage.whenStopped().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
	}

	private void assertNothingIsLeft() {
		await().untilAsserted(() -> assertThat(this.system.stages()).isEmpty());
	}

	private void assertNothingIsLeftBut(StageRef producer) {
		await().untilAsserted(() -> assertThat(this.system.stages()).containsExactly(producer));
		await().untilAsserted(() -> assertThat(producer.status().consumers()).isEmpty());
	}

	private static List<Integer> upTo(int count) {
		return IntStream.range(0, count).boxed().toList();
	}

}
