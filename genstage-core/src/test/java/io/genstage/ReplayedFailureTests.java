package io.genstage;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.deadletter.MemoryDeadLetterStore;
import io.genstage.delivery.Outcome;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.desk.Replay;
import io.genstage.desk.ReplayOptions;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.OutageGuard;
import io.genstage.failure.Retries;
import io.genstage.pipeline.PipelineRegistry;
import io.genstage.pipeline.StageDefinition;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a stage counts when the event of a dead letter is replayed and fails again.
 */
class ReplayedFailureTests {

	private static final DeadLetterFilter BOOK = DeadLetterFilter.all().withStage("book");

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final List<String> noted = new ArrayList<>();

	private final SeededExecutor executor = new SeededExecutor(1);

	private final StageSystem system = StageSystem.builder()
		.executor(this.executor)
		.scheduler(this.executor)
		.listener(new Noting())
		.build();

	private final PipelineRegistry registry = new PipelineRegistry(this.system);

	private final MemoryDeadLetterStore store = new MemoryDeadLetterStore();

	private final DeadLetterDesk desk = new DeadLetterDesk(this.store, this.registry, this.system);

	private final EventQueue<Object> orders = new EventQueue<>(100);

	private final Set<String> poison = new HashSet<>();

	private void start(FailurePolicy policy) {
		this.registry.register(StageDefinition.of("orders", this.orders),
				StageDefinition
					.of("book", StageKind.CONSUMER, () -> (PerEventConsumerStage<String>) (event, from) -> book(event))
					.withOptions(StageOptions.defaults()
						.withFailure(policy.withRetries(Retries.NONE)
							.withOutage(new OutageGuard(OutageGuard.NEVER, Duration.ofSeconds(1)))))
					.subscribeTo("orders", SubscribeOptions.defaults().withMaxDemand(10).withMinDemand(0)));
		this.registry.start();
		this.executor.runReady();
	}

	private void book(String event) {
		if (this.poison.contains(event)) {
			throw new IllegalStateException("poison");
		}
	}

	private void send(String... events) {
		for (String event : events) {
			this.orders.offer(event);
		}
		this.executor.runReady();
	}

	private Replay replay() {
		Replay replay = this.desk.replay(BOOK, ReplayOptions.defaults());
		this.executor.runReady();
		return replay;
	}

	private EventCounts counts() {
		return this.registry.stage("book").orElseThrow().instances().get(0).numbers().counts();
	}

	@Test
	void isADeadLetterOnceMoreAndNoLoss() {
		start(FailurePolicy.defaults().withDeadLetters(this.store));
		this.poison.add("a");
		send("a", "b");
		assertThat(counts()).isEqualTo(new EventCounts(1, 0, 0, 1, 0, 0));
		Replay replay = replay();
		assertThat(replay.failedAgain()).isEqualTo(1);
		// Of three events that were emitted, with that of the replay.
		assertThat(counts()).isEqualTo(new EventCounts(1, 0, 0, 2, 0, 0));
		assertThat(this.noted).containsExactly("a DEAD_LETTERED", "a DEAD_LETTERED");
		assertThat(this.log.read())
			.containsExactly("WARNING replay of 1 dead letters: 0 accepted, 1 failed again, 0 left");
		assertThat(this.store.oldestFirst(BOOK, 0, 10)).singleElement()
			.satisfies((letter) -> assertThat(letter.replays()).isEqualTo(1))
			.satisfies((letter) -> assertThat(letter.status()).isEqualTo(DeadLetter.Status.WAITING));
		this.poison.clear();
		replay();
		assertThat(counts()).isEqualTo(new EventCounts(2, 0, 0, 2, 0, 0));
	}

	@Test
	void isADeadLetterWhateverThePolicyMakesOfOthers() {
		this.store.append(DeadLetter.of("book", "a", Instant.EPOCH), "a");
		start(FailurePolicy.defaults().withThen(FailurePolicy.Then.FAIL));
		this.poison.addAll(Set.of("a", "b"));
		send("b");
		replay();
		assertThat(counts()).isEqualTo(new EventCounts(0, 0, 1, 1, 0, 0));
		assertThat(this.noted).containsExactly("b lost", "a DEAD_LETTERED");
		assertThat(this.store.oldestFirst(BOOK, 0, 10)).hasSize(1);
	}

	/**
	 * Notes what becomes of events.
	 */
	private final class Noting implements StageListener {

		@Override
		public void onGiveUp(StageRef stage, FailedEvent failed, Outcome outcome) {
			ReplayedFailureTests.this.noted.add(failed.event() + " " + outcome);
		}

		@Override
		public void onDiscard(StageRef stage, Discard discard) {
			discard.events().forEach((event) -> ReplayedFailureTests.this.noted.add(event + " lost"));
		}

	}

}
