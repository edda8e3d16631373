package io.genstage;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.deadletter.DeadLetterStore;
import io.genstage.deadletter.MemoryDeadLetterStore;
import io.genstage.delivery.Acknowledger;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.Outcome;
import io.genstage.delivery.Settlement;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.desk.Replay;
import io.genstage.desk.ReplayOptions;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.OutageGuard;
import io.genstage.failure.Retries;
import io.genstage.failure.RetryOrder;
import io.genstage.pipeline.PipelineRegistry;
import io.genstage.pipeline.StageDefinition;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A stage whose events wait behind dead letters of their keys, with a desk beside it. The
 * key of an event is its first letter.
 */
class BehindLettersStageTests {

	private static final DeadLetterFilter BOOK = DeadLetterFilter.all().withStage("book");

	private final SeededExecutor executor = new SeededExecutor(1);

	private final StageSystem system = StageSystem.builder().executor(this.executor).scheduler(this.executor).build();

	private final PipelineRegistry registry = new PipelineRegistry(this.system);

	private final MemoryDeadLetterStore store = new MemoryDeadLetterStore();

	private final DeadLetterDesk desk = new DeadLetterDesk(this.store, this.registry, this.system);

	private final EventQueue<Object> orders = new EventQueue<>(100);

	private final List<String> handled = new ArrayList<>();

	private final Set<String> poison = new HashSet<>();

	private final List<String> reported = new ArrayList<>();

	private FailurePolicy policy = FailurePolicy.defaults()
		.withDeadLetters(this.store)
		.withOrder(RetryOrder.byKey((event) -> event.toString().charAt(0)))
		.withRetries(Retries.NONE)
		.withOutage(new OutageGuard(OutageGuard.NEVER, Duration.ofSeconds(1)));

	private void start(StageOptions options, int maxDemand) {
		this.registry.register(StageDefinition.of("orders", this.orders),
				StageDefinition
					.of("book", StageKind.CONSUMER, () -> (PerEventConsumerStage<String>) (event, from) -> book(event))
					.withOptions(options.withFailure(this.policy))
					.subscribeTo("orders", SubscribeOptions.defaults().withMaxDemand(maxDemand).withMinDemand(0)));
		this.registry.start();
		this.executor.runReady();
	}

	private void start() {
		start(StageOptions.defaults(), 10);
	}

	private void book(String event) {
		if (this.poison.contains(event)) {
			throw new IllegalStateException("poison");
		}
		this.handled.add(event);
	}

	private void send(String... events) {
		for (String event : events) {
			this.orders.offer(event);
		}
		this.executor.runReady();
	}

	private List<DeadLetter> letters() {
		return this.store.oldestFirst(BOOK, 0, 1000);
	}

	private List<Object> waiting() {
		return letters().stream().map((letter) -> this.store.event(letter.id()).orElseThrow()).toList();
	}

	private Replay replay() {
		Replay replay = this.desk.replay(BOOK, ReplayOptions.defaults());
		this.executor.runReady();
		return replay;
	}

	@Test
	void keepsTheOrderOfAKeyThroughDeskAndReplay() {
		start();
		this.poison.add("a1");
		send("a1", "a2", "b1", "a3");
		assertThat(this.handled).containsExactly("b1");
		assertThat(waiting()).containsExactly("a1", "a2", "a3");
		this.poison.clear();
		Replay replay = replay();
		assertThat(replay.accepted()).isEqualTo(3);
		send("a4");
		assertThat(this.handled).containsExactly("b1", "a1", "a2", "a3", "a4");
		assertThat(waiting()).isEmpty();
	}

	@Test
	void saysWhyALetterIsThereThatHasNotFailed() {
		start();
		this.poison.add("a1");
		send("a1", "a2");
		DeadLetter behind = letters().get(1);
		assertThat(behind.reason()).isEqualTo("behind a dead letter of its key");
		assertThat(behind.attempts()).isZero();
		assertThat(behind.causeType()).isNull();
		assertThat(behind.key()).isEqualTo("a");
	}

	@Test
	void goesOnWithAKeyWhoseLettersAreDroppedOrAbandoned() {
		start();
		this.poison.addAll(Set.of("a1", "b1"));
		send("a1", "b1", "a2");
		this.desk.drop(letters().get(0).id());
		send("a3");
		assertThat(waiting()).containsExactly("b1", "a2", "a3");
		this.desk.drop(BOOK.withKey("a"), 10);
		this.desk.abandon(letters().get(0).id(), "customer is gone");
		send("a4", "b2");
		assertThat(this.handled).containsExactly("a4", "b2");
	}

	@Test
	void keepsItsEventsBehindLettersAfterARestart() {
		start();
		this.poison.add("a1");
		send("a1");
		this.registry.find("book").orElseThrow().restart("book");
		this.executor.advance(Duration.ofSeconds(1));
		send("a2", "b1");
		assertThat(this.handled).containsExactly("b1");
		assertThat(waiting()).containsExactly("a1", "a2");
	}

	@Test
	void waitsWhenAKeyHasTooManyLettersAndLetsReplayedOnesPass() {
		this.policy = this.policy.withMaxPerKey(2);
		start(StageOptions.defaults(), 3);
		this.poison.add("a1");
		send("a1", "a2", "a3", "a4", "a5", "b1");
		this.executor.advance(Duration.ofMinutes(5));
		assertThat(waiting()).containsExactly("a1", "a2");
		assertThat(this.handled).isEmpty();
		this.poison.clear();
		replay();
		this.executor.advance(Duration.ofSeconds(5));
		replay();
		this.executor.advance(Duration.ofSeconds(5));
		assertThat(waiting()).isEmpty();
		assertThat(this.handled.stream().filter((event) -> event.startsWith("a"))).containsExactly("a1", "a2", "a3",
				"a4", "a5");
		assertThat(this.handled).contains("b1");
	}

	@Test
	void handlesWhatFollowsIfThatIsWanted() {
		this.policy = this.policy.withMaxPerKey(0);
		start();
		this.poison.add("a1");
		send("a1", "a2");
		assertThat(this.handled).containsExactly("a2");
	}

	@Test
	void handlesWhatFollowsIfThereIsNoOrderOfKeys() {
		this.policy = this.policy.withOrder(RetryOrder.STRICT);
		start();
		this.poison.add("a1");
		send("a1", "a2");
		assertThat(this.handled).containsExactly("a2");
	}

	@Test
	void failsWhatItsSourceStillHasRatherThanTrustAMemory() {
		start();
		this.poison.add("a1");
		send("a1");
		this.orders.offer(Delivery.of("a2", new Reporting(), "group"));
		this.executor.runReady();
		assertThat(this.handled).isEmpty();
		assertThat(waiting()).containsExactly("a1");
		assertThat(this.reported).containsExactly("a2 FAILED behind a dead letter of its key");
	}

	@Test
	void letsNobodyClaimALetterBehindAnother() {
		start();
		this.poison.add("a1");
		send("a1", "a2");
		assertThat(this.store.claim(letters().get(1).id(), UUID.randomUUID(), Duration.ofMinutes(1))).isEmpty();
		assertThat(this.registry.stage("book").orElseThrow().instances().get(0).numbers().held()).isZero();
	}

	@Test
	void waitsForALetterThatAnEarlierRunIsWriting() {
		Deque<Runnable> writing = new ArrayDeque<>();
		this.policy = this.policy.withDeadLetters(writingLater(writing));
		start();
		this.poison.add("a1");
		send("a1");
		assertThat(writing).hasSize(1);
		crash();
		send("a2", "b1");
		assertThat(this.handled).containsExactly("b1");
		writing.remove().run();
		this.executor.advance(Duration.ofMinutes(1));
		this.executor.runReady();
		writing.remove().run();
		this.executor.runReady();
		assertThat(waiting()).containsExactly("a1", "a2");
		assertThat(this.handled).containsExactly("b1");
	}

	@Test
	void goesOnBehindALetterThatAnEarlierRunCouldNotWrite() {
		Deque<Runnable> writing = new ArrayDeque<>();
		this.policy = this.policy.withDeadLetters(failingLater(writing));
		start();
		this.poison.add("a1");
		send("a1");
		crash();
		send("a2");
		assertThat(this.handled).isEmpty();
		writing.remove().run();
		this.executor.advance(Duration.ofMinutes(1));
		this.executor.runReady();
		assertThat(this.handled).containsExactly("a2");
	}

	/** Lets the stage fail, and start again. */
	private void crash() {
		this.system.stages()
			.stream()
			.filter((stage) -> stage.name().startsWith("book"))
			.forEach((stage) -> stage.stop(ExitReason.failure(new IllegalStateException("crash"))));
		this.executor.runReady();
		this.executor.advance(Duration.ofSeconds(1));
		this.executor.runReady();
	}

	/** Returns the store, in front of which letters wait until somebody writes them. */
	private DeadLetterStore writingLater(Deque<Runnable> writing) {
		return inFrontOfStore((method, arguments, result) -> writing.add(() -> {
			try {
				((CompletionStage<?>) method.invoke(this.store, arguments)).thenAccept(result::complete);
			}
			catch (ReflectiveOperationException ex) {
				throw new IllegalStateException(ex);
			}
		}));
	}

	/** Returns the store, in front of which letters wait until that has failed. */
	private DeadLetterStore failingLater(Deque<Runnable> writing) {
		return inFrontOfStore((method, arguments, result) -> writing
			.add(() -> result.completeExceptionally(new IllegalStateException("away"))));
	}

	private DeadLetterStore inFrontOfStore(Writing writing) {
		return (DeadLetterStore) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { DeadLetterStore.class }, (proxy, method, arguments) -> {
					if (!method.getName().startsWith("append")) {
						return method.invoke(this.store, arguments);
					}
					CompletableFuture<Object> result = new CompletableFuture<>();
					writing.write(method, arguments, result);
					return result;
				});
	}

	/**
	 * Writes a letter some time later.
	 */
	@FunctionalInterface
	private interface Writing {

		void write(Method method, Object[] arguments, CompletableFuture<Object> result);

	}

	/**
	 * Writes down what its events have become.
	 */
	private final class Reporting implements Acknowledger<String> {

		@Override
		public void settle(String group, List<Settlement> accepted, List<Settlement> failed) {
			accepted.forEach(this::report);
			failed.forEach(this::report);
		}

		private void report(Settlement settlement) {
			Outcome outcome = settlement.outcome();
			BehindLettersStageTests.this.reported
				.add("%s %s %s".formatted(settlement.event(), outcome, settlement.reason()));
		}

	}

}
