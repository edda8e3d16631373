package io.genstage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import io.genstage.task.TaskOptions;
import io.genstage.task.Tasks;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What was sent to a stage is handled, discarded or held, whatever the stage is and
 * whatever happens to it; and each loss is logged once.
 */
class AccountTests {

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final Probe p = this.dialogue.probe("p");

	private final Probe c = this.dialogue.probe("c");

	/** Compares the numbers of a stage with one subscription to the probe p. */
	private void assertAccount(StageRef stage, int handled, int discarded, int held) {
		SubscriptionStatus edge = this.p.link().status();
		assertThat(edge.sent()).isEqualTo(handled + discarded + held);
		assertThat(edge.handled()).as("handled by the edge").isEqualTo(handled);
		assertThat(edge.discarded()).as("discarded by the edge").isEqualTo(discarded);
		assertThat(edge.inFlight()).as("held by the edge").isEqualTo(held);
		assertThat(stage.status().in()).as("in").isEqualTo(handled);
		assertThat(stage.status().held() - stage.status().buffered()).as("held").isEqualTo(held);
	}

	private List<String> losses() {
		return this.log.read().stream().filter((line) -> line.contains("discarded")).toList();
	}

	private static void failOn(List<String> events, String bad) {
		if (events.contains(bad)) {
			throw new IllegalStateException("bad");
		}
	}

	@Nested
	class OfAConsumer {

		private StageRef start(ConsumerStage<String> consumer) {
			StageRef stage = dialogue.start("s", consumer);
			Dialogue.subscribe(stage, p.ref(), 4, 2);
			return stage;
		}

		@Test
		void thatFailsLosesTheBatchInHandAndAllThatIsOutstanding() {
			StageRef stage = start((events, from) -> failOn(events, "d"));
			p.send("a", "b", "c", "d");
			assertAccount(stage, 2, 2, 0);
			p.send("e", "f");
			p.stop(ExitReason.NORMAL);
			assertAccount(stage, 2, 4, 0);
			assertThat(losses()).containsExactly(
					"WARNING stage 's' has discarded 2 events: received and not handled when it stopped "
							+ "(failure (java.lang.IllegalStateException))",
					"WARNING stage 's' has discarded 2 events: they came by subscription 1 of s to p after it had stopped");
		}

		@Test
		void thatReportsWhatItHasHandledBeforeItFails() {
			StageContext[] context = new StageContext[1];
			StageRef stage = start(new ConsumerStage<>() {

				@Override
				public void onStart(StageContext started) {
					context[0] = started;
				}

				@Override
				public void handleEvents(List<String> events, Subscription from) {
					context[0].handled(from, events.subList(0, 1));
					failOn(events, "d");
				}

			});
			p.send("a", "b", "c", "d");
			assertAccount(stage, 3, 1, 0);
		}

		@Test
		void thatReportsMoreThanItHasFails() {
			StageContext[] context = new StageContext[1];
			StageRef stage = start(new ConsumerStage<>() {

				@Override
				public void onStart(StageContext started) {
					context[0] = started;
				}

				@Override
				public void handleEvents(List<String> batch, Subscription from) {
					assertThatIllegalArgumentException().isThrownBy(() -> context[0].handled(from, List.of("x", "y")))
						.withMessage("stage 's' can't report 2 events of %s, of which 1 are unfinished", from);
					assertThatIllegalArgumentException()
						.isThrownBy(() -> context[0].discard(from, List.of("x", "y"), "not needed", null));
				}

			});
			p.send("a");
			assertAccount(stage, 1, 0, 0);
		}

		@Test
		void thatDiscardsOneOfABatchHasHandledTheOthers() {
			StageContext[] context = new StageContext[1];
			StageRef stage = start(new ConsumerStage<>() {

				@Override
				public void onStart(StageContext started) {
					context[0] = started;
				}

				@Override
				public void handleEvents(List<String> events, Subscription from) {
					context[0].discard(from, events.subList(1, 2), "nobody needs it", null);
				}

			});
			p.send("a", "b");
			assertAccount(stage, 1, 1, 0);
			assertThat(losses()).containsExactly("WARNING stage 's' has discarded 1 events: nobody needs it");
		}

	}

	@Nested
	class OfAProducerConsumer {

		private StageRef start(ProducerConsumerStage<String, String> stage, long demand) {
			StageRef started = dialogue.start("s", stage);
			Dialogue.subscribe(started, p.ref(), 4, 2);
			c.subscribeAndAsk(started, demand);
			dialogue.skip();
			return started;
		}

		@Test
		void thatIsKilledLosesWhatIsQueuedAndWhatIsBuffered() {
			StageRef stage = start((events, from) -> List.of(events + "1", events + "2"), 1);
			p.send("a", "b", "c", "d");
			assertAccount(stage, 4, 0, 0);
			p.send("e", "f");
			assertAccount(stage, 4, 0, 2);
			stage.stop(ExitReason.SHUTDOWN);
			assertAccount(stage, 4, 2, 0);
			assertThat(stage.status().out()).isEqualTo(4);
			assertThat(stage.status().discarded()).isEqualTo(2 + 3);
			assertThat(losses()).containsExactly(
					"WARNING stage 's' has discarded 2 events: received and not handled when it stopped (shutdown)",
					"WARNING stage 's' has discarded 3 events: emitted and not handed on when it stopped (shutdown)");
		}

		@Test
		void thatFailsOnOneEventHandsOnWhatItHasMadeOfTheOthers() {
			StageContext[] context = new StageContext[1];
			StageRef stage = start(new OneByOne(context), 10);
			p.send("a", "b", "c", "d");
			assertThat(dialogue.heard()).containsExactly("c <- events [A, B]", "p <- ask 2", "c <- events [C]",
					"p <- cancel (down, failure (java.lang.IllegalStateException: bad))",
					"c <- cancelled (down, failure (java.lang.IllegalStateException: bad))");
			assertAccount(stage, 3, 1, 0);
			assertThat(context[0].hasFailed()).isTrue();
			assertThat(log.read()).contains("SEVERE stage 's' has failed and stops");
		}

		@Test
		void thatFailsToDispatchHasHandledItsEvents() {
			ProducerConsumerStage<String, String> twice = (events, from) -> events;
			StageRef stage = dialogue.start("s", twice, StageOptions.defaults().withDispatcher(FailingDispatcher::new));
			Dialogue.subscribe(stage, p.ref(), 4, 2);
			c.subscribeAndAsk(stage, 10);
			p.send("a", "b", "c", "d");
			assertAccount(stage, 2, 2, 0);
			assertThat(stage.status().out()).isEqualTo(2);
			assertThat(stage.status().discarded()).isEqualTo(4);
		}

		/** Fails on "d". */
		private static final class OneByOne implements ProducerConsumerStage<String, String> {

			private final StageContext[] context;

			OneByOne(StageContext[] context) {
				this.context = context;
			}

			@Override
			public void onStart(StageContext started) {
				this.context[0] = started;
			}

			@Override
			public List<String> handleEvents(List<String> events, Subscription from) {
				List<String> made = new ArrayList<>();
				for (String event : events) {
					if (event.equals("d")) {
						this.context[0].handled(from, events.subList(0, made.size()));
						this.context[0].fail(new IllegalStateException("bad"));
						return made;
					}
					made.add(event.toUpperCase(Locale.ROOT));
				}
				return made;
			}

		}

	}

	@Nested
	class OfBatches {

		private final BatchOptions pairs = new BatchOptions(2, Duration.ofSeconds(1), 1000);

		private StageRef start(ConsumerStage<String> consumer) {
			StageRef stage = dialogue.start("s", consumer,
					StageOptions.defaults().withBatching(Batching.of(this.pairs)));
			Dialogue.subscribe(stage, p.ref(), 6, 0, CancelMode.TEMPORARY);
			return stage;
		}

		@Test
		void countsABatchWhenItIsHandled() {
			StageRef stage = start((events, from) -> {
			});
			p.send("a");
			assertAccount(stage, 0, 0, 1);
			p.send("b", "c");
			assertAccount(stage, 2, 0, 1);
			dialogue.runTimer();
			assertAccount(stage, 3, 0, 0);
		}

		@Test
		void losesTheBatchThatFailsAndAllThatIsCollected() {
			StageRef stage = start((events, from) -> failOn(events, "c"));
			p.send("a", "b", "c", "d", "e");
			assertAccount(stage, 2, 3, 0);
			assertThat(stage.status().discarded()).isEqualTo(3);
			assertThat(losses()).containsExactly("WARNING stage 's' has discarded 3 events: received and not handled "
					+ "when it stopped (failure (java.lang.IllegalStateException))");
		}

		@Test
		void countsEventsBehindTheEndOfTheirSubscription() {
			Probe q = dialogue.probe("q");
			StageRef stage = start((events, from) -> {
			});
			p.send("a");
			Dialogue.subscribe(stage, q.ref(), 6, 0, CancelMode.TEMPORARY);
			p.stop(ExitReason.NORMAL);
			assertAccount(stage, 0, 0, 1);
			q.send("b");
			assertThat(stage.status().in()).isEqualTo(2);
			assertThat(stage.status().held()).isZero();
			assertThat(p.link().status().handled()).isEqualTo(1);
			assertThat(q.link().status().handled()).isEqualTo(1);
			assertThat(stage.status().producers()).hasSize(1);
		}

		@Test
		void losesEventsBehindTheEndOfTheirSubscription() {
			Probe q = dialogue.probe("q");
			StageRef stage = start((events, from) -> {
				throw new IllegalStateException("bad");
			});
			p.send("a");
			Dialogue.subscribe(stage, q.ref(), 6, 0, CancelMode.TEMPORARY);
			p.stop(ExitReason.NORMAL);
			q.send("b");
			assertAccount(stage, 0, 1, 0);
			assertThat(q.link().status().discarded()).isEqualTo(1);
		}

		@Test
		void handsOnTheResultsOfTheBatchesBeforeOneThatFails() {
			ProducerConsumerStage<String, String> failing = (events, from) -> {
				failOn(events, "b");
				return events;
			};
			StageRef stage = dialogue.start("s", failing,
					StageOptions.defaults().withBatching(Batching.byKey((String event) -> event, this.pairs)));
			Dialogue.subscribe(stage, p.ref(), 6, 0, CancelMode.PERMANENT);
			c.subscribeAndAsk(stage, 10);
			dialogue.skip();
			p.send("a", "b", "c");
			p.stop(ExitReason.NORMAL);
			assertThat(dialogue.heard()).contains("c <- events [a]");
			assertAccount(stage, 1, 2, 0);
			assertThat(stage.status().discarded()).isEqualTo(2);
		}

	}

	@Nested
	class OfALimitedStage {

		private final StageOptions two = StageOptions.defaults()
			.withRate(new RateAccount(RateLimit.of(2, Duration.ofSeconds(1))));

		private StageRef start(ConsumerStage<String> consumer) {
			return dialogue.start("s", consumer, this.two);
		}

		@Test
		void holdsWhatHasComeTooEarly() {
			Probe q = dialogue.probe("q");
			StageRef stage = start((events, from) -> {
			});
			Dialogue.subscribe(stage, q.ref(), 2, 0);
			Dialogue.subscribe(stage, p.ref(), 2, 0);
			q.send("a");
			p.send("b", "c");
			assertThat(q.link().status().handled()).isEqualTo(1);
			assertThat(p.link().status().handled()).isEqualTo(1);
			assertThat(p.link().status().inFlight()).isEqualTo(1);
			assertThat(stage.status().in()).isEqualTo(2);
			assertThat(stage.status().held()).isEqualTo(1);
			stage.stop(ExitReason.SHUTDOWN);
			assertThat(p.link().status().discarded()).isEqualTo(1);
			assertThat(stage.status().discarded()).isEqualTo(1);
		}

		@Test
		void losesWhatItCanNotHandle() {
			StageRef stage = start((events, from) -> failOn(events, "b"));
			Dialogue.subscribe(stage, p.ref(), 2, 0);
			p.send("a");
			p.send("b");
			assertAccount(stage, 1, 1, 0);
		}

		@Test
		void countsTasksWhenTheyAreDone() {
			TaskBench bench = new TaskBench(dialogue);
			StageRef stage = dialogue.start("s", bench, this.two.withTasks(bench.tasks(TaskOptions.defaults())));
			Dialogue.subscribe(stage, p.ref(), 2, 0);
			p.send("a", "b");
			assertAccount(stage, 0, 0, 2);
			bench.endNext();
			assertAccount(stage, 1, 0, 1);
		}

		@Test
		void handsOnTheResultsOfWhatHasPassedBeforeOneThatFails() {
			ProducerConsumerStage<String, String> failing = (events, from) -> {
				failOn(events, "c");
				return events;
			};
			StageRef stage = dialogue.start("s", failing,
					StageOptions.defaults().withRate(new RateAccount(RateLimit.of(1, Duration.ofSeconds(1)))));
			Dialogue.subscribe(stage, p.ref(), 6, 0);
			c.subscribeAndAsk(stage, 10);
			dialogue.skip();
			p.send("a");
			p.send("b");
			p.send("c");
			p.stop(ExitReason.NORMAL);
			assertThat(dialogue.heard()).contains("c <- events [a]", "c <- events [b]");
			assertAccount(stage, 2, 1, 0);
		}

	}

	@Nested
	class OfTasks {

		private final TaskBench bench = new TaskBench(dialogue);

		private StageRef start(Tasks<String> tasks) {
			StageRef stage = this.bench.start("s", tasks);
			Dialogue.subscribe(stage, p.ref(), 3, 0, CancelMode.TEMPORARY);
			return stage;
		}

		@Test
		void countsThemWhenTheyAreDone() {
			StageRef stage = start(this.bench.tasks(TaskOptions.defaults()));
			this.bench.failing.add("b");
			p.send("a", "b", "c");
			assertAccount(stage, 0, 0, 3);
			this.bench.endNext();
			assertAccount(stage, 1, 0, 2);
			this.bench.endNext();
			assertAccount(stage, 1, 1, 1);
			stage.stop(ExitReason.SHUTDOWN);
			assertAccount(stage, 1, 2, 0);
			assertThat(losses()).satisfiesExactly(
					(line) -> assertThat(line)
						.startsWith("WARNING stage 's' has discarded 1 events: its task has failed"),
					(line) -> assertThat(line).isEqualTo(
							"WARNING stage 's' has discarded 1 events: their tasks had not ended when it stopped"));
		}

		@Test
		void countsThoseBehindTheEndOfTheirSubscription() {
			StageRef stage = start(this.bench.tasks(TaskOptions.defaults()));
			p.send("a");
			p.stop(ExitReason.NORMAL);
			assertAccount(stage, 0, 0, 1);
			this.bench.endNext();
			assertAccount(stage, 1, 0, 0);
			assertThat(stage.status().producers()).isEmpty();
		}

		@Test
		void leavesThoseThatNobodySentOut() {
			Tasks<String> tasks = this.bench.tasks(TaskOptions.defaults());
			StageRef stage = start(tasks);
			CompletableFuture<Long> byHand = tasks.startTask("x", Duration.ofSeconds(1)).toCompletableFuture();
			assertThat(byHand).isCompletedWithValue(1L);
			p.send("a");
			assertThat(stage.status().held()).isEqualTo(2);
			this.bench.endNext();
			this.bench.endNext();
			assertAccount(stage, 1, 0, 0);
			assertThat(tasks.startTask("y", Duration.ofSeconds(1))).isCompleted();
			stage.stop(ExitReason.SHUTDOWN);
			assertThat(stage.status().discarded()).isEqualTo(1);
			assertThat(losses())
				.containsExactly("WARNING stage 's' has discarded 1 events: their tasks had not ended when it stopped");
		}

	}

}
