package io.genstage;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.intake.InFlight;
import io.genstage.task.TaskOptions;
import io.genstage.task.TaskStatus.Task;
import io.genstage.task.Tasks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tasks as an option of a stage.
 */
class TasksTests {

	private static final StageOptions IN_TASKS = StageOptions.defaults().withTasks(Tasks.of(TaskOptions.defaults()));

	private final Dialogue dialogue = new Dialogue();

	private final Probe p = this.dialogue.probe("p");

	private final Probe q = this.dialogue.probe("q");

	private final TaskBench bench = new TaskBench(this.dialogue);

	private final Tasks<String> tasks = this.bench.tasks(TaskOptions.defaults());

	@Test
	void areThoseOfAllInstances() {
		Dialogue.subscribe(this.bench.start("s", this.tasks), this.p.ref(), 2, 0);
		Dialogue.subscribe(this.bench.start("t", this.tasks), this.q.ref(), 2, 0);
		this.p.send("a", "b");
		this.q.send("c");
		assertThat(this.tasks.startTask("d", ofSeconds(9))).isCompletedWithValue(4L);
		assertThat(this.tasks.status().tasks()).extracting(Task::event).containsExactly("a", "b", "c", "d");
		assertThat(this.q.link().consumer().status().backlog()).isEqualTo(2);
		assertThat(this.tasks.terminateTask(3, ofSeconds(9))).isCompletedWithValue(true);
		assertThat(this.q.link().consumer().status().discarded()).isOne();
		assertThat(this.p.link().consumer().status().backlog()).isEqualTo(2);
	}

	@Test
	void areStartedByHandInAnInstanceThatGoesOn() {
		StageRef first = this.bench.start("s", this.tasks);
		StageRef second = this.bench.start("t", this.tasks);
		first.stop(ExitReason.SHUTDOWN);
		assertThat(this.tasks.startTask("a", ofSeconds(9))).isCompletedWithValue(1L);
		assertThat(second.status().backlog()).isOne();
	}

	@Test
	void ofNobodyHaveASubscriptionThatHasEnded() {
		Subscription[] got = new Subscription[1];
		ConsumerStage<String> stage = (events, from) -> got[0] = from;
		StageRef ref = this.dialogue.start("s", stage, StageOptions.defaults().withTasks(this.tasks));
		this.tasks.startTask("a", ofSeconds(9));
		this.bench.endNext();
		assertThat(got[0].producer()).isEqualTo(ref);
		assertThat(got[0].consumer()).isEqualTo(ref);
		assertThat(got[0].whenEnded()).isCompleted();
		assertThat(ref.status().producers()).isEmpty();
		assertThat(ref.status().in()).isZero();
	}

	@Test
	void haveEndedWhenTheStageLearnsOfItsStop() {
		ConsumerStage<String> stage = new ConsumerStage<>() {

			@Override
			public void handleEvents(List<String> events, Subscription from) {
			}

			@Override
			public void onStop(ExitReason reason) {
				dialogue.journal().note("onStop with %d tasks".formatted(tasks.status().tasks().size()));
			}

			@Override
			public void onInfo(Object message) {
				throw new IllegalStateException("onInfo");
			}

		};
		StageRef ref = this.dialogue.start("s", stage, StageOptions.defaults().withTasks(this.tasks));
		Dialogue.subscribe(ref, this.p.ref(), 2, 0);
		this.p.send("a");
		this.dialogue.skip();
		ref.tell("fail");
		assertThat(this.dialogue.heard()).startsWith("onStop with 0 tasks");
		assertThat(ref.status().discarded()).isOne();
	}

	@Test
	void leaveTheStageItsTurns() {
		ConsumerStage<String> stage = new ConsumerStage<>() {

			@Override
			public void handleEvents(List<String> events, Subscription from) {
			}

			@Override
			public void onInfo(Object message) {
				dialogue.journal().note("onInfo " + message);
			}

			@Override
			public void onCall(Object request, Caller caller) {
				caller.reply(request + "!");
			}

			@Override
			public void onDrain(StageContext context) {
				dialogue.journal().note("onDrain");
				context.complete();
			}

		};
		StageRef ref = this.dialogue.start("s", stage, StageOptions.defaults().withTasks(this.tasks));
		Dialogue.subscribe(ref, this.p.ref(), 2, 0);
		this.p.send("a");
		this.dialogue.skip();
		ref.tell("hello");
		assertThat(this.dialogue.heard()).containsExactly("onInfo hello");
		assertThat(ref.call("hello", ofSeconds(9))).isCompletedWithValue("hello!");
		this.dialogue.skip();
		ref.drain();
		assertThat(this.dialogue.heard()).isEmpty();
		this.bench.endNext();
		assertThat(this.dialogue.heard()).containsExactly("onDrain", "p <- cancel (down, normal)");
	}

	static Stream<Arguments> refusals() {
		ConsumerStage<String> plain = (events, from) -> {
		};
		AsyncConsumerStage<String> async = (event, from) -> CompletableFuture.completedFuture(event);
		return Stream.of(
				arguments(plain, IN_TASKS.withBatching(Batching.of(BatchOptions.defaults())),
						"since it is given batches: remove one of the two"),
				arguments(plain, IN_TASKS.withInFlight(InFlight.of(3)),
						"since it has events in flight: remove one of the two"),
				arguments(async, IN_TASKS, "since it has events in flight: remove one of the two"),
				arguments(new Deciding(true, false), IN_TASKS, "since it asks for events itself"),
				arguments(new Deciding(false, true), IN_TASKS, "since it reports what it has handled itself"));
	}

	@ParameterizedTest
	@MethodSource("refusals")
	void areRefusedBesideWhatDecidesHowEventsAreHandled(Stage stage, StageOptions options, String reason) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.dialogue.start("s", stage, options))
			.withMessage("stage 's' can't have a task for each event, " + reason);
	}

	@Test
	void areOfConsumersOnly() {
		assertThatIllegalArgumentException().isThrownBy(() -> IN_TASKS.checkFor("s", StageKind.PRODUCER_CONSUMER))
			.withMessage("stage 's' is a producer-consumer, which has no option tasks");
	}

	/**
	 * A stage that decides by itself.
	 */
	private record Deciding(boolean asksItself, boolean reportsHandled) implements ConsumerStage<String> {

		@Override
		public void handleEvents(List<String> events, Subscription from) {
		}

	}

}
