package io.genstage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import io.genstage.delivery.Acknowledgement;
import io.genstage.delivery.Acknowledger;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.Verdict;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.OutageGuard;
import io.genstage.failure.Retries;
import io.genstage.intake.InFlight;
import io.genstage.task.TaskOptions;
import io.genstage.task.Tasks;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What takes long in a stage is reported. Looks come once a second, as the limit is four.
 */
class StageWatchTests {

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final Probe p = this.dialogue.probe("p");

	private final List<Overdue> reported = new ArrayList<>();

	private final StageOptions watched = StageOptions.defaults()
		.withWatch(Watch.NONE.withHandleWithin(Duration.ofSeconds(4)).withSettleWithin(Duration.ofSeconds(4)));

	private StageRef stage;

	@BeforeEach
	void listen() {
		this.dialogue.listen(new StageListener() {

			@Override
			public void onOverdue(StageRef stage, Overdue overdue) {
				StageWatchTests.this.reported.add(overdue);
			}

		});
	}

	private void start(Stage stage, StageOptions options) {
		this.stage = this.dialogue.start("s", stage, options);
		Dialogue.subscribe(this.stage, this.p.ref(), 10, 5);
		// The look behind the turn of the subscription.
		looks(this.dialogue.timers());
	}

	private void looks(int looks) {
		for (int look = 0; look < looks; look++) {
			this.dialogue.runTimer();
		}
	}

	@Test
	void hasLimitsOfMoreThanNothing() {
		assertThat(Watch.defaults()).isEqualTo(new Watch(Duration.ofMinutes(1), Duration.ofMinutes(5)));
		assertThatIllegalArgumentException().isThrownBy(() -> Watch.NONE.withHandleWithin(Duration.ZERO))
			.withMessage("handleWithin must be more than 0, was PT0S");
		assertThatIllegalArgumentException().isThrownBy(() -> Watch.NONE.withSettleWithin(Duration.ofSeconds(-1)))
			.withMessage("settleWithin must be more than 0, was PT-1S");
	}

	@Test
	void needsNoThreadOfTheExecutor() {
		ManualExecutor executor = new ManualExecutor();
		Dialogue dialogue = new Dialogue(executor);
		List<Overdue> heard = new ArrayList<>();
		StageListener listener = new StageListener() {

			@Override
			public void onOverdue(StageRef stage, Overdue overdue) {
				heard.add(overdue);
			}

		};
		ConsumerStage<String> waiting = (events, from) -> {
			for (int look = 0; look < 6; look++) {
				dialogue.runTimer();
			}
			assertThat(heard).hasSize(1);
		};
		StageRef stage = dialogue.start("s", waiting, this.watched.withListener(listener));
		Dialogue.subscribe(stage, this.p.ref(), 10, 5);
		executor.runAll();
		this.p.send("a");
		executor.runAll();
		assertThat(heard).hasSize(1);
		assertThat(stage.status().in()).isOne();
	}

	@Nested
	class Calls {

		private int looks;

		private final List<List<Overdue>> seen = new ArrayList<>();

		private void takeLong() {
			looks(this.looks);
			this.seen.add(stage.status().overdue());
		}

		@Test
		void areReportedOnceWithTheirStack() {
			start((ConsumerStage<String>) (events, from) -> takeLong(), watched);
			this.looks = 6;
			p.send("a");
			assertThat(reported).singleElement().satisfies((overdue) -> {
				assertThat(overdue.kind()).isEqualTo(Overdue.Kind.CALL);
				assertThat(overdue.time()).isEqualTo(Duration.ofSeconds(4));
				assertThat(overdue.thread()).isEqualTo(Thread.currentThread().getName());
				assertThat(overdue.stack()).extracting(StackTraceElement::getMethodName).contains("takeLong");
				assertThat(overdue.holders()).isEmpty();
			});
			assertThat(log.read()).singleElement()
				.asString()
				.contains("stage 's': a call of its handler has not returned for PT4S, on thread ");
		}

		@Test
		void areShownInTheStatusAsLongAsTheyGoOn() {
			start((ConsumerStage<String>) (events, from) -> takeLong(), watched);
			this.looks = 7;
			p.send("a");
			assertThat(this.seen).singleElement()
				.satisfies((overdue) -> assertThat(overdue).singleElement()
					.extracting(Overdue::time)
					.isEqualTo(Duration.ofSeconds(6)));
			assertThat(stage.status().overdue()).isEmpty();
		}

		@Test
		void areNotReportedIfEachOfThemIsShort() {
			start((PerEventConsumerStage<String>) (event, from) -> takeLong(), watched);
			this.looks = 3;
			p.send("a", "b", "c", "d");
			assertThat(this.seen).hasSize(4);
			assertThat(reported).isEmpty();
		}

		@Test
		void areReportedEachIfTheyAreLong() {
			start((PerEventConsumerStage<String>) (event, from) -> takeLong(), watched);
			this.looks = 5;
			p.send("a", "b");
			assertThat(reported).hasSize(2);
		}

		@Test
		void areLookedAtOnlyWhileThereIsSomethingToDo() {
			start((ConsumerStage<String>) (events, from) -> takeLong(), watched);
			assertThat(dialogue.timers()).isZero();
			p.send("a");
			assertThat(dialogue.timers()).isOne();
			looks(1);
			assertThat(dialogue.timers()).isZero();
			p.send("b");
			assertThat(dialogue.timers()).isOne();
		}

		@Test
		void areNotLookedAtOnceTheStageHasStopped() {
			start((ConsumerStage<String>) (events, from) -> takeLong(), watched);
			p.send("a");
			stage.stop(ExitReason.SHUTDOWN);
			assertThat(dialogue.timers()).isZero();
		}

		@Test
		void areNotLookedAtUnlessThatIsSaid() {
			start((ConsumerStage<String>) (events, from) -> takeLong(), StageOptions.defaults());
			p.send("a");
			assertThat(dialogue.timers()).isZero();
		}

	}

	@Nested
	class EventsInFlight {

		private final List<CompletableFuture<String>> begun = new ArrayList<>();

		private void startAsync(StageOptions options) {
			AsyncConsumerStage<String> consumer = (event, from) -> {
				CompletableFuture<String> future = new CompletableFuture<>();
				this.begun.add(future);
				return future;
			};
			start(consumer, options.withInFlight(InFlight.of(2)));
		}

		@Test
		void areReportedOnce() {
			startAsync(watched);
			p.send("a", "b", "c");
			looks(7);
			assertThat(reported).containsExactly(
					new Overdue(Overdue.Kind.IN_FLIGHT, Duration.ofSeconds(4), 2, null, List.of(), List.of()));
			assertThat(stage.status().overdue()).singleElement()
				.extracting(Overdue::time)
				.isEqualTo(Duration.ofSeconds(6));
		}

		@Test
		void areForgottenWhenTheyAreDone() {
			startAsync(watched);
			p.send("a");
			looks(5);
			this.begun.get(0).complete("a");
			assertThat(stage.status().overdue()).isEmpty();
			looks(1);
			assertThat(dialogue.timers()).isZero();
		}

		@Test
		void areWatchedAnewInEachAttempt() {
			startAsync(watched.withFailure(FailurePolicy.defaults()
				.withRetries(Retries.fixed(1, Duration.ofHours(1)))
				.withOutage(new OutageGuard(OutageGuard.NEVER, Duration.ofSeconds(1)))));
			p.send("a");
			looks(4);
			this.begun.get(0).completeExceptionally(new IllegalStateException());
			assertThat(reported).isEmpty();
			assertThat(dialogue.timers()).as("the look and the retry").isEqualTo(2);
			looks(1);
			assertThat(this.begun).as("the retry is an hour away").hasSize(1);
			looks(1);
			assertThat(this.begun).as("which has passed").hasSize(2);
			looks(4);
			assertThat(reported).isEmpty();
			looks(1);
			assertThat(reported).hasSize(1);
		}

	}

	@Nested
	class TasksOfEvents {

		@Test
		void areReportedWithAStack() throws Exception {
			CountDownLatch begun = new CountDownLatch(1);
			CountDownLatch end = new CountDownLatch(1);
			List<Thread> threads = new ArrayList<>();
			ConsumerStage<String> consumer = (events, from) -> {
				begun.countDown();
				end.await();
			};
			Tasks<String> tasks = Tasks.of(TaskOptions.defaults().withExecutor((task) -> {
				Thread thread = new Thread(task, "worker");
				threads.add(thread);
				thread.start();
			}));
			start(consumer, watched.withTasks(tasks));
			p.send("a");
			begun.await();
			Awaitility.await().until(() -> threads.get(0).getState() == Thread.State.WAITING);
			looks(5);
			assertThat(reported).singleElement().satisfies((overdue) -> {
				assertThat(overdue.kind()).isEqualTo(Overdue.Kind.IN_FLIGHT);
				assertThat(overdue.time()).isEqualTo(Duration.ofSeconds(4));
				assertThat(overdue.thread()).isEqualTo("worker");
				assertThat(overdue.stack()).extracting(StackTraceElement::getMethodName).contains("await");
			});
			end.countDown();
			threads.get(0).join();
			assertThat(stage.status().overdue()).isEmpty();
		}

	}

	@Nested
	class Settlements {

		private final Acknowledger<String> acknowledger = (group, accepted, failed) -> {
		};

		private final List<Delivery<String>> deliveries = new ArrayList<>();

		private final List<String> waiting = new ArrayList<>(List.of("a", "b", "c"));

		private final ProducerStage<Delivery<String>> source = (demand) -> {
			List<Delivery<String>> taken = this.waiting.stream()
				.limit(demand)
				.map((event) -> Delivery.of(event, this.acknowledger, "g"))
				.toList();
			this.waiting.subList(0, taken.size()).clear();
			this.deliveries.addAll(taken);
			return taken;
		};

		private void startSource(StageOptions options) {
			stage = dialogue.start("source", this.source, options);
		}

		@Test
		void areReportedOnceWithWhoHoldsEvents() {
			startSource(watched);
			AsyncConsumerStage<String> keeping = (event, from) -> new CompletableFuture<>();
			StageRef consumer = dialogue.start("keeping", keeping);
			Dialogue.subscribe(consumer, stage, 2, 1);
			looks(4);
			assertThat(reported).isEmpty();
			looks(3);
			assertThat(reported).containsExactly(new Overdue(Overdue.Kind.SETTLEMENT, Duration.ofSeconds(4), 2, null,
					List.of(), List.of("keeping")));
			assertThat(log.read()).singleElement()
				.asString()
				.contains("stage 'source': 2 of its events have not been settled for PT4S; events are held by keeping");
		}

		@Test
		void areKnownToBeOldOnlyIfTheyAre() {
			startSource(watched);
			Probe c = dialogue.probe("c");
			OpenSubscription link = c.subscribeAndAsk(stage, 1);
			looks(3);
			Probe.ask(link, 1);
			looks(2);
			assertThat(reported).extracting(Overdue::count).containsExactly(1L);
			looks(3);
			assertThat(stage.status().overdue()).extracting(Overdue::count).containsExactly(2L);
			assertThat(reported).hasSize(1);
		}

		@Test
		void areForgottenWhenTheEventsAreSettled() {
			startSource(watched);
			dialogue.probe("c").subscribeAndAsk(stage, 2);
			looks(6);
			this.deliveries.forEach((delivery) -> delivery.settle(Verdict.accepted()));
			assertThat(stage.status().overdue()).isEmpty();
			looks(1);
			assertThat(dialogue.timers()).isZero();
		}

		@Test
		void areReportedAgainWhenItBeginsAgain() {
			startSource(watched);
			Probe c = dialogue.probe("c");
			OpenSubscription link = c.subscribeAndAsk(stage, 1);
			looks(5);
			this.deliveries.get(0).settle(Verdict.accepted());
			looks(1);
			Probe.ask(link, 1);
			looks(5);
			assertThat(reported).hasSize(2);
		}

		@Test
		void areNotOverdueWhileAHandlerHasAskedForMoreTime() {
			startSource(watched);
			List<Acknowledgement> begun = new ArrayList<>();
			AcknowledgingConsumerStage<Object> slow = (event, acknowledgement, from) -> {
				begun.add(acknowledgement);
				return CompletableFuture.completedStage(null);
			};
			StageRef consumer = dialogue.start("slow", slow,
					StageOptions.defaults().withFailure(FailurePolicy.defaults()).withInFlight(InFlight.of(2)));
			Dialogue.subscribe(consumer, stage, 2, 1);
			begun.get(0).extend(Duration.ofSeconds(20));
			looks(6);
			assertThat(reported).as("the other one").extracting(Overdue::count).containsExactly(1L);
			begun.get(1).accept();
			looks(1);
			assertThat(stage.status().overdue()).isEmpty();
			while (reported.size() < 2) {
				looks(1);
			}
			assertThat(dialogue.time()).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(22));
		}

		@Test
		void sayIfNobodyHoldsTheEvent() {
			Delivery<String> parent = Delivery.of("a", this.acknowledger, "g");
			parent.with("forgotten");
			ProducerStage<Delivery<String>> forgetful = (demand) -> parent.isHandled() ? List.of() : List.of(parent);
			stage = dialogue.start("source", forgetful, watched);
			ConsumerStage<Object> consumer = (events, from) -> {
			};
			Dialogue.subscribe(dialogue.start("c", consumer), stage, 1, 0);
			looks(5);
			assertThat(parent.isHandled()).isTrue();
			assertThat(reported).singleElement()
				.hasToString("1 of its events have not been settled for PT4S; no stage below holds events, so that "
						+ "something made from them was not emitted or not acknowledged");
		}

	}

}
