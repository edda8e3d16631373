package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.genstage.ConsumerStage;
import io.genstage.StageOptions;
import io.genstage.Subscription;
import io.genstage.dispatch.Dispatchers;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link PipelineRegistry#deregister}.
 */
class DeregistrationTests extends PipelineFixture {

	private final List<String> changes = new ArrayList<>();

	private final PipelineRegistry registry = new PipelineRegistry(this.system, () -> List.of(new PipelineListener() {
		@Override
		public void onStageChange(StageChange change) {
			DeregistrationTests.this.changes.add("%s %s".formatted(change.stage(), change.to()));
		}

		@Override
		public void onStageRemoved(String pipeline, String stage) {
			DeregistrationTests.this.changes.add("%s removed".formatted(stage));
		}
	}));

	private final EventQueue<Integer> orders = new EventQueue<>(1000);

	private final List<Integer> stored = new ArrayList<>();

	private final List<Integer> audited = new ArrayList<>();

	@BeforeEach
	void startsABroadcast() {
		this.registry.register(
				StageDefinition.of("orders", this.orders)
					.withOptions(StageOptions.defaults().withDispatcher(Dispatchers.broadcast())),
				consumer("store", this.stored));
		this.registry.start();
		run();
	}

	@Nested
	class OfAConsumer {

		@Test
		void leavesNoPlaceInABroadcast() {
			register(consumer("audit", DeregistrationTests.this.audited));
			offer(1, 2);
			CompletableFuture<?> gone = deregister("audit");
			assertThat(gone).isCompleted();
			offer(3, 4, 5, 6, 7, 8, 9);
			assertThat(DeregistrationTests.this.audited).containsExactly(1, 2);
			assertThat(DeregistrationTests.this.stored).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
			PipelineStatus status = DeregistrationTests.this.registry.pipelineOf("store").status();
			assertThat(status.edges()).extracting(EdgeStatus::consumer).containsExactly("store");
			assertThat(status.stages()).extracting(ManagedStageStatus::name).containsExactly("orders", "store");
		}

		@Test
		void finishesWhatItHasThoughItIsPaused() {
			register(consumer("audit", DeregistrationTests.this.audited));
			DeregistrationTests.this.registry.pause("store");
			DeregistrationTests.this.registry.pause("audit");
			DeregistrationTests.this.orders.offer(1);
			assertThat(deregister("audit")).isCompleted();
			DeregistrationTests.this.registry.resume("store");
			offer(2);
			assertThat(DeregistrationTests.this.stored).containsExactly(1, 2);
		}

		@Test
		void isReportedAfterItsLastChange() {
			register(consumer("audit", DeregistrationTests.this.audited));
			DeregistrationTests.this.changes.clear();
			deregister("audit");
			assertThat(DeregistrationTests.this.changes).containsExactly("audit STOPPING", "audit STOPPED",
					"audit removed");
		}

		@Test
		void isForgottenEverywhere() {
			register(consumer("audit", DeregistrationTests.this.audited));
			deregister("audit");
			assertThat(DeregistrationTests.this.registry.find("audit")).isEmpty();
			assertThat(DeregistrationTests.this.registry.stage("audit")).isEmpty();
			assertThat(DeregistrationTests.this.registry.definition("audit")).isEmpty();
			assertThat(DeregistrationTests.this.registry.definitions()).hasSize(2);
			assertThatIllegalArgumentException().isThrownBy(() -> DeregistrationTests.this.registry.start("audit"))
				.withMessage("there is no stage 'audit': there are [orders, store]");
		}

		@Test
		void letsItsNameBeUsedAgainAsOftenAsWanted() {
			for (int time = 0; time < 300; time++) {
				register(consumer("audit", DeregistrationTests.this.audited).withConcurrency(1 + time % 3));
				offer(time);
				assertThat(deregister("audit")).isCompleted();
			}
			// Each instance of a broadcast has all events.
			assertThat(DeregistrationTests.this.audited).hasSize(600);
			assertThat(DeregistrationTests.this.stored).isEqualTo(numbersUpTo(300));
			assertThat(DeregistrationTests.this.registry.definitions()).hasSize(2);
		}

		@Test
		void thatWaitsForItsRestartEndsThat() {
			register(StageDefinition.of("audit", new ConsumerStage<Integer>() {
				@Override
				public void handleEvents(List<Integer> events, Subscription from) {
					throw new IllegalArgumentException("no");
				}
			}).subscribeTo("orders", FEW));
			offer(1);
			assertThat(DeregistrationTests.this.registry.state("audit")).contains(StageState.RESTARTING);
			assertThat(deregister("audit")).isCompleted();
			DeregistrationTests.this.executor.advance(Duration.ofMinutes(5));
			offer(2);
			assertThat(DeregistrationTests.this.changes).endsWith("audit removed");
			assertThat(DeregistrationTests.this.stored).containsExactly(1, 2);
		}

		@Test
		void letsNothingBeDoneToItMeanwhile() {
			register(consumer("audit", DeregistrationTests.this.audited));
			CompletableFuture<?> gone = future(DeregistrationTests.this.registry.deregister("audit"));
			assertThat(gone).isNotDone();
			assertThatIllegalStateException().isThrownBy(() -> DeregistrationTests.this.registry.pause("audit"))
				.withMessage("stage 'audit' is being deregistered");
			assertThatIllegalArgumentException()
				.isThrownBy(() -> DeregistrationTests.this.registry
					.register(consumer("audit", DeregistrationTests.this.audited)))
				.withMessage("stage 'audit' can't be registered: " + "a stage of this name is being deregistered");
			run();
			assertThat(gone).isCompleted();
		}

		@Test
		void isRefusedIfItIsTheLastOfItsProducer() {
			assertThatExceptionOfType(InvalidGraphException.class).isThrownBy(() -> deregister("store"))
				.withMessageContaining("stage 'orders' is a producer without a consumer: no stage subscribes to it");
			register(consumer("audit", DeregistrationTests.this.audited));
			CompletableFuture<?> gone = future(DeregistrationTests.this.registry.deregister("audit"));
			// While the other one leaves as well.
			assertThatExceptionOfType(InvalidGraphException.class).isThrownBy(() -> deregister("store"));
			run();
			assertThat(gone).isCompleted();
			offer(1);
			assertThat(DeregistrationTests.this.stored).containsExactly(1);
		}

	}

	@Nested
	class OfAProducer {

		@Test
		void isRefusedWithThoseThatSubscribeToIt() {
			register(consumer("audit", DeregistrationTests.this.audited));
			assertThatIllegalArgumentException().isThrownBy(() -> deregister("orders", "audit"))
				.withMessage("stage 'orders' can't be deregistered: [store] subscribe to it");
			assertThat(DeregistrationTests.this.registry.definitions()).hasSize(3);
		}

		@Test
		void withItsConsumersEndsThePipelineWhenAllIsHandled() {
			DeregistrationTests.this.orders.offer(1);
			DeregistrationTests.this.orders.offer(2);
			Pipeline pipeline = DeregistrationTests.this.registry.pipelineOf("orders");
			assertThat(deregister("store", "orders")).isCompleted();
			assertThat(DeregistrationTests.this.stored).containsExactly(1, 2);
			assertThat(DeregistrationTests.this.orders.offer(3)).isFalse();
			assertThat(DeregistrationTests.this.registry.pipelines()).isEmpty();
			assertThat(future(pipeline.whenEnded())).isCompleted();
			assertThat(DeregistrationTests.this.changes).endsWith("orders removed", "store removed");
		}

		@Test
		void withAPausedConsumerEndsItsBreak() {
			DeregistrationTests.this.registry.pause("store");
			run();
			numbersUpTo(20).forEach(DeregistrationTests.this.orders::offer);
			assertThat(deregister("orders", "store")).isCompleted();
			assertThat(DeregistrationTests.this.stored).isEqualTo(numbersUpTo(20));
		}

		@Test
		void withAConsumerThatHasFailedDoesNotWaitForIt() {
			register(StageDefinition.of("numbers", counting()),
					StageDefinition.of("picky", new ConsumerStage<Integer>() {
						@Override
						public void handleEvents(List<Integer> events, Subscription from) {
							throw new IllegalArgumentException("no");
						}

						@Override
						public boolean isRestartable() {
							return false;
						}
					}).subscribeTo("numbers", FEW));
			assertThat(DeregistrationTests.this.registry.state("picky")).contains(StageState.FAILED);
			assertThat(deregister("numbers", "picky")).isCompleted();
			assertThat(DeregistrationTests.this.registry.pipelines()).extracting(Pipeline::name)
				.containsExactly("orders");
		}

		@Test
		void letsThePipelineBeRegisteredAgainAsOftenAsWanted() {
			List<Integer> collected = new ArrayList<>();
			for (int time = 0; time < 100; time++) {
				EventQueue<Integer> queue = new EventQueue<>(10);
				register(StageDefinition.of("queue", queue),
						StageDefinition.of("end", collecting(collected)).subscribeTo("queue", FEW));
				queue.offer(time);
				assertThat(deregister("queue", "end")).isCompleted();
			}
			assertThat(collected).isEqualTo(numbersUpTo(100));
			assertThat(DeregistrationTests.this.registry.pipelines()).hasSize(1);
		}

	}

	@Test
	void isRefusedWhileThePipelineDrains() {
		register(consumer("audit", this.audited));
		CompletableFuture<?> drained = future(this.registry.drain(Duration.ofSeconds(1)));
		assertThatIllegalStateException().isThrownBy(() -> this.registry.deregister("audit"))
			.withMessage("stages [audit] can't be deregistered: pipeline 'orders' drains");
		run();
		assertThat(drained).isCompleted();
	}

	@Test
	void keepsStagesAwayFromTheNextStart() {
		register(consumer("audit", this.audited));
		this.registry.drain(Duration.ofSeconds(1));
		run();
		assertThat(deregister("audit")).isCompleted();
		assertThat(this.registry.toStart()).extracting((pipeline) -> pipeline.graph().stages().size())
			.containsExactly(2);
	}

	@Test
	void isRefusedForAStageThatDoesNotExist() {
		assertThatIllegalArgumentException().isThrownBy(() -> deregister("store", "audit"))
			.withMessage("there is no stage 'audit': there are [orders, store]");
		assertThat(this.registry.state("store")).contains(StageState.RUNNING);
	}

	private static StageDefinition consumer(String name, List<Integer> collected) {
		return StageDefinition.of(name, collecting(collected)).subscribeTo("orders", FEW);
	}

	private void register(StageDefinition... stages) {
		CompletableFuture<?> registered = future(this.registry.register(stages));
		run();
		assertThat(registered).isCompleted();
	}

	private CompletableFuture<?> deregister(String... stages) {
		CompletableFuture<?> gone = future(this.registry.deregister(stages));
		run();
		return gone;
	}

	private void offer(Integer... events) {
		for (Integer event : events) {
			this.orders.offer(event);
			run();
		}
	}

}
