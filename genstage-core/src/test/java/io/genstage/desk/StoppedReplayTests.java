package io.genstage.desk;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.genstage.AsyncConsumerStage;
import io.genstage.StageKind;
import io.genstage.StageOptions;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.deadletter.MemoryDeadLetterStore;
import io.genstage.intake.InFlight;
import io.genstage.pipeline.PipelineRegistry;
import io.genstage.pipeline.RestartPolicy;
import io.genstage.pipeline.StageDefinition;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of letters whose events are lost with the stage that they are replayed to:
 * in its hands, in its inbox or on their way to it.
 */
class StoppedReplayTests {

	private static final Instant MONDAY = Instant.parse("2026-11-30T08:00:00Z");

	private static final DeadLetterFilter BOOK = DeadLetterFilter.all().withStage("book");

	private final SeededExecutor executor = new SeededExecutor(1);

	private final StageSystem system = StageSystem.builder().executor(this.executor).scheduler(this.executor).build();

	private final PipelineRegistry registry = new PipelineRegistry(this.system);

	private final InstantSource time = () -> MONDAY.plus(this.executor.now());

	private final MemoryDeadLetterStore store = new MemoryDeadLetterStore(1000, this.time, (letter, event) -> {
	});

	private final DeadLetterDesk desk = new DeadLetterDesk(this.store, this.registry, this.system,
			(stage) -> Optional.empty(), this.time);

	private final List<CompletableFuture<Void>> inHand = new ArrayList<>();

	@BeforeEach
	void keepSixLetters() {
		IntStream.rangeClosed(1, 6)
			.forEach((event) -> this.store
				.append(DeadLetter.of("book", event, this.time.instant())
					.withAttempts(1)
					.withCause(new IllegalStateException("first")), event)
				.toCompletableFuture()
				.join());
	}

	/** Has two in hand and takes four. */
	private void start(RestartPolicy restarts) {
		StageOptions options = StageOptions.defaults().withInFlight(InFlight.of(2));
		this.registry.register(StageDefinition.of("orders", new EventQueue<>(10)),
				StageDefinition.of("book", StageKind.CONSUMER, () -> {
					AsyncConsumerStage<Object> stage = (event, from) -> {
						CompletableFuture<Void> handling = new CompletableFuture<>();
						this.inHand.add(handling);
						return handling;
					};
					return stage;
				})
					.withOptions(options)
					.subscribeTo("orders", SubscribeOptions.defaults().withMaxDemand(4).withMinDemand(2))
					.withRestarts(restarts));
		this.registry.start();
		this.executor.runReady();
	}

	private List<Object> waiting() {
		return this.store.oldestFirst(DeadLetterFilter.all().withStatus(DeadLetter.Status.WAITING), 0, 1000)
			.stream()
			.map((letter) -> this.store.event(letter.id()).orElseThrow())
			.toList();
	}

	private long discarded() {
		return this.registry.stage("book").orElseThrow().started().orElseThrow().discarded();
	}

	@Test
	void areHandledOrGoBackWhenTheStageIsStopped() {
		start(RestartPolicy.defaults());
		Replay replay = this.desk.replay(BOOK, ReplayOptions.defaults());
		this.executor.runReady();
		assertThat(this.inHand).hasSize(2);
		this.registry.stop("book");
		while (!this.inHand.stream().allMatch(CompletableFuture::isDone)) {
			List.copyOf(this.inHand).forEach((handling) -> handling.complete(null));
			this.executor.runReady();
		}
		this.executor.advance(Duration.ofSeconds(10));
		assertThat(replay.whenDone().toCompletableFuture()).isDone();
		assertThat(waiting()).hasSize(6 - this.inHand.size());
	}

	@Test
	void goBackWhenTheStageFailsForGood() {
		start(RestartPolicy.defaults().withLimit(0, Duration.ofMinutes(1)));
		Replay replay = this.desk.replay(BOOK, ReplayOptions.defaults());
		this.executor.runReady();
		assertThat(this.inHand).hasSize(2);
		this.inHand.get(0).completeExceptionally(new IllegalStateException("down"));
		this.executor.advance(Duration.ofSeconds(10));
		assertThat(discarded()).isPositive();
		assertThat(replay.whenDone().toCompletableFuture()).isDone();
		assertThat(waiting()).containsExactly(1, 2, 3, 4, 5, 6);
	}

	@Test
	void goBackAtTheDeadlineOfADrain() {
		start(RestartPolicy.defaults());
		Replay replay = this.desk.replay(BOOK, ReplayOptions.defaults());
		this.executor.runReady();
		assertThat(this.inHand).hasSize(2);
		this.registry.drain(Duration.ofSeconds(5));
		this.executor.advance(Duration.ofSeconds(20));
		assertThat(discarded()).isPositive();
		assertThat(replay.whenDone().toCompletableFuture()).isDone();
		assertThat(waiting()).containsExactly(1, 2, 3, 4, 5, 6);
	}

}
