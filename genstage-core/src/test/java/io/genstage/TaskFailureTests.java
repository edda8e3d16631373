package io.genstage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.deadletter.MemoryDeadLetterStore;
import io.genstage.delivery.Acknowledger;
import io.genstage.delivery.BatchFailure;
import io.genstage.delivery.Delivery;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.OutageGuard;
import io.genstage.failure.Retries;
import io.genstage.failure.RetryOrder;
import io.genstage.task.TaskOptions;
import io.genstage.task.TaskRestart;
import io.genstage.task.TaskStatus.Task;
import io.genstage.task.Tasks;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tasks of a stage with a policy for events that it fails to handle.
 */
class TaskFailureTests {

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final Probe p = this.dialogue.probe("p");

	private final TaskBench bench = new TaskBench(this.dialogue);

	private final MemoryDeadLetterStore letters = new MemoryDeadLetterStore();

	private final FailurePolicy policy = FailurePolicy.defaults()
		.withRetries(Retries.fixed(1, ofSeconds(1)))
		.withDeadLetters(this.letters);

	private final FailurePolicy unguarded = this.policy
		.withOutage(new OutageGuard(OutageGuard.NEVER, Duration.ofSeconds(1)));

	private Tasks<String> tasks;

	private StageRef stage;

	@Test
	void areRunAgainByTheTimerAndNotByTheirOwnRestarts() {
		start(TaskOptions.defaults().withRestart(TaskRestart.TRANSIENT).withMaxRestarts(0), this.policy, 2);
		fail("a");
		this.p.send("a", "b");
		this.bench.endNext();
		this.bench.endNext();
		assertThat(heard()).containsExactly("started", "started", "failed a", "ended b", "p <- ask 1");
		assertThat(this.tasks.status().tasks()).containsExactly(new Task<>(1, "a", 1, true));
		assertThat(this.stage.status().held()).isOne();
		assertThat(this.stage.status().backlog()).isOne();
		this.bench.failing.clear();
		this.dialogue.runTimer();
		assertThat(heard()).containsExactly("started");
		assertThat(this.tasks.status().tasks()).containsExactly(new Task<>(1, "a", 2, false));
		this.bench.endNext();
		assertThat(heard()).containsExactly("ended a", "p <- ask 1");
		assertThat(this.stage.status().counts()).isEqualTo(new EventCounts(2, 0, 0, 0, 0, 1));
		assertThat(this.stage.status().held()).isZero();
	}

	@Test
	void becomeDeadLettersWhenTheirAttemptsAreUsedUp() {
		start(TaskOptions.defaults(), this.policy, 2);
		fail("a");
		this.p.send("a", "b");
		this.bench.endNext();
		this.bench.endNext();
		this.dialogue.runTimer();
		this.bench.endNext();
		assertThat(stored()).singleElement().satisfies((letter) -> {
			assertThat(letter.attempts()).isEqualTo(2);
			assertThat(this.letters.event(letter.id())).contains("a");
		});
		assertThat(this.tasks.status().tasks()).isEmpty();
		assertThat(this.stage.status().counts()).isEqualTo(new EventCounts(1, 0, 0, 1, 0, 1));
		assertThat(heard()).endsWith("failed a", "p <- ask 1");
	}

	@Test
	void letOnlyThoseOfTheirKeyWaitForARetry() {
		start(TaskOptions.defaults(), this.policy.withOrder(RetryOrder.byKey((event) -> ((String) event).charAt(0))),
				4);
		fail("a1");
		this.p.send("a1", "b1");
		this.bench.endNext();
		this.p.send("a2", "b2");
		assertThat(heard()).containsExactly("started", "started", "failed a1", "started");
		assertThat(this.tasks.status().running()).isEqualTo(2);
		this.bench.endNext();
		this.bench.endNext();
		this.bench.failing.clear();
		this.dialogue.runTimer();
		this.bench.endNext();
		this.bench.endNext();
		assertThat(heard()).filteredOn((line) -> line.startsWith("ended"))
			.containsExactly("ended b1", "ended b2", "ended a1", "ended a2");
	}

	@Test
	void pauseWhileEverythingFails() {
		start(TaskOptions.defaults(), this.policy.withOutage(new OutageGuard(2, ofSeconds(30))), 4);
		fail("a", "b", "c");
		this.p.send("a", "b");
		this.bench.endNext();
		this.bench.endNext();
		this.p.send("c");
		assertThat(heard()).containsExactly("started", "started", "failed a", "failed b");
		this.bench.failing.clear();
		runTimersFor(ofSeconds(30));
		assertThat(heard()).containsExactly("started");
		this.bench.endNext();
		this.bench.endNext();
		this.bench.endNext();
		assertThat(this.stage.status().in()).isEqualTo(3);
		assertThat(stored()).isEmpty();
	}

	@Test
	void makeRoomForOthersThatDecideAboutThem() {
		start(TaskOptions.defaults(), this.policy, 1);
		fail("a");
		this.p.send("a");
		this.bench.endNext();
		this.dialogue.runTimer();
		this.bench.endNext();
		assertThat(heard()).endsWith("failed a", "p <- ask 1");
		this.p.send("b");
		this.bench.endNext();
		// The success shows that not all events fail: the other one is tried once more.
		this.bench.endNext();
		assertThat(stored()).hasSize(1);
		assertThat(this.tasks.status().tasks()).isEmpty();
		assertThat(this.stage.status().counts().in()).isOne();
	}

	@Test
	void areTriedAgainWhenTheExecutorHasRejectedThem() {
		start(TaskOptions.defaults(), this.policy, 1);
		this.bench.rejecting = () -> true;
		this.p.send("a");
		this.bench.rejecting = () -> false;
		this.dialogue.runTimer();
		this.bench.endNext();
		assertThat(heard()).containsExactly("rejected", "started", "ended a", "p <- ask 1");
		assertThat(this.stage.status().in()).isOne();
	}

	@Test
	void areInterruptedWhenTheTimeOfTheirAttemptIsOver() {
		List<Boolean> interrupted = new ArrayList<>();
		PerEventConsumerStage<String> slow = (event, from) -> {
			if (interrupted.isEmpty()) {
				this.dialogue.runTimer();
				interrupted.add(Thread.currentThread().isInterrupted());
			}
		};
		start(slow, TaskOptions.defaults(), this.policy.withTimeout(ofSeconds(1)), 2);
		this.p.send("a");
		this.bench.endNext();
		assertThat(interrupted).containsExactly(true);
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
		assertThat(this.tasks.status().restarting()).isOne();
		this.dialogue.runTimer();
		this.bench.endNext();
		assertThat(this.stage.status().counts()).isEqualTo(new EventCounts(1, 0, 0, 0, 0, 1));
	}

	@Test
	void makeTheStageFailByAnError() {
		PerEventConsumerStage<String> stage = (event, from) -> {
			throw new AssertionError("broken");
		};
		start(stage, TaskOptions.defaults(), this.policy, 2);
		this.p.send("a", "b");
		this.bench.endNext();
		assertThat(this.stage.status().exit()).isInstanceOf(ExitReason.Failure.class);
		assertThat(this.stage.status().discarded()).isEqualTo(2);
	}

	@Test
	void sayWhatHasFailedByTheNameOfTheirOnlyEvent() {
		ConsumerStage<String> stage = (events, from) -> {
			throw BatchFailure.of(events.get(0), new IllegalStateException("no " + events.get(0)));
		};
		start(stage, TaskOptions.defaults(), this.unguarded.withRetries(Retries.NONE), 2);
		this.p.send("a");
		this.bench.endNext();
		assertThat(stored()).singleElement()
			.satisfies((letter) -> assertThat(letter.causeType()).isEqualTo(IllegalStateException.class.getName()));
	}

	@Nested
	class Deliveries {

		private final List<String> settled = new ArrayList<>();

		private final Acknowledger<String> acknowledger = (group, accepted, failed) -> {
			accepted.forEach((one) -> this.settled.add(one.outcome() + " " + one.event()));
			failed.forEach((one) -> this.settled.add(one.outcome() + " " + one.event()));
		};

		private void emit(String... events) {
			StageRef producer = dialogue.start("q", new ManualSource());
			Dialogue.subscribe(stage, producer, 4, 0);
			producer
				.tell(List.of(events).stream().map((event) -> Delivery.of(event, this.acknowledger, "all")).toList());
		}

		@Test
		void areSettledWhenTheirTasksAreOver() {
			start(TaskOptions.defaults(), unguarded.withThen(FailurePolicy.Then.SKIP), 4);
			fail("a");
			emit("a", "b");
			bench.endNext();
			assertThat(this.settled).isEmpty();
			bench.endNext();
			assertThat(this.settled).containsExactly("ACCEPTED b");
			dialogue.runTimer();
			bench.endNext();
			assertThat(this.settled).containsExactly("ACCEPTED b", "SKIPPED a");
		}

		@Test
		void areGivenBackInADrainWithoutAnotherAttempt() {
			start(TaskOptions.defaults(), policy, 4);
			fail("a");
			emit("a");
			bench.endNext();
			stage.mailbox().tell(new Message.BeginDrain());
			assertThat(this.settled).containsExactly("FAILED a");
			assertThat(tasks.status().tasks()).isEmpty();
		}

		@Test
		void haveFailedWhenTheStageStopsBeforeTheirRetry() {
			start(TaskOptions.defaults(), policy, 4);
			fail("a");
			emit("a", "b");
			bench.endNext();
			stage.stop(ExitReason.SHUTDOWN);
			assertThat(this.settled).containsExactlyInAnyOrder("FAILED a", "FAILED b");
			assertThat(stage.status().discarded()).isEqualTo(2);
		}

	}

	@Nested
	class TheEnd {

		@Test
		void waitsForRetries() {
			start(TaskOptions.defaults(), policy, 2);
			fail("a");
			p.send("a", "b");
			bench.endNext();
			p.cancel(ExitReason.NORMAL);
			bench.endNext();
			assertThat(stage.status().exit()).isNull();
			bench.failing.clear();
			dialogue.runTimer();
			bench.endNext();
			assertThat(stage.status().exit()).isEqualTo(ExitReason.NORMAL);
			assertThat(stage.status().counts()).isEqualTo(new EventCounts(2, 0, 0, 0, 0, 1));
		}

		@Test
		void decidesAboutTheLastOne() {
			start(TaskOptions.defaults(), policy, 2);
			fail("a");
			p.send("a");
			p.cancel(ExitReason.NORMAL);
			bench.endNext();
			dialogue.runTimer();
			bench.endNext();
			bench.endNext();
			assertThat(stored()).hasSize(1);
			assertThat(stage.status().exit()).isEqualTo(ExitReason.NORMAL);
		}

	}

	@Nested
	class ByHand {

		@Test
		void haveThePolicyToo() {
			start(TaskOptions.defaults(), unguarded, 2);
			fail("a");
			assertThat(tasks.startTask("a", ofSeconds(9))).isCompletedWithValue(1L);
			bench.endNext();
			dialogue.runTimer();
			bench.endNext();
			assertThat(stored()).hasSize(1);
			assertThat(tasks.status().tasks()).isEmpty();
			assertThat(stage.status().counts()).isEqualTo(new EventCounts(0, 0, 0, 1, 0, 1));
			assertThat(stage.status().held()).isZero();
		}

		@Test
		void areDiscardedWithoutASubscription() {
			start(TaskOptions.defaults(), unguarded.withThen(FailurePolicy.Then.FAIL).withRetries(Retries.NONE), 2);
			fail("a");
			tasks.startTask("a", ofSeconds(9));
			bench.endNext();
			assertThat(stage.status().discarded()).isOne();
			assertThat(stage.status().held()).isZero();
		}

		@Test
		void endTheWaitForARetry() {
			start(TaskOptions.defaults(), policy, 2);
			fail("a");
			p.send("a");
			bench.endNext();
			assertThat(tasks.terminateTask(1, ofSeconds(9))).isCompletedWithValue(true);
			assertThat(stage.status().discarded()).isOne();
			bench.failing.clear();
			while (dialogue.timers() > 0) {
				dialogue.runTimer();
			}
			assertThat(heard()).containsExactly("started", "failed a", "p <- ask 1");
			assertThat(stage.status().held()).isZero();
		}

		@Test
		void endARunningTaskForGood() {
			start(TaskOptions.defaults(), policy, 2);
			p.send("a");
			assertThat(tasks.terminateTask(1, ofSeconds(9))).isCompletedWithValue(true);
			assertThat(tasks.status().tasks()).isEmpty();
			assertThat(stage.status().counts()).isEqualTo(new EventCounts(0, 0, 1, 0, 0, 0));
		}

	}

	private void fail(String... events) {
		this.bench.failing.addAll(List.of(events));
	}

	private void start(TaskOptions options, FailurePolicy policy, int maxDemand) {
		start(this.bench, options, policy, maxDemand);
	}

	private void start(ConsumerStage<String> stage, TaskOptions options, FailurePolicy policy, int maxDemand) {
		this.tasks = this.bench.tasks(options);
		this.stage = this.dialogue.start("s", stage, StageOptions.defaults().withTasks(this.tasks).withFailure(policy));
		Dialogue.subscribe(this.stage, this.p.ref(), maxDemand, 0);
		this.dialogue.skip();
	}

	private void runTimersFor(Duration time) {
		Duration end = this.dialogue.time().plus(time);
		while (this.dialogue.timers() > 0 && this.dialogue.time().compareTo(end) < 0) {
			this.dialogue.runTimer();
		}
	}

	private List<String> heard() {
		return this.dialogue.heard().stream().filter((line) -> !line.startsWith("scheduled")).toList();
	}

	private List<DeadLetter> stored() {
		return this.letters.oldestFirst(DeadLetterFilter.all(), 0, 100);
	}

}
