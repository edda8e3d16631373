package io.genstage;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.genstage.task.TaskOptions;
import io.genstage.task.TaskRestart;
import io.genstage.task.TaskStatus.Task;
import io.genstage.task.Tasks;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of tasks that fail.
 */
class TaskRestartTests {

	private static final TaskOptions TRANSIENT = TaskOptions.defaults().withRestart(TaskRestart.TRANSIENT);

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final Probe p = this.dialogue.probe("p");

	private final TaskBench bench = new TaskBench(this.dialogue);

	@Test
	@DisplayName("S15 a temporary task is over whether it returns or fails")
	void temporaryTasksAreNotRunAgain() {
		Tasks<String> tasks = start(TaskOptions.defaults(), 2);
		this.p.send("a", "bad");
		this.bench.failing.add("bad");
		this.bench.endNext();
		this.bench.endNext();
		assertThat(heard()).containsExactly("started", "started", "ended a", "p <- ask 1", "failed bad", "p <- ask 1");
		assertThat(tasks.status().tasks()).isEmpty();
		assertThat(status().discarded()).isEqualTo(1);
		assertThat(this.log.read()).satisfiesExactly(
				(line) -> assertThat(line).isEqualTo("SEVERE task 2 of stage 's' has failed"),
				(line) -> assertThat(line).startsWith("WARNING stage 's' has discarded 1 events: its task has failed: "
						+ "java.lang.IllegalStateException at "));
	}

	@Test
	@DisplayName("S16 a transient task is run again with the same event until it returns")
	void transientTasksAreRunAgain() {
		Tasks<String> tasks = start(TRANSIENT, 1);
		this.p.send("a");
		this.bench.failing.add("a");
		this.bench.endNext();
		assertThat(heard()).containsExactly("started", "failed a", "scheduled in PT5S", "started");
		assertThat(tasks.status().tasks()).containsExactly(new Task<>(1, "a", 2, false));
		this.bench.failing.clear();
		this.bench.endNext();
		assertThat(heard()).containsExactly("ended a", "p <- ask 1");
		assertThat(tasks.status().tasks()).isEmpty();
		assertThat(status().discarded()).isZero();
		assertThat(this.log.read())
			.containsExactly("SEVERE task 1 of stage 's' has failed in attempt 1 and is run again");
	}

	@Test
	@DisplayName("S18 a restart that is rejected is tried again, and counts")
	void aRejectedRestartIsTriedAgain() {
		Tasks<String> tasks = start(TRANSIENT.withMaxRestarts(2), 1);
		this.p.send("a");
		this.bench.failing.add("a");
		skip();
		int[] starts = { 0 };
		this.bench.rejecting = () -> starts[0]++ == 0;
		this.bench.endNext();
		assertThat(heard()).containsExactly("failed a", "scheduled in PT5S", "rejected", "scheduled in PT5S",
				"started");
		assertThat(tasks.status().running()).isEqualTo(1);
		assertThat(this.log.read()).containsExactly(
				"SEVERE task 1 of stage 's' has failed in attempt 1 and is run again",
				"SEVERE task 1 of stage 's' could not be run again yet");
		this.bench.endNext();
		assertThat(status().exit()).isEqualTo(ExitReason.SHUTDOWN);
	}

	@Test
	@DisplayName("S19 one restart too many stops the stage, after its other tasks")
	void tooManyRestartsStopTheStage() {
		Tasks<String> tasks = start(TRANSIENT.withMaxRestarts(1), 2);
		this.p.send("a", "b");
		this.bench.failing.add("a");
		this.bench.rejecting = () -> true;
		skip();
		this.bench.endNext();
		assertThat(heard()).containsExactly("failed a", "scheduled in PT5S", "rejected",
				"p <- cancel (down, shutdown)");
		assertThat(status().exit()).isEqualTo(ExitReason.SHUTDOWN);
		assertThat(status().discarded()).isEqualTo(2);
		assertThat(tasks.status().tasks()).isEmpty();
		assertThat(this.log.read()).containsExactly(
				"SEVERE task 1 of stage 's' has failed in attempt 1 and is run again",
				"SEVERE task 1 of stage 's' could not be run again yet",
				"SEVERE stage 's' stops: its tasks fail too often, maxRestarts is 1 within PT5S",
				"WARNING stage 's' has discarded 2 events: their tasks had not ended when it stopped");
	}

	@Test
	@DisplayName("S20 restarts at the same moment count however short the period")
	void restartsAtTheSameMomentCount() {
		start(TRANSIENT.withRestartPeriod(Duration.ofNanos(1)), 1);
		this.p.send("a");
		this.bench.failing.add("a");
		this.bench.rejecting = () -> true;
		skip();
		this.bench.endNext();
		assertThat(heard()).containsExactly("failed a", "scheduled in PT0.000000001S", "rejected",
				"scheduled in PT0.000000001S", "rejected", "scheduled in PT0.000000001S", "rejected",
				"p <- cancel (down, shutdown)");
		assertThat(status().exit()).isEqualTo(ExitReason.SHUTDOWN);
	}

	@Test
	void aRestartIsForgottenWhenThePeriodIsOver() {
		start(TRANSIENT.withMaxRestarts(1), 1);
		this.p.send("a");
		this.bench.failing.add("a");
		this.bench.endNext();
		this.dialogue.runTimer();
		this.bench.endNext();
		assertThat(status().isRunning()).isTrue();
		this.bench.endNext();
		assertThat(status().exit()).isEqualTo(ExitReason.SHUTDOWN);
	}

	@Test
	void noRestartMayBeAllowed() {
		start(TRANSIENT.withMaxRestarts(0), 1);
		this.p.send("a");
		this.bench.failing.add("a");
		this.bench.endNext();
		assertThat(status().exit()).isEqualTo(ExitReason.SHUTDOWN);
	}

	@Test
	void oneRestartTooManyMayBeAFailure() {
		start(TRANSIENT.withMaxRestarts(0).withFailureOverLimit(), 1);
		this.p.send("a");
		this.bench.failing.add("a");
		this.bench.endNext();
		assertThat(status().exit()).isInstanceOfSatisfying(ExitReason.Failure.class,
				(failure) -> assertThat(failure.cause()).hasMessage("failed a"));
		assertThat(status().discarded()).isEqualTo(1);
	}

	@Test
	@DisplayName("S30 S41 a task that waits for its restart keeps its place until it is terminated")
	void aTaskThatWaitsForItsRestartKeepsItsPlace() {
		ManualExecutor turns = new ManualExecutor();
		Dialogue dialogue = new Dialogue(turns);
		Probe p = dialogue.probe("p");
		TaskBench bench = new TaskBench(dialogue);
		Tasks<String> tasks = bench.tasks(TRANSIENT.withMaxRestarts(100_000));
		StageRef stage = bench.start("s", tasks);
		Dialogue.subscribe(stage, p.ref(), 1, 0);
		turns.runAll();
		p.send("a");
		turns.runAll();
		assertThat(dialogue.heard()).containsExactly("p <- subscribe", "p <- ask 1", "started");
		bench.failing.add("a");
		bench.rejecting = () -> true;
		bench.endNext();
		turns.runNext();
		assertThat(tasks.status().tasks()).containsExactly(new Task<>(1, "a", 1 + Mailbox.TURN, true));
		assertThat(tasks.status().running()).isZero();
		assertThat(tasks.status().restarting()).isEqualTo(1);
		assertThat(dialogue.heard()).doesNotContain("p <- ask 1");
		CompletableFuture<Boolean> terminated = tasks.terminateTask(1, ofSeconds(9)).toCompletableFuture();
		CompletableFuture<Boolean> again = tasks.terminateTask(1, ofSeconds(9)).toCompletableFuture();
		turns.runAll();
		assertThat(terminated).isCompletedWithValue(true);
		assertThat(again).isCompletedWithValue(false);
		assertThat(tasks.status().tasks()).isEmpty();
		assertThat(dialogue.heard()).contains("p <- ask 1").doesNotContain("started");
		bench.rejecting = () -> false;
		p.send("b");
		turns.runAll();
		bench.failing.add("b");
		bench.endNext();
		turns.runAll();
		assertThat(dialogue.heard()).containsExactly("started", "failed b", "scheduled in PT5S", "started");
		assertThat(tasks.status().tasks()).containsExactly(new Task<>(2, "b", 2, false));
	}

	private Tasks<String> start(TaskOptions options, int max) {
		Tasks<String> tasks = this.bench.tasks(options);
		Dialogue.subscribe(this.bench.start("s", tasks), this.p.ref(), max, 0);
		skip();
		return tasks;
	}

	private StageStatus status() {
		return this.p.link().consumer().status();
	}

	private List<String> heard() {
		return this.dialogue.heard();
	}

	private void skip() {
		this.dialogue.skip();
	}

}
