package io.genstage;

import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.deadletter.MemoryDeadLetterStore;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.RetryOrder;
import io.genstage.intake.InFlight;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.Sources;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A handler calls a remote service that goes away for a while and is noticed to be away
 * only when the time to connect is over: nothing is lost, nothing becomes a dead letter,
 * and events of a key are handled in their order if that is asked for.
 */
class RemoteOutageTests {

	private static final int EVENTS = 400;

	private static final int KEYS = 7;

	private static final Duration AWAY_FROM = Duration.ofSeconds(1);

	/** How long a call takes while the service is there. */
	private static final Duration CALL = Duration.ofMillis(50);

	private static final int MOST_TURNS = 100_000;

	private final SeededExecutor executor = new SeededExecutor(1);

	private final StageSystem system = StageSystem.builder()
		.executor(this.executor)
		.scheduler(this.executor)
		.closeTimeout(Duration.ZERO)
		.build();

	private final MemoryDeadLetterStore letters = new MemoryDeadLetterStore();

	private final FailurePolicy policy = FailurePolicy.defaults().withDeadLetters(this.letters);

	private final StageOptions inOrder = StageOptions.defaults()
		.withFailure(this.policy.withOrder(RetryOrder.byKey((event) -> key((Integer) event))));

	private final List<Integer> handled = new ArrayList<>();

	private int failedCalls;

	private Duration awayUntil = Duration.ZERO;

	private Duration timeToConnect = Duration.ZERO;

	@AfterEach
	void close() {
		this.system.close();
	}

	@ParameterizedTest
	@CsvSource({ "PT30S, PT1S", "PT30S, PT30S", "PT10M, PT1S", "PT10M, PT30S" })
	void isSurvivedByAHandlerOfOneEvent(Duration outage, Duration timeToConnect) {
		PerEventConsumerStage<Integer> caller = (event, from) -> {
			call();
			this.handled.add(event);
		};
		survives(caller, this.inOrder, outage, timeToConnect);
		assertInOrder();
	}

	@ParameterizedTest
	@CsvSource({ "PT30S, PT1S", "PT30S, PT30S", "PT10M, PT1S", "PT10M, PT30S" })
	void isSurvivedByAHandlerOfLists(Duration outage, Duration timeToConnect) {
		ConsumerStage<Integer> caller = (events, from) -> {
			call();
			this.handled.addAll(events);
		};
		survives(caller, StageOptions.defaults().withFailure(this.policy), outage, timeToConnect);
	}

	@ParameterizedTest
	@CsvSource({ "PT30S, PT1S", "PT30S, PT30S", "PT10M, PT1S", "PT10M, PT30S" })
	void isSurvivedByEventsInFlight(Duration outage, Duration timeToConnect) {
		AsyncConsumerStage<Integer> caller = (event, from) -> {
			CompletableFuture<Void> answer = new CompletableFuture<>();
			boolean away = isAway();
			this.executor.schedule(away ? this.timeToConnect : CALL, () -> {
				if (away) {
					this.failedCalls++;
					answer.completeExceptionally(new ConnectException("timed out"));
				}
				else {
					this.handled.add(event);
					answer.complete(null);
				}
			});
			return answer;
		};
		survives(caller, this.inOrder.withInFlight(InFlight.of(4)), outage, timeToConnect);
		assertInOrder();
	}

	@Test
	void isNoneIfOneCallInTenFails() {
		Random random = new Random(1);
		PerEventConsumerStage<Integer> caller = (event, from) -> {
			this.executor.advance(CALL);
			if (random.nextInt(10) == 0) {
				this.failedCalls++;
				throw new ConnectException("reset");
			}
			this.handled.add(event);
		};
		survives(caller, this.inOrder, Duration.ZERO, Duration.ZERO);
		assertInOrder();
	}

	private void survives(Stage caller, StageOptions options, Duration outage, Duration timeToConnect) {
		this.awayUntil = AWAY_FROM.plus(outage);
		this.timeToConnect = timeToConnect;
		List<Integer> events = IntStream.range(0, EVENTS).boxed().toList();
		StageRef source = this.system.start("source", Sources.iterable(events));
		StageRef stage = this.system.start("caller", caller, options);
		stage.subscribeTo(source, SubscribeOptions.defaults().withMaxDemand(20));
		this.executor.runToRest(MOST_TURNS);

		assertThat(this.failedCalls).isPositive();
		assertThat(this.handled).containsExactlyInAnyOrderElementsOf(events);
		assertThat(this.letters.newestFirst(DeadLetterFilter.all(), Long.MAX_VALUE, 1)).isEmpty();
	}

	private void assertInOrder() {
		for (int key = 0; key < KEYS; key++) {
			int expected = key;
			assertThat(this.handled.stream().filter((event) -> key(event) == expected)).isSorted();
		}
	}

	/** Calls the service, which takes its time. */
	private void call() throws ConnectException {
		boolean away = isAway();
		this.executor.advance(away ? this.timeToConnect : CALL);
		if (away) {
			this.failedCalls++;
			throw new ConnectException("timed out");
		}
	}

	private boolean isAway() {
		Duration now = this.executor.now();
		return now.compareTo(AWAY_FROM) >= 0 && now.compareTo(this.awayUntil) < 0;
	}

	private static int key(int event) {
		return event % KEYS;
	}

}
