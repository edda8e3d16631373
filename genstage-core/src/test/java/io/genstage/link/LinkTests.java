package io.genstage.link;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import io.genstage.AcknowledgingConsumerStage;
import io.genstage.AsyncConsumerStage;
import io.genstage.CancelMode;
import io.genstage.ExitReason;
import io.genstage.LogCapture;
import io.genstage.PerEventConsumerStage;
import io.genstage.PerEventProducerConsumerStage;
import io.genstage.StageKind;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.delivery.Outcome;
import io.genstage.delivery.SourceHint;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.FailurePolicy.Then;
import io.genstage.failure.OutageGuard;
import io.genstage.failure.Retries;
import io.genstage.intake.InFlight;
import io.genstage.pipeline.ManagedStageStatus;
import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.StageDefinition;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.EventQueue;
import io.genstage.source.Sources;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The two ends of a link, as stages.
 */
@Timeout(60)
class LinkTests {

	private static final LinkDefinition ORDERS = LinkDefinition.of("orders");

	private static final Duration SECOND = Duration.ofSeconds(1);

	private final SeededExecutor executor = new SeededExecutor(1);

	private final StageSystem system = StageSystem.builder().executor(this.executor).scheduler(this.executor).build();

	private final MemoryLinks links = new MemoryLinks(4, this.executor);

	private static LinkMessage message(String text) {
		return LinkMessage.of(text.getBytes(StandardCharsets.UTF_8));
	}

	private static String text(LinkMessage message) {
		return new String(message.payload(), StandardCharsets.UTF_8);
	}

	private static StageOptions failing() {
		return StageOptions.defaults()
			.withFailure(FailurePolicy.defaults()
				.withRetries(Retries.fixed(0, SECOND))
				.withOutage(new OutageGuard(OutageGuard.NEVER, SECOND))
				.withThen(Then.FAIL));
	}

	private static SubscribeOptions asking(int maxDemand) {
		return new SubscribeOptions(maxDemand, maxDemand - 1, CancelMode.PERMANENT);
	}

	private void runUntil(Duration time) {
		while (this.executor.now().compareTo(time) < 0) {
			assertThat(this.executor.runOne()).isTrue();
		}
		this.executor.runReady();
	}

	@Nested
	class Receiver {

		private final LinkReceiver receiver = new LinkReceiver(links, ORDERS,
				LinkOptions.defaults().withMaxAttempts(3).withRetryAfter(SECOND));

		private final List<String> handled = new ArrayList<>();

		private final Map<String, CompletableFuture<Void>> open = new HashMap<>();

		private void send(String... texts) {
			try (LinkWriter writer = links.openWriter(ORDERS, new Ignoring())) {
				for (String text : texts) {
					assertThat(writer.send(message(text))).isCompleted();
				}
			}
		}

		/** Begins what is asked for, each to be finished by the test. */
		private StageRef start(int maxDemand) {
			AsyncConsumerStage<LinkMessage> consumer = (message, from) -> {
				this.handled.add(text(message));
				CompletableFuture<Void> work = new CompletableFuture<>();
				this.open.put(text(message), work);
				return work;
			};
			StageRef stage = system.start("receiver", this.receiver);
			system.start("consumer", consumer, failing().withInFlight(InFlight.of(maxDemand).unordered()))
				.subscribeTo(stage, asking(maxDemand));
			executor.runReady();
			return stage;
		}

		private void finish(String... texts) {
			for (String text : texts) {
				this.open.remove(text).complete(null);
			}
			executor.runReady();
		}

		private void fail(String text) {
			this.open.remove(text).completeExceptionally(new IllegalStateException());
			executor.runReady();
		}

		/** What a reader that comes now gets. */
		private List<String> left() {
			List<String> left = new ArrayList<>();
			try (LinkReader reader = links.openReader(ORDERS, new Ignoring() {

				@Override
				public void delivered(List<LinkRecord> records) {
					records.forEach((record) -> left.add(text(record.message())));
				}

			})) {
				reader.ask(100);
			}
			return left;
		}

		@Test
		void asksForAsMuchAsItsConsumers() {
			send("a", "b", "c", "d");
			start(2);
			assertThat(this.handled).containsExactly("a", "b");
			assertThat(this.receiver.waiting()).hasValue(2);
			assertThat(this.receiver.unsettled()).isEqualTo(2);
			finish("a");
			assertThat(this.handled).containsExactly("a", "b", "c");
			assertThat(this.receiver.waiting()).hasValue(1);
		}

		@Test
		void getsWhatIsSentLater() {
			start(2);
			send("a");
			executor.runReady();
			assertThat(this.handled).containsExactly("a");
		}

		@Test
		void settlesWhatIsHandled() {
			send("a", "b", "c");
			StageRef stage = start(2);
			finish("b");
			stage.stop(ExitReason.NORMAL);
			executor.runReady();
			finish("a");
			// The consumer has begun "c", too, which it never finishes.
			finish("c");
			assertThat(left()).isEmpty();
		}

		@Test
		void bringsToTheEngineWhatIsSettledWhenItHasStopped() {
			send("a", "b", "c");
			StageRef stage = start(2);
			stage.stop(ExitReason.NORMAL);
			executor.runReady();
			assertThat(this.receiver.waiting()).as("still open").hasValue(1);
			finish("a", "b");
			assertThat(this.receiver.waiting()).as("closed").isEmpty();
			assertThat(left()).containsExactly("c");
		}

		@Test
		void givesBackWhatFailsWhenItHasStopped() {
			send("a", "b");
			StageRef stage = start(2);
			stage.stop(ExitReason.NORMAL);
			executor.runReady();
			fail("a");
			finish("b");
			assertThat(left()).containsExactly("a");
			assertThat(links.rejected(ORDERS)).isEmpty();
		}

		@Test
		void givesBackWhatIsNotSettledWhenItIsClosed() {
			send("a", "b");
			start(2);
			this.receiver.close();
			assertThat(left()).containsExactly("a", "b");
		}

		@Test
		void getsAFailedMessageAgainAfterATime() {
			send("a", "b");
			start(1);
			fail("a");
			assertThat(this.handled).containsExactly("a", "b");
			finish("b");
			runUntil(SECOND);
			assertThat(this.handled).containsExactly("a", "b", "a");
		}

		@Test
		void getsAMessageAgainOfWhichSomethingWasDiscarded() {
			send("a");
			PerEventProducerConsumerStage<LinkMessage, LinkMessage> copies = (message, from, results) -> {
				results.accept(message);
				results.accept(message);
				results.accept(message);
			};
			StageRef copying = system.start("copies", copies, failing().withBufferSize(1));
			PerEventConsumerStage<LinkMessage> consumer = (message, from) -> this.handled.add(text(message));
			system.start("consumer", consumer, failing()).subscribeTo(copying, asking(1));
			copying.subscribeTo(system.start("receiver", this.receiver), asking(1));
			executor.runReady();
			assertThat(this.handled).as("one was asked for, and there was room for one more").containsExactly("a", "a");
			assertThat(this.receiver.waiting()).as("to be delivered again").hasValue(1);
			runUntil(SECOND);
			assertThat(this.handled).containsExactly("a", "a", "a", "a");
		}

		@Test
		void rejectsAMessageWhoseAttemptsAreUsedUp() {
			send("a");
			start(1);
			fail("a");
			runUntil(SECOND);
			fail("a");
			runUntil(SECOND.multipliedBy(2));
			assertThat(links.rejected(ORDERS)).isEmpty();
			fail("a");
			assertThat(links.rejected(ORDERS)).containsExactly(message("a"));
			assertThat(this.handled).containsExactly("a", "a", "a");
		}

		@Test
		void doesWhatAHandlerAsksTheSourceFor() {
			send("dropped", "soon", "late");
			Map<String, SourceHint> hints = Map.of("dropped", SourceHint.drop(), "soon", SourceHint.requeue(), "late",
					SourceHint.delay(Duration.ofSeconds(30)));
			AcknowledgingConsumerStage<LinkMessage> consumer = (message, acknowledgement, from) -> {
				boolean first = !this.handled.contains(text(message));
				this.handled.add(text(message));
				if (first) {
					acknowledgement.tellSource(hints.get(text(message)));
					acknowledgement.reject("not today");
				}
				else {
					acknowledgement.accept();
				}
				return CompletableFuture.completedStage(null);
			};
			StageRef stage = system.start("receiver", this.receiver);
			system.start("consumer", consumer, failing()).subscribeTo(stage, asking(1));
			executor.runReady();
			assertThat(links.rejected(ORDERS)).containsExactly(message("dropped"));
			assertThat(this.handled).containsExactlyInAnyOrder("dropped", "soon", "soon", "late");
			runUntil(Duration.ofSeconds(30));
			assertThat(this.handled).containsExactlyInAnyOrder("dropped", "soon", "soon", "late", "late");
		}

		@Test
		void waitsWhileTheEngineIsAway() {
			StageRef stage = start(1);
			links.interrupt(new IOException("gone"));
			executor.runReady();
			assertThat(stage.status().outage().cause()).hasMessage("gone");
			send(links);
			links.recover();
			executor.runReady();
			assertThat(stage.status().outage()).isNull();
			assertThat(stage.status().isRunning()).isTrue();
			assertThat(this.handled).containsExactly("a");
		}

		private void send(MemoryLinks to) {
			LinkWriter writer = to.openWriter(ORDERS, new Ignoring());
			assertThat(writer.send(message("a"))).isNotCompleted();
		}

		@Test
		void waitsForAnEngineThatIsAwayWhenItStarts() {
			links.interrupt(new IOException("gone"));
			StageRef stage = start(1);
			assertThat(stage.status().outage().cause()).hasMessage("gone");
		}

		@Test
		void failsBehindItsEventsIfItsEndIsOfNoUse() {
			FakeProvider provider = new FakeProvider();
			StageRef stage = system.start("receiver", new LinkReceiver(provider, ORDERS, LinkOptions.defaults()));
			PerEventConsumerStage<LinkMessage> consumer = (message, from) -> this.handled.add(text(message));
			system.start("consumer", consumer).subscribeTo(stage, asking(1));
			executor.runReady();
			provider.deliver("a");
			provider.listener.failed(new IllegalArgumentException("no such topic"));
			executor.runReady();
			assertThat(this.handled).containsExactly("a");
			assertThat(stage.status().exit()).isInstanceOfSatisfying(ExitReason.Failure.class,
					(failure) -> assertThat(failure.cause()).hasMessage("no such topic"));
			assertThat(provider.closed).isEqualTo(1);
		}

		@Test
		void failsIfMoreIsDeliveredThanWasAskedFor() {
			FakeProvider provider = new FakeProvider();
			StageRef stage = system.start("receiver", new LinkReceiver(provider, ORDERS, LinkOptions.defaults()));
			executor.runReady();
			provider.deliver("a");
			executor.runReady();
			assertThat(stage.status().exit()).isInstanceOfSatisfying(ExitReason.Failure.class,
					(failure) -> assertThat(failure.cause())
						.hasMessage("the provider 'fake' has delivered 1 messages, but was asked for 0"));
		}

		@Test
		void readsAnewWhenItIsStartedAgain() {
			FakeProvider provider = new FakeProvider();
			LinkReceiver again = new LinkReceiver(provider, ORDERS, LinkOptions.defaults());
			StageRef first = system.start("receiver", again);
			AsyncConsumerStage<LinkMessage> consumer = (message, from) -> new CompletableFuture<>();
			system.start("consumer", consumer, failing()).subscribeTo(first, asking(1));
			executor.runReady();
			provider.deliver("a");
			executor.runReady();
			LinkReader.Listener old = provider.listener;
			first.stop(ExitReason.NORMAL);
			executor.runReady();
			assertThat(provider.closed).as("a message is unsettled").isZero();
			StageRef second = system.start("receiver", again);
			assertThat(provider.closed).isEqualTo(1);
			old.failed(new IllegalStateException("late"));
			executor.runReady();
			assertThat(second.status().isRunning()).isTrue();
		}

		@Test
		void drainsALastingLinkAtOnce() {
			FakeProvider provider = new FakeProvider();
			StageRef stage = system.start("receiver", new LinkReceiver(provider, ORDERS, LinkOptions.defaults()));
			provider.backlog = 7;
			assertThat(stage.status().backlog()).isZero();
			stage.drain();
			executor.runReady();
			assertThat(stage.status().exit()).isEqualTo(ExitReason.NORMAL);
			assertThat(provider.closed).isEqualTo(1);
		}

		@Test
		void rejectsWhatFailsWhileALinkThatDoesNotLastIsDrained() {
			send("a", "b");
			StageRef stage = start(1);
			stage.drain();
			executor.runReady();
			fail("a");
			assertThat(links.rejected(ORDERS)).containsExactly(message("a"));
			assertThat(stage.status().exit()).isEqualTo(ExitReason.NORMAL);
			finish("b");
			assertThat(left()).isEmpty();
		}

		@Test
		void handsOnWhatALinkThatDoesNotLastHolds() {
			send("a", "b", "c");
			StageRef stage = start(1);
			assertThat(stage.status().backlog()).isEqualTo(2);
			stage.drain();
			executor.runReady();
			assertThat(stage.status().isRunning()).isTrue();
			finish("a");
			finish("b");
			assertThat(stage.status().exit()).isEqualTo(ExitReason.NORMAL);
			finish("c");
			assertThat(this.handled).containsExactly("a", "b", "c");
			assertThat(left()).isEmpty();
		}

	}

	/**
	 * What is special about links in memory; the rest is in their contract.
	 */
	@Nested
	class InMemory {

		@RegisterExtension
		final LogCapture log = new LogCapture();

		private final LinkWriter writer = links.openWriter(ORDERS, new Ignoring());

		private List<LinkRecord> read(LinkReader reader, int count, List<LinkRecord> delivered) {
			reader.ask(count);
			return List.copyOf(delivered);
		}

		private LinkReader open(List<LinkRecord> delivered) {
			return links.openReader(ORDERS, new Ignoring() {

				@Override
				public void delivered(List<LinkRecord> records) {
					delivered.addAll(records);
				}

			});
		}

		private void reject(int count) {
			List<LinkRecord> delivered = new ArrayList<>();
			LinkReader reader = open(delivered);
			read(reader, count, delivered)
				.forEach((record) -> reader.settle(List.of(LinkSettlement.reject(record, "can't be read"))));
			reader.close();
		}

		@Test
		void logWhatIsRejected() {
			this.writer.send(message("secret"));
			reject(1);
			assertThat(this.log.read())
				.containsExactly("SEVERE message 1 of the link 'orders' in memory is rejected: can't be read");
		}

		@Test
		void keepTheLatestThatWereRejected() {
			for (int number = 0; number < 6; number++) {
				this.writer.send(message("m" + number));
				reject(1);
			}
			assertThat(links.rejected(ORDERS)).extracting(LinkTests::text).containsExactly("m2", "m3", "m4", "m5");
		}

		@Test
		void logWhatIsLostAtTheirEnd() {
			IntStream.range(0, 6).forEach((number) -> this.writer.send(message("m" + number)));
			List<LinkRecord> delivered = new ArrayList<>();
			LinkReader reader = open(delivered);
			read(reader, 2, delivered);
			reader.settle(List.of(LinkSettlement.accept(delivered.get(0))));
			links.close();
			assertThat(this.log.read()).containsExactly(
					"SEVERE 5 messages of the link 'orders' in memory are lost: they were not handled before it has ended");
		}

		@Test
		void endQuietlyIfAllIsDone() {
			links.close();
			assertThat(this.log.read()).isEmpty();
		}

	}

	@Nested
	class Sender {

		private final EventQueue<String> orders = new EventQueue<>(100);

		private final LinkSender<String> sender = new LinkSender<>(links, ORDERS, LinkTests::message);

		private StageRef start(LinkSender<String> sender, StageOptions options) {
			StageRef queue = system.start("orders", this.orders);
			StageRef stage = system.start("sender", sender, options);
			stage.subscribeTo(queue, asking(2));
			executor.runReady();
			return stage;
		}

		private CompletableFuture<Outcome> deliver(String event) {
			CompletableFuture<Outcome> outcome = this.orders.deliver(event).toCompletableFuture();
			executor.runReady();
			return outcome;
		}

		@Test
		void handsEventsOver() {
			start(this.sender, StageOptions.defaults());
			assertThat(deliver("a")).isCompletedWithValue(Outcome.HANDED_OVER);
		}

		@Test
		void sendsNoMoreThanMayBeUnconfirmed() {
			// Four messages are kept.
			StageRef stage = start(this.sender, StageOptions.defaults().withInFlight(InFlight.of(2)));
			List<CompletableFuture<Outcome>> outcomes = IntStream.range(0, 9)
				.mapToObj((number) -> deliver("event " + number))
				.toList();
			assertThat(outcomes.subList(0, 4)).allMatch(CompletableFuture::isDone);
			assertThat(outcomes.subList(4, 9)).noneMatch(CompletableFuture::isDone);
			assertThat(stage.status().held()).isEqualTo(2);
			assertThat(this.orders.size()).isEqualTo(3);
			LinkReader reader = links.openReader(ORDERS, new Ignoring());
			assertThat(reader.backlog()).as("four kept, two unconfirmed").hasValue(6);
		}

		@Test
		void confirmsWhatWaitsWhenThereIsRoom() {
			start(this.sender, StageOptions.defaults().withInFlight(InFlight.of(2)));
			List<CompletableFuture<Outcome>> outcomes = IntStream.range(0, 5)
				.mapToObj((number) -> deliver("event " + number))
				.toList();
			assertThat(outcomes.get(4)).isNotDone();
			AtomicReference<LinkReader> reader = new AtomicReference<>();
			reader.set(links.openReader(ORDERS, new Ignoring() {

				@Override
				public void delivered(List<LinkRecord> records) {
					reader.get().settle(records.stream().map(LinkSettlement::accept).toList());
				}

			}));
			reader.get().ask(1);
			executor.runReady();
			assertThat(outcomes.get(4)).isCompletedWithValue(Outcome.HANDED_OVER);
		}

		@Test
		void waitsWhileTheEngineIsAway() {
			StageRef stage = start(this.sender, StageOptions.defaults());
			links.interrupt(new IOException("gone"));
			CompletableFuture<Outcome> outcome = deliver("a");
			assertThat(outcome).isNotDone();
			assertThat(stage.status().outage().cause()).hasMessage("gone");
			links.recover();
			executor.runReady();
			assertThat(outcome).isCompletedWithValue(Outcome.HANDED_OVER);
			assertThat(stage.status().outage()).isNull();
		}

		@Test
		void failsAnEventThatCanNotBeWritten() {
			LinkSender<String> picky = new LinkSender<>(links, ORDERS, (event) -> {
				if (event.equals("bad")) {
					throw new IllegalArgumentException("can't be written");
				}
				return message(event);
			});
			StageRef stage = start(picky, failing());
			CompletableFuture<Outcome> bad = deliver("bad");
			assertThat(bad).isCompletedExceptionally();
			assertThat(deliver("good")).isCompletedWithValue(Outcome.HANDED_OVER);
			assertThat(stage.status().isRunning()).isTrue();
		}

		/** Makes messages with an id each, as long as nobody gives them another one. */
		private LinkSender<String> numbering(LinkProvider provider) {
			AtomicInteger numbers = new AtomicInteger();
			return new LinkSender<>(provider, ORDERS,
					(event) -> message(event).withHeaders(Map.of("id", String.valueOf(numbers.incrementAndGet()))));
		}

		private StageOptions retrying(Duration timeout) {
			FailurePolicy policy = FailurePolicy.defaults().withRetries(Retries.fixed(3, SECOND));
			return StageOptions.defaults()
				.withInFlight(InFlight.of(2))
				.withFailure((timeout != null) ? policy.withTimeout(timeout) : policy);
		}

		@Test
		void keepsTheHeadersOfAMessageThatIsSentAgain() {
			SlowProvider provider = new SlowProvider();
			start(numbering(provider), retrying(null));
			CompletableFuture<Outcome> first = deliver("a");
			provider.answer(0).completeExceptionally(new IOException("lost"));
			CompletableFuture<Outcome> other = deliver("b");
			runUntil(executor.now().plus(SECOND));
			provider.answer(2).completeExceptionally(new IOException("lost again"));
			runUntil(executor.now().plus(SECOND));
			assertThat(provider.sent).extracting((message) -> text(message) + message.headers().get("id"))
				.containsExactly("a1", "b2", "a1", "a1");
			provider.answer(1).complete(null);
			provider.answer(3).complete(null);
			executor.runReady();
			assertThat(first).isCompletedWithValue(Outcome.HANDED_OVER);
			assertThat(other).isCompletedWithValue(Outcome.HANDED_OVER);
		}

		@Test
		void keepsTheHeadersOfAMessageThatWasGivenUpForItsTime() {
			SlowProvider provider = new SlowProvider();
			start(numbering(provider), retrying(SECOND));
			deliver("a");
			runUntil(executor.now().plus(SECOND.multipliedBy(2)));
			assertThat(provider.sent).extracting((message) -> message.headers().get("id")).containsExactly("1", "1");
		}

		@Test
		void givesEachEventHeadersOfItsOwnAlsoIfItIsTheSameObject() {
			SlowProvider provider = new SlowProvider();
			start(numbering(provider), retrying(null));
			deliver("a");
			deliver("a");
			provider.answer(0).completeExceptionally(new IOException("lost"));
			provider.answer(1).completeExceptionally(new IOException("lost"));
			executor.runReady();
			runUntil(executor.now().plus(SECOND));
			assertThat(provider.sent).extracting((message) -> message.headers().get("id"))
				.containsExactly("1", "2", "1", "2");
			provider.answer(2).complete(null);
			provider.answer(3).complete(null);
			executor.runReady();
			deliver("a");
			assertThat(provider.sent).last().extracting((message) -> message.headers().get("id")).isEqualTo("5");
		}

		@Test
		void failsIfItsEndIsOfNoUse() {
			FakeProvider provider = new FakeProvider();
			StageRef stage = start(new LinkSender<>(provider, ORDERS, LinkTests::message), StageOptions.defaults());
			provider.writerListener.failed(new IllegalArgumentException("no such topic"));
			executor.runReady();
			assertThat(stage.status().exit()).isInstanceOfSatisfying(ExitReason.Failure.class,
					(failure) -> assertThat(failure.cause()).hasMessage("no such topic"));
			assertThat(provider.closed).isEqualTo(1);
		}

		@Test
		void failsForGoodIfItHasLostTheLastEventsToAnEndOfNoUse() {
			FakeProvider provider = new FakeProvider();
			Pipeline pipeline = sending(provider);
			pipeline.start();
			executor.runReady();
			provider.writerListener.failed(new IllegalArgumentException("no such topic"));
			executor.runToRest(10_000);
			assertThat(pipeline.status().state()).isEqualTo(PipelineState.FAILED);
			ManagedStageStatus sender = pipeline.stage("sender").orElseThrow();
			assertThat(sender.started()).hasValueSatisfying((status) -> assertThat(status.discarded()).isEqualTo(3));
			assertThat(sender.restarts()).isEqualTo(1);
			assertThat(sender.instances().get(0).cause()).hasToString(
					"failure (java.lang.IllegalStateException: nothing was sent over the link 'orders' since it has "
							+ "failed: java.lang.IllegalArgumentException: no such topic)");
		}

		@Test
		void completesIfItsEndWasOfUseAgain() {
			FakeProvider provider = new FakeProvider();
			EventQueue<String> queue = this.orders;
			Pipeline pipeline = pipeline(StageDefinition.of("orders", queue), provider);
			pipeline.start();
			executor.runReady();
			queue.offer("a");
			executor.runReady();
			provider.writerListener.failed(new IllegalArgumentException("no such topic"));
			executor.advance(SECOND);
			queue.offer("b");
			queue.close();
			executor.runReady();
			provider.unconfirmed.forEach((sent) -> sent.complete(null));
			executor.runToRest(10_000);
			assertThat(pipeline.status().state()).isEqualTo(PipelineState.COMPLETED);
			assertThat(pipeline.stage("sender").orElseThrow().started())
				.hasValueSatisfying((status) -> assertThat(status.discarded()).isEqualTo(1));
		}

		private Pipeline sending(LinkProvider provider) {
			return pipeline(StageDefinition.of("orders", Sources.iterable(List.of("a", "b", "c"))), provider);
		}

		private Pipeline pipeline(StageDefinition orders, LinkProvider provider) {
			LinkSender<String> sender = new LinkSender<>(provider, ORDERS, LinkTests::message);
			return new Pipeline(PipelineGraph.of(List.of(orders,
					StageDefinition.of("sender", StageKind.CONSUMER, sender::again)
						.withOptions(StageOptions.defaults().withInFlight(InFlight.of(2)))
						.subscribeTo("orders", SubscribeOptions.defaults()))),
					system);
		}

		@Test
		void givesUpWhatIsNotConfirmedWhenItIsStopped() {
			StageRef stage = start(this.sender, StageOptions.defaults());
			links.interrupt(new IOException("gone"));
			CompletableFuture<Outcome> outcome = deliver("a");
			stage.stop(ExitReason.NORMAL);
			executor.runReady();
			assertThat(outcome).isCompletedExceptionally();
			links.recover();
			LinkReader reader = links.openReader(ORDERS, new Ignoring());
			assertThat(reader.backlog()).hasValue(0);
		}

	}

	@Nested
	class Both {

		@Test
		void carryAStageFromOneSideToTheOther() {
			EventQueue<Integer> numbers = new EventQueue<>(100);
			List<Integer> received = new ArrayList<>();
			StageRef producer = system.start("numbers", numbers);
			LinkSender<Integer> sender = new LinkSender<>(links, ORDERS, (number) -> message(number.toString()));
			system.start("numbers-out", sender).subscribeTo(producer, asking(2));
			StageRef receiver = system.start("numbers-in", new LinkReceiver(links, ORDERS, LinkOptions.defaults()));
			PerEventProducerConsumerStage<LinkMessage, Integer> reader = (message, from, results) -> results
				.accept(Integer.valueOf(text(message)));
			StageRef read = system.start("read", reader);
			read.subscribeTo(receiver, asking(2));
			PerEventConsumerStage<Integer> consumer = (number, from) -> received.add(number);
			system.start("consumer", consumer).subscribeTo(read, asking(2));
			IntStream.range(0, 50).forEach(numbers::offer);
			executor.runReady();
			assertThat(received).isEqualTo(IntStream.range(0, 50).boxed().toList());
		}

	}

	@Nested
	class Values {

		@Test
		void namesAreNotBlank() {
			assertThatIllegalArgumentException().isThrownBy(() -> LinkDefinition.of(" "))
				.withMessage("the name of a link must not be blank");
			assertThatIllegalArgumentException().isThrownBy(() -> ORDERS.withDestination(""))
				.withMessage("the destination of a link must not be blank");
		}

		@Test
		void optionsHaveBounds() {
			assertThatIllegalArgumentException().isThrownBy(() -> LinkOptions.defaults().withMaxAttempts(0))
				.withMessage("expected 1 to 1,000 attempts, but got 0");
			assertThatIllegalArgumentException().isThrownBy(() -> LinkOptions.defaults().withMaxAttempts(1001));
			assertThatIllegalArgumentException()
				.isThrownBy(() -> LinkOptions.defaults().withRetryAfter(SECOND.negated()));
		}

		@Test
		void onlyARetryHasADelay() {
			LinkRecord record = new LinkRecord(message("a"), "1", 1, "token");
			assertThatIllegalArgumentException()
				.isThrownBy(() -> new LinkSettlement(record, LinkSettlement.Action.ACCEPT, SECOND, null));
			assertThatIllegalArgumentException()
				.isThrownBy(() -> LinkSettlement.retry(record, SECOND.negated(), "failed"));
		}

		@Test
		void attemptsBeginWithOne() {
			assertThatIllegalArgumentException().isThrownBy(() -> new LinkRecord(message("a"), "1", 0, "token"));
		}

		@Test
		void messagesAreEqualByTheirBytes() {
			LinkMessage one = message("a").withKey("key").withHeaders(Map.of("name", "value"));
			LinkMessage other = message("a").withKey("key").withHeaders(Map.of("name", "value"));
			assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
			assertThat(one).isNotEqualTo(message("b").withKey("key").withHeaders(Map.of("name", "value")))
				.isNotEqualTo(one.withKey(null))
				.isNotEqualTo(one.withHeaders(Map.of()));
		}

		@Test
		void nothingOfAMessageIsForALog() {
			LinkRecord record = new LinkRecord(message("secret").withKey("secret"), "17", 2, "token");
			assertThat(record).hasToString("message of 6 bytes at 17, attempt 2");
			assertThat(new LinkMessage(null, null, Map.of())).hasToString("message of nothing");
		}

		@Test
		void aLinkInMemoryTakesNoSettings() {
			LinkDefinition link = ORDERS.withSettings(Map.of("partitions", "12"));
			assertThatIllegalArgumentException().isThrownBy(() -> links.openWriter(link, new Ignoring()))
				.withMessage("link 'orders' has settings that a link in memory doesn't know: [partitions]");
		}

	}

	private static class Ignoring implements LinkReader.Listener {

		@Override
		public void delivered(List<LinkRecord> records) {
		}

		@Override
		public void interrupted(Throwable cause) {
		}

		@Override
		public void recovered() {
		}

		@Override
		public void failed(Throwable cause) {
			throw new AssertionError(cause);
		}

	}

	/**
	 * Delivers what the test says, and lasts.
	 */
	private static final class SlowProvider implements LinkProvider {

		private final List<LinkMessage> sent = new ArrayList<>();

		private final List<CompletableFuture<Void>> answers = new ArrayList<>();

		CompletableFuture<Void> answer(int place) {
			return this.answers.get(place);
		}

		@Override
		public String type() {
			return "slow";
		}

		@Override
		public LinkReader openReader(LinkDefinition link, LinkReader.Listener listener) {
			throw new UnsupportedOperationException("it only sends");
		}

		@Override
		public LinkWriter openWriter(LinkDefinition link, LinkListener listener) {
			return new LinkWriter() {

				@Override
				public CompletionStage<Void> send(LinkMessage message) {
					SlowProvider.this.sent.add(message);
					CompletableFuture<Void> answer = new CompletableFuture<>();
					SlowProvider.this.answers.add(answer);
					return answer;
				}

				@Override
				public void close() {
				}

			};
		}

	}

	private static final class FakeProvider implements LinkProvider {

		private LinkReader.Listener listener;

		private LinkListener writerListener;

		private final List<CompletableFuture<Void>> unconfirmed = new ArrayList<>();

		private int closed;

		private long backlog;

		private void deliver(String text) {
			this.listener.delivered(List.of(new LinkRecord(message(text), text, 1, text)));
		}

		@Override
		public String type() {
			return "fake";
		}

		@Override
		public LinkReader openReader(LinkDefinition link, LinkReader.Listener listener) {
			this.listener = listener;
			return new LinkReader() {

				@Override
				public void ask(long messages) {
				}

				@Override
				public void settle(List<LinkSettlement> settlements) {
				}

				@Override
				public CompletionStage<Void> stop() {
					return CompletableFuture.completedStage(null);
				}

				@Override
				public OptionalLong backlog() {
					return OptionalLong.of(FakeProvider.this.backlog);
				}

				@Override
				public void close() {
					FakeProvider.this.closed++;
				}

			};
		}

		@Override
		public LinkWriter openWriter(LinkDefinition link, LinkListener listener) {
			this.writerListener = listener;
			return new LinkWriter() {

				@Override
				public CompletionStage<Void> send(LinkMessage message) {
					CompletableFuture<Void> confirmation = new CompletableFuture<>();
					FakeProvider.this.unconfirmed.add(confirmation);
					return confirmation;
				}

				@Override
				public void close() {
					FakeProvider.this.closed++;
				}

			};
		}

	}

}
