package io.genstage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.genstage.task.TaskOptions;
import io.genstage.task.Tasks;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * How tasks, and the stage that runs them, come to an end.
 */
class TaskEndTests {

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final Probe p = this.dialogue.probe("p");

	private final TaskBench bench = new TaskBench(this.dialogue);

	private final Tasks<String> tasks = this.bench.tasks(TaskOptions.defaults());

	@Nested
	class Terminating {

		@Test
		@DisplayName("S28 S29 ends a task that has not begun, once")
		void endsATask() {
			StageRef stage = start();
			p.send("a");
			assertThat(terminate(1)).isCompletedWithValue(true);
			assertThat(terminate(1)).isCompletedWithValue(false);
			assertThat(terminate(7)).isCompletedWithValue(false);
			assertThat(tasks.status().tasks()).isEmpty();
			assertThat(stage.status().discarded()).isEqualTo(1);
			skip();
			bench.endNext();
			assertThat(heard()).isEmpty();
		}

		@Test
		void givesUpWhenThePatienceIsOver() {
			List<CompletableFuture<Boolean>> answers = new ArrayList<>();
			ConsumerStage<String> stubborn = (events, from) -> {
				answers.add(terminate(1));
				answers.add(terminate(1));
				dialogue.journal().note("interrupted " + Thread.currentThread().isInterrupted());
				dialogue.runTimer();
				dialogue.journal().note("given up");
			};
			StageRef stage = dialogue.start("s", stubborn, StageOptions.defaults().withTasks(tasks));
			Dialogue.subscribe(stage, p.ref(), 1, 0);
			p.send("a");
			skip();
			bench.endNext();
			assertThat(heard()).containsExactly("scheduled in PT5S", "scheduled in PT9S", "scheduled in PT9S",
					"interrupted true", "p <- ask 1", "given up");
			assertThat(answers).extracting(CompletableFuture::join).containsExactly(true, false);
			assertThat(stage.status().discarded()).isEqualTo(1);
			assertThat(Thread.currentThread().isInterrupted()).isFalse();
			assertThat(log.read()).containsExactly(
					"SEVERE task 1 of stage 's' still runs PT5S after it was interrupted, and is given up",
					"WARNING stage 's' has discarded 1 events: its task was terminated");
		}

	}

	@Nested
	class Stopping {

		@Test
		void discardsTasksThatHaveNotBegun() {
			StageRef stage = start();
			p.send("a", "b");
			skip();
			stage.stop(ExitReason.SHUTDOWN);
			assertThat(heard()).containsExactly("p <- cancel (down, shutdown)");
			assertThat(stage.status().discarded()).isEqualTo(2);
			assertThat(stage.status().backlog()).isZero();
			assertThat(log.read())
				.containsExactly("WARNING stage 's' has discarded 2 events: their tasks had not ended when it stopped");
		}

		@Test
		void doesNotWaitForATaskThatRunsItsTurn() {
			StageRef[] stage = new StageRef[1];
			ConsumerStage<String> suicidal = (events, from) -> {
				stage[0].stop(ExitReason.SHUTDOWN);
				dialogue.journal().note("stopped");
			};
			stage[0] = dialogue.start("s", suicidal, StageOptions.defaults()
				.withTasks(bench.tasks(TaskOptions.defaults().withPatience(TaskOptions.UNLIMITED))));
			Dialogue.subscribe(stage[0], p.ref(), 1, 0);
			p.send("a");
			skip();
			bench.endNext();
			assertThat(heard()).containsExactly("p <- cancel (down, shutdown)", "stopped");
			assertThat(stage[0].status().discarded()).isEqualTo(1);
			assertThat(Thread.currentThread().isInterrupted()).isFalse();
		}

		@Test
		void letsTheConsumerBeStartedAgain() {
			start().stop(ExitReason.SHUTDOWN);
			start();
			p.send("a");
			assertThat(tasks.status().running()).isEqualTo(1);
		}

		@Test
		void failsWhatIsAskedAfterwards() {
			start().stop(ExitReason.SHUTDOWN);
			assertThat(tasks.startTask("a", ofSeconds(9)).toCompletableFuture()).isCompletedExceptionally();
			assertThat(terminate(1)).isCompletedExceptionally();
		}

	}

	@Nested
	class Draining {

		@Test
		void completesAfterTheLastTask() {
			StageRef stage = start();
			p.send("a", "bad");
			bench.failing.add("bad");
			skip();
			stage.drain();
			assertThat(stage.status().isRunning()).isTrue();
			assertThat(stage.status().backlog()).isEqualTo(2);
			bench.endNext();
			assertThat(heard()).containsExactly("ended a");
			bench.endNext();
			assertThat(heard()).containsExactly("failed bad", "p <- cancel (down, normal)");
			assertThat(stage.status().exit()).isEqualTo(ExitReason.NORMAL);
			assertThat(stage.status().in()).isEqualTo(1);
			assertThat(stage.status().discarded()).isEqualTo(1);
		}

		@Test
		void completesAtOnceWithoutTasks() {
			StageRef stage = start();
			stage.drain();
			assertThat(stage.status().exit()).isEqualTo(ExitReason.NORMAL);
		}

		@Test
		void worksOnEventsThatWereOnTheirWay() {
			StageRef stage = start();
			p.send("a");
			stage.drain();
			p.send("b");
			skip();
			bench.endNext();
			bench.endNext();
			assertThat(heard()).containsExactly("ended a", "ended b", "p <- cancel (down, normal)");
			assertThat(stage.status().discarded()).isZero();
		}

		@Test
		void startsNoTaskByHand() {
			StageRef stage = start();
			p.send("a");
			stage.drain();
			assertThat(tasks.startTask("b", ofSeconds(9)).toCompletableFuture()).failsWithin(Duration.ZERO)
				.withThrowableThat()
				.withMessageContaining("stage 's' drains and starts no tasks");
		}

	}

	@Test
	void refusesWhatItCanNotDo() {
		assertThatNullPointerException().isThrownBy(() -> Tasks.of(null)).withMessage("options must not be null");
		assertThatIllegalStateException().isThrownBy(() -> this.tasks.startTask("a", ofSeconds(9)))
			.withMessage("no stage has been started with these tasks");
		assertThat(this.tasks.status().tasks()).isEmpty();
		StageRef stage = start();
		assertThat(stage.status().backlog()).isZero();
		assertThat(stage.call("?", ofSeconds(9)).toCompletableFuture()).isCompletedExceptionally();
		stage.tell("!");
		assertThat(this.log.read()).singleElement().asString().startsWith("WARNING io.genstage.TaskBench got");
		assertThat(stage.status().isRunning()).isTrue();
	}

	private StageRef start() {
		StageRef stage = this.bench.start("s", this.tasks);
		Dialogue.subscribe(stage, this.p.ref(), 2, 0);
		return stage;
	}

	private CompletableFuture<Boolean> terminate(long id) {
		return this.tasks.terminateTask(id, ofSeconds(9)).toCompletableFuture();
	}

	private List<String> heard() {
		return this.dialogue.heard();
	}

	private void skip() {
		this.dialogue.skip();
	}

}
