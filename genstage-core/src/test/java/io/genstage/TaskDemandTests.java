package io.genstage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.genstage.source.Sources;
import io.genstage.task.TaskOptions;
import io.genstage.task.Tasks;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The demand of a consumer that runs a task per event.
 */
class TaskDemandTests {

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final Probe p = this.dialogue.probe("p");

	private final TaskBench bench = new TaskBench(this.dialogue);

	private final Tasks<String> tasks = this.bench.tasks(TaskOptions.defaults());

	private final StageRef stage = this.bench.start("s", this.tasks);

	@Nested
	class Refills {

		@ParameterizedTest(name = "{0}/{1}")
		@CsvSource({ "10, 8, 0 0 0 0 0 0 0 8 0 0", "10, 5, 0 0 0 0 5 0 0 0 0 5", "10, 2, 0 2 0 2 0 2 0 2 0 2",
				"4, 1, 1 1 1 1", "3, 0, 1 1 1" })
		void areAskedForWhenSoManyTasksHaveEnded(int max, int min, String asks) {
			checkRefills(max, min, asks);
		}

		@Test
		@DisplayName("S43 of two are asked for when one of three tasks is left")
		void areAskedForAtTheMinimum() {
			checkRefills(3, 2, "0 2 0");
		}

		private void checkRefills(int max, int min, String asks) {
			subscribe(p, max, min, CancelMode.PERMANENT);
			assertThat(heard()).containsExactly("p <- subscribe", "p <- ask " + max);
			p.send(IntStream.range(0, max).mapToObj(String::valueOf).toArray(String[]::new));
			assertThat(heard()).hasSize(max).containsOnly("started");
			int ended = 0;
			for (String ask : asks.split(" ")) {
				bench.endNext();
				List<String> expected = new ArrayList<>(List.of("ended " + ended++));
				if (!ask.equals("0")) {
					expected.add("p <- ask " + ask);
				}
				assertThat(heard()).containsExactlyElementsOf(expected);
			}
			assertThat(tasks.status().tasks()).isEmpty();
		}

		@Test
		@DisplayName("S44 don't come for places that are asked for and still free")
		void dontCountPlacesThatAreStillFree() {
			subscribe(p, 3, 0, CancelMode.PERMANENT);
			p.send("a", "b");
			assertThat(heard()).containsExactly("p <- subscribe", "p <- ask 3", "started", "started");
			assertThat(stage.status().producers().get(0).demand()).isEqualTo(1);
		}

		@Test
		void goToTheProducerOfTheEvent() {
			Probe q = dialogue.probe("q");
			subscribe(p, 2, 0, CancelMode.PERMANENT);
			subscribe(q, 4, 2, CancelMode.PERMANENT);
			p.send("a");
			q.send("b", "c");
			skip();
			bench.endNext();
			assertThat(heard()).containsExactly("ended a", "p <- ask 1");
			bench.endNext();
			assertThat(heard()).containsExactly("ended b");
			bench.endNext();
			assertThat(heard()).containsExactly("ended c", "q <- ask 2");
		}

		@Test
		void goToTheSubscriptionThatTookThePlaceOfAnother() {
			Subscription old = subscribe(p, 2, 0, CancelMode.PERMANENT);
			p.send("a");
			stage.resubscribe(old, new SubscribeOptions(3, 0, CancelMode.PERMANENT), ExitReason.SHUTDOWN);
			old.cancel(ExitReason.SHUTDOWN);
			Probe.sendBy(p.link(), List.of("b"));
			old.consumer()
				.mailbox()
				.tell(new Message.Cancelled((OpenSubscription) old, Cancellation.cancel(ExitReason.SHUTDOWN)));
			skip();
			bench.endNext();
			assertThat(heard()).containsExactly("ended a");
			bench.endNext();
			assertThat(heard()).containsExactly("ended b", "p <- ask 1");
		}

	}

	@Nested
	class Starts {

		@Test
		@DisplayName("S37 count those that the executor takes; rejected ones are logged and discarded")
		void countThoseThatTheExecutorTakes() {
			subscribe(p, 1000, 500, CancelMode.TEMPORARY);
			p.send("a");
			assertThat(tasks.status().running()).isEqualTo(1);
			p.send("b");
			assertThat(tasks.status().running()).isEqualTo(2);
			bench.rejecting = () -> true;
			p.send("c");
			p.send("d");
			assertThat(tasks.status().running()).isEqualTo(2);
			assertThat(stage.status().discarded()).isEqualTo(2);
			assertThat(stage.status().backlog()).isEqualTo(2);
			List<String> lines = log.read();
			assertThat(lines).hasSize(3)
				.contains("SEVERE task 3 of stage 's' could not start", "SEVERE task 4 of stage 's' could not start");
			assertThat(lines.get(1)).startsWith("WARNING stage 's' has discarded 1 events: its task could not start: "
					+ "java.util.concurrent.RejectedExecutionException at ");
		}

		@Test
		@DisplayName("S38 are as many as a finite source has events")
		void areAsManyAsThereAreEvents() {
			StageRef source = dialogue.start("source", Sources.iterable(List.of("a", "b", "c")));
			stage.subscribeTo(source, SubscribeOptions.defaults().withCancel(CancelMode.TEMPORARY));
			assertThat(heard()).containsExactly("started", "started", "started");
			assertThat(tasks.status().tasks()).extracting("event").containsExactly("a", "b", "c");
		}

		@Test
		@DisplayName("S40 that fail free their places, for which events are asked at once")
		void thatFailFreeTheirPlaces() {
			StageRef queue = dialogue.start("queue", new TestProducer(dialogue));
			stage.subscribeTo(queue, new SubscribeOptions(1, 0, CancelMode.PERMANENT));
			queue.tell(List.of("a", "bad", "worse", "b", "c", "d"));
			assertThat(heard()).containsExactly("onSubscribe CONSUMER s", "handleDemand 1", "started");
			rejectNext(2);
			bench.endNext();
			assertThat(heard()).containsExactly("ended a", "rejected", "rejected", "scheduled in PT1M", "started");
			assertThat(terminate(4)).isCompletedWithValue(true);
			assertThat(heard()).containsExactly("scheduled in PT5S", "started", "scheduled in PT9S");
			assertThat(tasks.status().tasks()).extracting("event").containsExactly("c");
		}

		@Test
		@DisplayName("S14 by hand lead to no demand, and a rejected one is told to who wanted it")
		void byHandLeadToNoDemand() {
			subscribe(p, 1, 0, CancelMode.PERMANENT);
			skip();
			CompletableFuture<Long> started = tasks.startTask("x", ofSeconds(9)).toCompletableFuture();
			assertThat(started).isCompletedWithValue(1L);
			bench.endNext();
			bench.rejecting = () -> true;
			assertThat(tasks.startTask("y", ofSeconds(9)).toCompletableFuture()).isCompletedExceptionally();
			assertThat(heard()).containsExactly("started", "scheduled in PT9S", "ended x", "rejected",
					"scheduled in PT9S");
			assertThat(tasks.status().tasks()).isEmpty();
			assertThat(stage.status().discarded()).isZero();
		}

		private void rejectNext(int count) {
			int[] left = { count };
			bench.rejecting = () -> left[0]-- > 0;
		}

	}

	@Nested
	class Excess {

		@Test
		@DisplayName("Q19 is logged and worked on, and not asked for again")
		void isLoggedAndWorkedOn() {
			subscribe(p, 2, 1, CancelMode.PERMANENT);
			skip();
			p.send("a", "b", "c", "d", "e");
			assertThat(heard()).hasSize(5).containsOnly("started");
			assertThat(log.read())
				.containsExactly("SEVERE stage 's' got 3 events in excess of what it had asked for by "
						+ "subscription 1 of s to p, and runs tasks for them too");
			assertThat(tasks.status().running()).isEqualTo(5);
			for (int i = 0; i < 5; i++) {
				bench.endNext();
			}
			assertThat(heard()).containsExactly("ended a", "ended b", "ended c", "ended d", "p <- ask 1", "ended e",
					"p <- ask 1");
		}

	}

	@Nested
	class WithoutProducer {

		@Test
		@DisplayName("S42 its tasks go on, and nobody is asked")
		void itsTasksGoOn() {
			subscribe(p, 2, 0, CancelMode.TEMPORARY);
			p.send("a", "b");
			p.stop(ExitReason.NORMAL);
			skip();
			assertThat(tasks.status().running()).isEqualTo(2);
			bench.endNext();
			assertThat(tasks.status().tasks()).extracting("event").containsExactly("b");
			assertThat(terminate(2)).isCompletedWithValue(true);
			bench.endNext();
			assertThat(tasks.status().tasks()).isEmpty();
			assertThat(stage.status().isRunning()).isTrue();
			assertThat(heard()).containsExactly("ended a", "scheduled in PT5S", "scheduled in PT9S");
		}

		@Test
		void stopsAndDiscardsWhatItsTasksWorkOnIfPermanent() {
			subscribe(p, 2, 0, CancelMode.PERMANENT);
			p.send("a", "b");
			p.stop(ExitReason.SHUTDOWN);
			assertThat(stage.status().exit()).isEqualTo(ExitReason.SHUTDOWN);
			assertThat(stage.status().discarded()).isEqualTo(2);
			assertThat(tasks.status().tasks()).isEmpty();
			assertThat(log.read()).containsExactly(
					"INFO stage 's' stops because subscription 1 of s to p has ended: down, shutdown",
					"WARNING stage 's' has discarded 2 events: their tasks had not ended when it stopped");
			skip();
			bench.endNext();
			assertThat(heard()).isEmpty();
		}

		@ParameterizedTest
		@EnumSource(names = { "TRANSIENT", "TEMPORARY" })
		void goesOnAfterACleanEnd(CancelMode mode) {
			subscribe(p, 2, 0, mode);
			p.send("a");
			p.stop(ExitReason.NORMAL);
			assertThat(stage.status().isRunning()).isTrue();
			assertThat(tasks.status().running()).isEqualTo(1);
		}

		@Test
		@DisplayName("S33 S34 stops if the producer is not there")
		void stopsIfTheProducerIsNotThere() {
			stage.subscribeTo("nobody", SubscribeOptions.defaults());
			assertThat(stage.status().exit()).isEqualTo(ExitReason.NO_STAGE);
			StageRef other = bench.start("t", bench.tasks(TaskOptions.defaults()));
			other.subscribeTo(stage, SubscribeOptions.defaults());
			assertThat(other.status().exit()).isEqualTo(ExitReason.NO_STAGE);
		}

		@Test
		@DisplayName("S36 goes on if the producer is not there and the subscription is temporary")
		void goesOnIfTheProducerIsNotThere() {
			StageRef dead = dialogue.start("dead", new TestProducer(dialogue));
			dead.stop(ExitReason.NORMAL);
			stage.subscribeTo(dead, SubscribeOptions.defaults().withCancel(CancelMode.TEMPORARY));
			assertThat(stage.status().isRunning()).isTrue();
			assertThat(stage.status().producers()).isEmpty();
		}

	}

	@Nested
	class NewLimits {

		@Test
		void areAskedForAtOnceIfTheyLeaveRoom() {
			Subscription subscription = subscribe(p, 2, 0, CancelMode.PERMANENT);
			p.send("a", "b");
			skip();
			assertThat(subscription.retune(5, 1).toCompletableFuture()).isCompleted();
			assertThat(heard()).containsExactly("p <- ask 3");
		}

		@Test
		void letTasksGoOnThatAreTooMany() {
			Subscription subscription = subscribe(p, 3, 0, CancelMode.PERMANENT);
			p.send("a", "b", "c");
			skip();
			subscription.retune(1, 0);
			bench.endNext();
			bench.endNext();
			assertThat(heard()).containsExactly("ended a", "ended b");
			bench.endNext();
			assertThat(heard()).containsExactly("ended c", "p <- ask 1");
		}

	}

	private Subscription subscribe(Probe producer, int max, int min, CancelMode mode) {
		return Dialogue.subscribe(this.stage, producer.ref(), max, min, mode).join();
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
