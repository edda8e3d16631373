package io.genstage.boot;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

import io.genstage.StageContext;
import io.genstage.Subscription;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.boot.handler.GenStageHeaders;
import io.genstage.pipeline.InstanceStatus;
import io.genstage.pipeline.PipelineState;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.MessageBuilder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What handler methods take beside plain events, and results that are waited for.
 */
class HandlerParameterTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner().withBean(Numbers.class);

	@Nested
	class Messages {

		@Test
		void tellTheProducerAndTheSubscription() {
			run(TakesMessage.class, "1 of numbers", "2 of numbers");
		}

		@Test
		void mayComeAsAList() {
			run(TakesMessages.class, "1 of numbers", "2 of numbers");
		}

		@Test
		void keepTheHeadersTheyHave() {
			run(PassesMessages.class, "1 of passed, was odd");
		}

	}

	@Nested
	class TheContext {

		@Test
		void letsAProducerCompleteInAnyOrderOfParameters() {
			HandlerParameterTests.this.contextRunner.withBean(Countdown.class).run((context) -> {
				TestContexts.sink(context).awaitExactly(2, 1);
				TestContexts.awaitState(context, PipelineState.COMPLETED);
			});
		}

		@Test
		void comesBesideSubscriptionAndEventsInAnyOrder() {
			run(TakesAll.class, "2 events from numbers by all");
		}

	}

	@Nested
	class ResultsThatComeLater {

		@Test
		void holdBackTheNextEvent() {
			HandlerParameterTests.this.contextRunner.withBean(Later.class).run((context) -> {
				Later later = context.getBean(Later.class);
				TestContexts.sink(context).awaitExactly("begun 1");
				assertThat(TestContexts.registry(context).stage("keep").orElseThrow().numbers().in()).isZero();
				later.works.get(0).complete(null);
				TestContexts.sink(context).awaitExactly("begun 1", "begun 2");
				later.works.get(1).complete(null);
				TestContexts.awaitState(context, PipelineState.COMPLETED);
			});
		}

		/** It is restarted like any stage that has failed, and what it had is lost. */
		@Test
		void failTheStageAsIfTheHandlerHadThrown() {
			HandlerParameterTests.this.contextRunner.withBean(Failing.class)
				.withPropertyValues("genstage.defaults.failure.enabled=false")
				.run((context) -> {
					TestContexts.awaitState(context, PipelineState.COMPLETED);
					assertThat(TestContexts.registry(context).stage("fail").orElseThrow().instances())
						.extracting(InstanceStatus::restarts)
						.containsExactly(1L);
				});
		}

		@Test
		void areInterruptedWhenTheApplicationIsNotDrainedInTime() {
			Later[] later = new Later[1];
			HandlerParameterTests.this.contextRunner.withBean(Later.class)
				.withPropertyValues("genstage.lifecycle.drain-timeout=1ms")
				.run((context) -> {
					TestContexts.sink(context).awaitExactly("begun 1");
					later[0] = context.getBean(Later.class);
				});
			Awaitility.await().untilAsserted(() -> assertThat(later[0].works.get(0)).isCancelled());
		}

		@Test
		void mayBeReactive() {
			run(Reactive.class, 1, 1, 2, 2);
		}

	}

	private void run(Class<?> handlers, Object... expected) {
		this.contextRunner.withBean(handlers).run((context) -> TestContexts.sink(context).awaitExactly(expected));
	}

	static class Numbers {

		@Producer
		Stream<Integer> numbers() {
			return Stream.of(1, 2);
		}

	}

	static class TakesMessage {

		final Sink sink;

		TakesMessage(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "numbers")
		void keep(Subscription from, Message<Integer> message) {
			assertThat(message.getHeaders()).containsEntry(GenStageHeaders.SUBSCRIPTION_ID, from.id());
			this.sink.add(message.getPayload() + " of " + message.getHeaders().get(GenStageHeaders.PRODUCER));
		}

	}

	static class TakesMessages {

		final Sink sink;

		TakesMessages(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "numbers")
		void keep(List<Message<Integer>> messages) {
			messages.forEach((message) -> this.sink
				.add(message.getPayload() + " of " + message.getHeaders().get(GenStageHeaders.PRODUCER)));
		}

	}

	static class PassesMessages {

		final Sink sink;

		PassesMessages(Sink sink) {
			this.sink = sink;
		}

		@ProducerConsumer(subscribeTo = "numbers")
		Message<Integer> passed(int number) {
			return (number == 1) ? MessageBuilder.withPayload(number).setHeader("kind", "odd").build() : null;
		}

		@Consumer(subscribeTo = "passed")
		void keep(Message<Integer> message) {
			this.sink.add(message.getPayload() + " of " + message.getHeaders().get(GenStageHeaders.PRODUCER) + ", was "
					+ message.getHeaders().get("kind"));
		}

	}

	static class Countdown {

		final Sink sink;

		int left = 2;

		Countdown(Sink sink) {
			this.sink = sink;
		}

		@Producer
		int countdown(StageContext context, long demand) {
			if (this.left == 1) {
				context.complete();
			}
			return this.left--;
		}

		@Consumer(subscribeTo = "countdown")
		void keep(int event) {
			this.sink.add(event);
		}

		@Consumer(subscribeTo = "numbers")
		void others(int event) {
		}

	}

	static class TakesAll {

		final Sink sink;

		TakesAll(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "numbers")
		void all(StageContext context, List<Integer> events, Subscription from) {
			this.sink
				.add("%d events from %s by %s".formatted(events.size(), from.producer().name(), context.self().name()));
		}

	}

	static class Later {

		final List<CompletableFuture<Void>> works = List.of(new CompletableFuture<>(), new CompletableFuture<>());

		final Sink sink;

		Later(Sink sink) {
			this.sink = sink;
		}

		@Consumer(subscribeTo = "numbers")
		CompletionStage<Void> keep(int event) {
			this.sink.add("begun " + event);
			return this.works.get(event - 1);
		}

	}

	static class Failing {

		@Consumer(subscribeTo = "numbers")
		CompletionStage<?> fail(int event) {
			return CompletableFuture.failedStage(new IllegalStateException("broken"));
		}

	}

	static class Reactive {

		final Sink sink;

		Reactive(Sink sink) {
			this.sink = sink;
		}

		@ProducerConsumer(subscribeTo = "numbers")
		Flux<Integer> twice(int event) {
			return Flux.just(event, event);
		}

		@Consumer(subscribeTo = "twice")
		Mono<Void> keep(int event) {
			return Mono.fromRunnable(() -> this.sink.add(event));
		}

	}

}
