package io.genstage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.genstage.thread.StageScheduler;
import io.genstage.thread.TwoThreads;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What two threads may do to the larger things that they share: many rounds, in each of
 * which both begin at once. Lincheck finds every schedule of a few steps, but these take
 * too many.
 */
class SharedStateStressTests {

	private static final StageScheduler.Timer NO_TIMER = () -> {
	};

	@RegisterExtension
	final LogCapture log = new LogCapture();

	@RegisterExtension
	final TwoThreads threads = new TwoThreads();

	@Test
	void addsUpAndTellsTheAsksOfTwoThreads() throws Exception {
		TwoThreads.inManyRounds(() -> {
			Queue<Message> heard = new ConcurrentLinkedQueue<>();
			OpenSubscription link = new OpenSubscription(1, stage("p", heard), stage("c", heard),
					SubscribeOptions.defaults().withManualDemand());
			this.threads.atOnce(() -> link.ask(2), () -> link.ask(3));
			assertThat(link.status().asked()).isEqualTo(5);
			assertThat(heard).map((message) -> ((Message.Ask) message).demand()).containsExactlyInAnyOrder(2L, 3L);
		});
	}

	@Test
	void startsNoStageThatClosingDoesNotStop() throws Exception {
		TwoThreads.inManyRounds(() -> {
			StageSystem system = system();
			List<StageRef> started = new ArrayList<>();
			this.threads.atOnce(() -> {
				try {
					started.add(system.start("c", consumer()));
				}
				catch (IllegalStateException ex) {
					assertThat(ex).hasMessageContaining("closed");
				}
			}, system::close);
			assertThat(started).noneMatch((stage) -> stage.status().isRunning());
			assertThat(system.stages()).isEmpty();
		});
	}

	@Test
	void givesANameToOneOfTwoStages() throws Exception {
		TwoThreads.inManyRounds(() -> {
			StageSystem system = system();
			Queue<Throwable> refused = new ConcurrentLinkedQueue<>();
			Runnable start = () -> {
				try {
					system.start("c", consumer());
				}
				catch (IllegalArgumentException ex) {
					refused.add(ex);
				}
			};
			this.threads.atOnce(start, start);
			assertThat(refused).hasSize(1);
			assertThat(system.stages()).hasSize(1);
			system.close();
		});
	}

	@Test
	void tellsBothWhoStopAStageTheSameReason() throws Exception {
		TwoThreads.inManyRounds(() -> {
			StageSystem system = system();
			StageRef stage = system.start("c", consumer());
			Queue<ExitReason> heard = new ConcurrentLinkedQueue<>();
			this.threads.atOnce(() -> stage.stop(ExitReason.NORMAL).thenAccept(heard::add),
					() -> stage.stop(ExitReason.SHUTDOWN).thenAccept(heard::add));
			assertThat(heard).hasSize(2);
			assertThat(heard.stream().distinct()).hasSize(1);
			system.close();
		});
	}

	private static ConsumerStage<Object> consumer() {
		return (events, from) -> {
		};
	}

	private static StageSystem system() {
		return StageSystem.builder()
			.executor(Runnable::run)
			.scheduler((delay, task) -> NO_TIMER)
			.closeTimeout(Duration.ofSeconds(5))
			.build();
	}

	private static StageRef stage(String name, Queue<Message> heard) {
		StageRef stage = new StageRef(name, new Mailbox(Runnable::run, heard::add), () -> {
			throw new UnsupportedOperationException();
		}, (delay, task) -> NO_TIMER);
		stage.mailbox().open();
		return stage;
	}

}
