package io.genstage;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.deadletter.DeadLetterStore;
import io.genstage.deadletter.MemoryDeadLetterStore;
import io.genstage.delivery.Acknowledger;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.Settlement;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.OutageGuard;
import io.genstage.failure.Retries;
import io.genstage.intake.InFlight;
import io.genstage.pipeline.DrainReport;
import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.PipelineRegistry;
import io.genstage.pipeline.StageDefinition;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Dead letters whose store is away while their pipeline drains.
 */
class LettersInADrainTests {

	private static final Duration DEADLINE = Duration.ofSeconds(30);

	private final SeededExecutor executor = new SeededExecutor(1);

	private final StageSystem system = StageSystem.builder().executor(this.executor).scheduler(this.executor).build();

	private final PipelineRegistry registry = new PipelineRegistry(this.system);

	private final MemoryDeadLetterStore store = new MemoryDeadLetterStore();

	private final EventQueue<Object> orders = new EventQueue<>(100);

	private final List<String> handled = new ArrayList<>();

	private final List<String> reported = new ArrayList<>();

	private boolean away = true;

	/** How often a letter could not be stored. */
	private int refused;

	private void start() {
		start(() -> (PerEventConsumerStage<String>) (event, from) -> book(event), StageOptions.defaults());
	}

	private void start(Supplier<? extends Stage> stage, StageOptions options) {
		FailurePolicy policy = FailurePolicy.defaults()
			.withDeadLetters(inFrontOfStore())
			.withRetries(Retries.NONE)
			.withOutage(new OutageGuard(OutageGuard.NEVER, Duration.ofSeconds(1)));
		this.registry.register(StageDefinition.of("orders", this.orders),
				StageDefinition.of("book", StageKind.CONSUMER, stage)
					.withOptions(options.withFailure(policy))
					.subscribeTo("orders", SubscribeOptions.defaults().withMaxDemand(10).withMinDemand(0)));
		this.registry.start();
		this.executor.runReady();
	}

	private void book(String event) {
		if (event.startsWith("poison")) {
			throw new IllegalStateException("poison");
		}
		this.handled.add(event);
	}

	private void send(Object... events) {
		for (Object event : events) {
			this.orders.offer(event);
		}
		this.executor.runReady();
	}

	/** Begins to drain, and returns what is reported at the end. */
	private CompletableFuture<DrainReport> drain() {
		Pipeline pipeline = this.registry.find("book").orElseThrow();
		CompletableFuture<DrainReport> report = pipeline.drain(DEADLINE).toCompletableFuture();
		this.executor.runReady();
		return report;
	}

	private Optional<DrainReport> afterSeconds(int seconds, CompletableFuture<DrainReport> report) {
		this.executor.advance(Duration.ofSeconds(seconds));
		this.executor.runReady();
		return report.isDone() ? Optional.of(report.join()) : Optional.empty();
	}

	private List<Object> letters() {
		return this.store.oldestFirst(DeadLetterFilter.all(), 0, 100)
			.stream()
			.map((letter) -> this.store.event(letter.id()).orElseThrow())
			.toList();
	}

	@Test
	void areStoredWhenItIsBackBeforeTheDeadline() {
		start();
		send("poison");
		this.executor.advance(Duration.ofMinutes(5));
		CompletableFuture<DrainReport> report = drain();
		assertThat(afterSeconds(27, report)).isEmpty();
		this.away = false;
		assertThat(afterSeconds(2, report)).hasValueSatisfying((made) -> assertThat(made.isComplete()).isTrue());
		assertThat(letters()).containsExactly("poison");
		assertThat(this.registry.stage("book").orElseThrow().instances().get(0).numbers().counts())
			.isEqualTo(new EventCounts(0, 0, 0, 1, 0, 0));
	}

	@Test
	void areStoredWhenItGoesAwayInTheDrain() {
		this.away = false;
		start(() -> (AsyncConsumerStage<String>) (event, from) -> CompletableFuture.runAsync(() -> book(event),
				Runnable::run), StageOptions.defaults().withInFlight(InFlight.of(4)));
		send("poison1");
		this.away = true;
		send("poison2");
		CompletableFuture<DrainReport> report = drain();
		assertThat(afterSeconds(10, report)).isEmpty();
		this.away = false;
		assertThat(afterSeconds(2, report)).hasValueSatisfying((made) -> assertThat(made.isComplete()).isTrue());
		assertThat(letters()).containsExactly("poison1", "poison2");
	}

	@Test
	void holdUpNothingElse() {
		start();
		send("poison", "a", "b");
		assertThat(this.handled).isEmpty();
		CompletableFuture<DrainReport> report = drain();
		assertThat(this.handled).containsExactly("a", "b");
		assertThat(report).isNotDone();
	}

	@Test
	void areNamedByTheReportIfItDoesNotComeBack() {
		start();
		send("poison", Delivery.of("poison of a source", new Reporting(), "group"));
		CompletableFuture<DrainReport> report = drain();
		assertThat(afterSeconds(29, report)).isEmpty();
		// One that is back can't be missed, and one that isn't is not asked without end.
		assertThat(this.refused).isBetween(20, 40);
		assertThat(afterSeconds(1, report))
			.hasValueSatisfying((made) -> assertThat(made.remainders()).extracting(DrainReport.Outcome::toString)
				.contains("stage 'book' was still running with 2 events left and 0 lost"));
		this.executor.runReady();
		assertThat(this.registry.stage("book").orElseThrow().instances().get(0).numbers().counts())
			.isEqualTo(new EventCounts(0, 0, 2, 0, 0, 0));
		assertThat(this.reported).containsExactly("poison of a source FAILED");
		assertThat(letters()).isEmpty();
	}

	private DeadLetterStore inFrontOfStore() {
		return (DeadLetterStore) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { DeadLetterStore.class }, (proxy, method, arguments) -> {
					if (method.getName().equals("isDurable")) {
						return true;
					}
					if (this.away && method.getName().startsWith("append")) {
						this.refused++;
						return CompletableFuture.failedFuture(new IllegalStateException("away"));
					}
					return method.invoke(this.store, arguments);
				});
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
			LettersInADrainTests.this.reported.add(settlement.event() + " " + settlement.outcome());
		}

	}

}
