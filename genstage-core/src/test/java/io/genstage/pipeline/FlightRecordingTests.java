package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.genstage.AsyncConsumerStage;
import io.genstage.ConsumerStage;
import io.genstage.PerEventConsumerStage;
import io.genstage.StageKind;
import io.genstage.StageOptions;
import io.genstage.SubscribeOptions;
import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.deadletter.MemoryDeadLetterStore;
import io.genstage.failure.EventRejectedException;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.OutageGuard;
import io.genstage.failure.Retries;
import io.genstage.intake.InFlight;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import io.genstage.source.EventQueue;
import io.genstage.source.Sources;
import io.genstage.task.TaskOptions;
import io.genstage.task.Tasks;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

/**
 * What a flight recording of the JVM shows of stages and pipelines.
 */
class FlightRecordingTests extends PipelineFixture {

	private static final Duration LONG = Duration.ofDays(100);

	private final FlightTape tape = new FlightTape();

	@AfterEach
	void endTheTape() {
		this.tape.close();
	}

	private Pipeline started(StageDefinition... stages) {
		Pipeline pipeline = pipeline(stages);
		pipeline.start();
		run();
		return pipeline;
	}

	private static List<Integer> eventsOf(List<RecordedEvent> handlings) {
		return handlings.stream().map((handling) -> handling.getInt("events")).toList();
	}

	private static String failureOf(RecordedEvent event) {
		return (event.getClass("failure") != null) ? event.getClass("failure").getName() : null;
	}

	@Test
	void hasOneHandlingForAPortionOfEvents() {
		started(StageDefinition.of("numbers", Sources.iterable(numbersUpTo(8))),
				StageDefinition.of("portions", collecting(new ArrayList<>())).subscribeTo("numbers", FEW));
		assertThat(eventsOf(this.tape.of("genstage.Handling", "portions"))).containsExactly(2, 2, 2, 2);
	}

	@Test
	void hasOneHandlingForAPortionThatIsHandledOneByOne() {
		List<Integer> handled = new ArrayList<>();
		PerEventConsumerStage<Integer> single = (event, from) -> handled.add(event);
		started(StageDefinition.of("numbers", Sources.iterable(numbersUpTo(8))),
				StageDefinition.of("single", single).subscribeTo("numbers", FEW));
		assertThat(handled).hasSize(8);
		assertThat(eventsOf(this.tape.of("genstage.Handling", "single"))).containsExactly(2, 2, 2, 2);
	}

	@Test
	void hasOneHandlingForABatch() {
		started(StageDefinition.of("numbers", Sources.iterable(numbersUpTo(8))),
				StageDefinition.of("batches", collecting(new ArrayList<>()))
					.subscribeTo("numbers", FEW)
					.withOptions(StageOptions.defaults()
						.withBatching(Batching.of(BatchOptions.defaults().withSize(4).withTimeout(LONG)))));
		assertThat(eventsOf(this.tape.of("genstage.Handling", "batches"))).containsExactly(4, 4);
	}

	@Test
	void hasTheTimeFromTheBeginningOfAFutureToItsEnd() {
		List<CompletableFuture<Void>> futures = new ArrayList<>();
		AsyncConsumerStage<Integer> remote = (event, from) -> {
			futures.add(new CompletableFuture<>());
			return futures.get(event);
		};
		started(StageDefinition.of("numbers", Sources.iterable(numbersUpTo(2))),
				StageDefinition.of("remote", remote)
					.subscribeTo("numbers", FEW)
					.withOptions(StageOptions.defaults()
						.withInFlight(InFlight.of(2))
						.withFailure(FailurePolicy.defaults().withThen(FailurePolicy.Then.SKIP))));
		futures.get(0).complete(null);
		futures.get(1).completeExceptionally(new EventRejectedException("no"));
		run();
		assertThat(this.tape.of("genstage.Handling", "remote"))
			.extracting((one) -> one.getInt("events"), FlightRecordingTests::failureOf)
			.containsExactlyInAnyOrder(tuple(1, null), tuple(1, EventRejectedException.class.getName()));
	}

	@Test
	void hasOneHandlingForATask() {
		started(StageDefinition.of("numbers", Sources.iterable(numbersUpTo(3))),
				StageDefinition.of("tasks", collecting(new ArrayList<>()))
					.subscribeTo("numbers", FEW)
					.withOptions(StageOptions.defaults().withTasks(Tasks.of(TaskOptions.defaults()))));
		assertThat(eventsOf(this.tape.of("genstage.Handling", "tasks"))).containsExactly(1, 1, 1);
	}

	@Test
	void hasWhatFailsIsTriedAgainAndGivenUp() {
		List<Integer> calls = new ArrayList<>();
		PerEventConsumerStage<Integer> failing = (event, from) -> {
			calls.add(event);
			throw new IllegalStateException("secret of " + event);
		};
		FailurePolicy policy = FailurePolicy.defaults()
			.withRetries(Retries.fixed(1, Duration.ofSeconds(3)))
			.withDeadLetters(new MemoryDeadLetterStore());
		started(StageDefinition.of("numbers", Sources.iterable(numbersUpTo(1))),
				StageDefinition.of("letters", failing)
					.subscribeTo("numbers", FEW)
					.withOptions(StageOptions.defaults().withFailure(policy)));
		this.executor.advance(Duration.ofSeconds(3));
		assertThat(this.tape.of("genstage.Handling", "letters")).extracting(FlightRecordingTests::failureOf)
			.hasSameSizeAs(calls)
			.containsOnly(IllegalStateException.class.getName());
		assertThat(this.tape.of("genstage.Retry", "letters")).singleElement().satisfies((retry) -> {
			assertThat(retry.getInt("attempts")).isOne();
			assertThat(retry.getDuration("delay")).isEqualTo(Duration.ofSeconds(3));
			assertThat(failureOf(retry)).isEqualTo(IllegalStateException.class.getName());
		});
		assertThat(this.tape.of("genstage.GivenUp", "letters")).singleElement().satisfies((letter) -> {
			assertThat(letter.getString("outcome")).isEqualTo("DEAD_LETTERED");
			assertThat(letter.getInt("attempts")).isEqualTo(2);
			assertThat(failureOf(letter)).isEqualTo(IllegalStateException.class.getName());
		});
		assertThat(this.tape.all()).allSatisfy((event) -> assertThat(event.toString()).doesNotContain("secret"));
	}

	@Test
	void hasADelayThatIsLongerThanARecordingCanSay() {
		ConsumerStage<Integer> failing = (events, from) -> {
			throw new IllegalStateException();
		};
		Duration centuries = Duration.ofDays(365 * 300);
		started(StageDefinition.of("numbers", Sources.iterable(numbersUpTo(1))),
				StageDefinition.of("patient", failing)
					.subscribeTo("numbers", FEW)
					.withOptions(StageOptions.defaults()
						.withFailure(FailurePolicy.defaults().withRetries(Retries.fixed(1, centuries)))));
		assertThat(this.tape.of("genstage.Retry", "patient")).singleElement()
			.satisfies((retry) -> assertThat(retry.getLong("delay")).isEqualTo(Long.MAX_VALUE));
	}

	@Test
	void hasStagesThatStartFailLoseEventsAndAreStartedAgain() {
		List<Integer> handled = new ArrayList<>();
		ConsumerStage<Integer> flaky = (events, from) -> {
			if (handled.isEmpty()) {
				handled.addAll(events);
				throw new IllegalStateException("secret");
			}
		};
		started(StageDefinition.of("numbers", Sources.iterable(numbersUpTo(2))),
				StageDefinition.of("flaky", flaky)
					.subscribeTo("numbers", FEW)
					.withRestarts(RestartPolicy.defaults().withBackOff(Duration.ofSeconds(1), 2, LONG)));
		this.executor.advance(Duration.ofSeconds(1));
		assertThat(this.tape.of("genstage.StageStart", "flaky")).hasSize(2);
		assertThat(this.tape.of("genstage.StageStop", "flaky"))
			.extracting((stop) -> stop.getBoolean("inGoodOrder"), (stop) -> stop.getString("reason"))
			.startsWith(tuple(false, "failure (java.lang.IllegalStateException)"))
			.hasSize(2);
		assertThat(this.tape.of("genstage.Restart", "flaky"))
			.extracting((restart) -> restart.getInt("recent"), (restart) -> restart.getDuration("delay"))
			.containsExactly(tuple(1, Duration.ofSeconds(1)));
		assertThat(this.tape.of("genstage.Discard", "flaky"))
			.extracting((discard) -> discard.getInt("events"), FlightRecordingTests::failureOf)
			.containsExactly(tuple(2, IllegalStateException.class.getName()));
		assertThat(this.tape.of("genstage.StageState", "flaky"))
			.extracting((change) -> change.getString("from"), (change) -> change.getString("to"))
			.contains(tuple("RUNNING", "RESTARTING"));
		assertThat(this.tape.all()).allSatisfy((event) -> assertThat(event.toString()).doesNotContain("secret"));
	}

	@Test
	void hasTheBeginningAndTheEndOfAnOutage() {
		List<Integer> handled = new ArrayList<>();
		boolean[] away = { true };
		PerEventConsumerStage<Integer> remote = (event, from) -> {
			if (away[0]) {
				throw new IllegalStateException("away");
			}
			handled.add(event);
		};
		started(StageDefinition.of("numbers", Sources.iterable(numbersUpTo(4))),
				StageDefinition.of("outage", remote)
					.subscribeTo("numbers", FEW)
					.withOptions(StageOptions.defaults()
						.withFailure(FailurePolicy.defaults()
							.withRetries(Retries.fixed(100, Duration.ofSeconds(1)))
							.withOutage(new OutageGuard(2, Duration.ofSeconds(30))))));
		away[0] = false;
		this.executor.advance(Duration.ofSeconds(40));
		assertThat(handled).hasSize(4);
		assertThat(this.tape.of("genstage.Outage", "outage"))
			.extracting((outage) -> outage.getBoolean("open"), FlightRecordingTests::failureOf)
			.containsExactly(tuple(true, IllegalStateException.class.getName()), tuple(false, null));
	}

	@Test
	void hasEachSettingThatIsChangedWhileAStageRuns() {
		StageOptions options = StageOptions.defaults()
			.withRate(new RateAccount(RateLimit.of(3, Duration.ofSeconds(1))))
			.withBatching(Batching.of(BatchOptions.defaults().withSize(2).withTimeout(LONG)));
		Pipeline pipeline = started(StageDefinition.of("queue", new EventQueue<Integer>(10)),
				StageDefinition.of("live", StageKind.CONSUMER, () -> collecting(new ArrayList<>()))
					.subscribeTo("queue", SubscribeOptions.defaults().withMaxDemand(10))
					.withOptions(options));
		pipeline.demand("live", 20, 10);
		pipeline.concurrency("live", 2);
		pipeline.rate("live", RateLimit.of(5, Duration.ofSeconds(2)));
		pipeline.batch("live", BatchOptions.defaults().withSize(3).withTimeout(Duration.ofSeconds(4)));
		run();
		pipeline.reset("live");
		run();
		assertThatIllegalArgumentException().isThrownBy(() -> pipeline.demand("live", 5, 5));
		assertThat(this.tape.of("genstage.SettingChange", "live"))
			.extracting((change) -> change.getString("pipeline"), (change) -> change.getString("setting"),
					(change) -> change.getString("value"))
			.containsExactly(tuple("queue", "demand", "10 to 20"), tuple("queue", "concurrency", "2"),
					tuple("queue", "rate", "5 per PT2S"), tuple("queue", "batch", "3 within PT4S"),
					tuple("queue", "all", "as configured"));
	}

	@Test
	void hasADrainWithWhatWasLeft() {
		EventQueue<Integer> queue = new EventQueue<>(10);
		Pipeline pipeline = started(StageDefinition.of("drained", queue),
				StageDefinition.of("stuck", (AsyncConsumerStage<Integer>) (event, from) -> new CompletableFuture<>())
					.subscribeTo("drained", FEW));
		queue.offer(1);
		run();
		pipeline.drain(Duration.ofSeconds(5));
		this.executor.advance(Duration.ofSeconds(5));
		assertThat(this.tape.all()).filteredOn((event) -> event.getEventType().getName().equals("genstage.Drain"))
			.filteredOn((event) -> event.getString("pipeline").equals("drained"))
			.singleElement()
			.satisfies((drain) -> {
				assertThat(drain.getBoolean("complete")).isFalse();
				assertThat(drain.getLong("left")).isOne();
				assertThat(drain.getLong("lost")).isZero();
				assertThat(drain.getDuration("time")).isEqualTo(Duration.ofSeconds(5));
			});
	}

}
