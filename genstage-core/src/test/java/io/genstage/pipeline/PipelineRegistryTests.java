package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.genstage.ConsumerStage;
import io.genstage.StageContext;
import io.genstage.Subscription;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link PipelineRegistry}.
 */
@Timeout(60)
class PipelineRegistryTests extends PipelineFixture {

	private final PipelineRegistry registry = new PipelineRegistry(this.system);

	private final EventQueue<Integer> orders = new EventQueue<>(100);

	private final List<Integer> stored = new ArrayList<>();

	@Nested
	class Start {

		@Test
		void startsWhatWasRegistered() {
			registerOrders();
			run();
			assertThat(state("store")).isEqualTo(StageState.CREATED);
			PipelineRegistryTests.this.registry.start();
			offer(1, 2);
			assertThat(PipelineRegistryTests.this.stored).containsExactly(1, 2);
		}

		@Test
		void letsStagesStartAtOnceThatAreRegisteredLater() {
			PipelineRegistryTests.this.registry.start();
			CompletableFuture<?> registered = future(registerOrders());
			offer(1);
			assertThat(registered).isCompleted();
			assertThat(PipelineRegistryTests.this.stored).containsExactly(1);
		}

		@Test
		void isRefusedWhileThePipelinesRun() {
			registerOrders();
			PipelineRegistryTests.this.registry.start();
			assertThatIllegalStateException().isThrownBy(PipelineRegistryTests.this.registry::start)
				.withMessage("the pipelines have been started already: drain them first");
		}

		@Test
		void isPossibleAgainAfterADrainAndKeepsPausesAndRegisteredStages() {
			PipelineRegistryTests.this.registry.register(numbers("numbers"), consumer("print", "numbers"));
			PipelineRegistryTests.this.registry.start();
			PipelineRegistryTests.this.registry.register(consumer("audit", "numbers"));
			PipelineRegistryTests.this.registry.pause("print");
			run();
			CompletableFuture<List<DrainReport>> reports = PipelineRegistryTests.this.registry.drain(Duration.ZERO)
				.toCompletableFuture();
			run();
			assertThat(reports.join()).extracting(DrainReport::pipeline).containsExactly("numbers");
			PipelineRegistryTests.this.registry.register(consumer("late", "numbers-2"), numbers("numbers-2"));
			run();
			assertThat(state("late")).isEqualTo(StageState.CREATED);
			PipelineRegistryTests.this.registry.start();
			run();
			assertThat(state("print")).isEqualTo(StageState.PAUSED);
			assertThat(state("audit")).isEqualTo(StageState.RUNNING);
			assertThat(state("late")).isEqualTo(StageState.RUNNING);
		}

	}

	@Nested
	class Names {

		@Test
		void findTheStageInItsPipeline() {
			registerOrders();
			PipelineRegistryTests.this.registry.register(numbers("numbers"), consumer("print", "numbers"));
			PipelineRegistryTests.this.registry.register(consumer("audit", "numbers"));
			assertThat(PipelineRegistryTests.this.registry.pipelines()).extracting(Pipeline::name)
				.containsExactly("orders", "numbers");
			assertThat(PipelineRegistryTests.this.registry.pipelineOf("audit").name()).isEqualTo("numbers");
			assertThat(PipelineRegistryTests.this.registry.definition("audit")).map(StageDefinition::name)
				.contains("audit");
			assertThat(PipelineRegistryTests.this.registry.find("other")).isEmpty();
		}

		@Test
		void changeTheStage() {
			registerOrders();
			PipelineRegistryTests.this.registry.start();
			run();
			PipelineRegistryTests.this.registry.pause("store");
			PipelineRegistryTests.this.registry.demand("store", 8, 1);
			run();
			assertThat(state("store")).isEqualTo(StageState.PAUSED);
			PipelineRegistryTests.this.registry.resume("store");
			offer(1);
			assertThat(PipelineRegistryTests.this.stored).containsExactly(1);
			assertThat(PipelineRegistryTests.this.registry.pipelineOf("store")
				.status()
				.edge("store", "orders")
				.orElseThrow()
				.options()
				.maxDemand()).isEqualTo(8);
		}

		@Test
		void thatDoNotExistAreRefusedWithThoseThatDo() {
			registerOrders();
			assertThatIllegalArgumentException().isThrownBy(() -> PipelineRegistryTests.this.registry.pause("stor"))
				.withMessage("there is no stage 'stor': did you mean 'store'? (there are [orders, store])");
		}

	}

	@Nested
	class Registering {

		@Test
		void isRefusedWithTheNamesOfAllPipelines() {
			registerOrders();
			PipelineRegistryTests.this.registry.register(numbers("numbers"), consumer("print", "numbers"));
			assertThatExceptionOfType(InvalidGraphException.class)
				.isThrownBy(() -> PipelineRegistryTests.this.registry.register(consumer("audit", "number")))
				.withMessageContaining("did you mean 'numbers'? (there are [numbers, orders, print, store])");
		}

		@Test
		void isRefusedForANameOfAnotherPipeline() {
			registerOrders();
			assertThatExceptionOfType(InvalidGraphException.class)
				.isThrownBy(() -> PipelineRegistryTests.this.registry.register(numbers("numbers"),
						consumer("store", "numbers")))
				.withMessageContaining("stage 'store' is defined more than once");
			assertThat(PipelineRegistryTests.this.registry.definitions()).hasSize(2);
		}

		@Test
		void isRefusedForTheNameOfAnInstanceOfAnotherPipeline() {
			registerOrders();
			assertThatExceptionOfType(InvalidGraphException.class)
				.isThrownBy(() -> PipelineRegistryTests.this.registry.register(numbers("numbers"),
						consumer("store#1", "numbers")))
				.withMessageContaining("stage 'store#1' is named like an instance of 'store'");
			PipelineRegistryTests.this.registry.register(numbers("numbers"), consumer("print#1", "numbers"));
			assertThatExceptionOfType(InvalidGraphException.class)
				.isThrownBy(
						() -> PipelineRegistryTests.this.registry.register(numbers("more"), consumer("print", "more")))
				.withMessageContaining("stage 'print#1' is named like an instance of 'print'");
		}

		@Test
		void isRefusedForAnObjectThatAnotherPipelineHas() {
			registerOrders();
			assertThatExceptionOfType(InvalidGraphException.class)
				.isThrownBy(() -> PipelineRegistryTests.this.registry
					.register(StageDefinition.of("more", PipelineRegistryTests.this.orders), consumer("print", "more")))
				.withMessageContaining("has the same EventQueue as 'orders'");
		}

		@Test
		void isRefusedIfItWouldJoinTwoPipelines() {
			registerOrders();
			PipelineRegistryTests.this.registry.register(numbers("numbers"), consumer("print", "numbers"));
			assertThatIllegalArgumentException()
				.isThrownBy(() -> PipelineRegistryTests.this.registry
					.register(consumer("audit", "numbers").subscribeTo("orders")))
				.withMessage("stages [audit] can't be registered: they would join "
						+ "[pipeline 'numbers', pipeline 'orders'], which run apart");
			assertThat(PipelineRegistryTests.this.registry.definitions()).hasSize(4);
		}

		@Test
		void doesNotCheckPipelinesAgainThatHaveNothingToDoWithIt() {
			AtomicInteger checks = new AtomicInteger();
			ConsumerStage<Integer> counted = new ConsumerStage<>() {
				@Override
				public void handleEvents(List<Integer> events, Subscription from) {
				}

				@Override
				public boolean isShareable() {
					checks.incrementAndGet();
					return true;
				}
			};
			PipelineRegistryTests.this.registry.register(numbers("numbers"),
					StageDefinition.of("counted", counted).subscribeTo("numbers", FEW.withManualDemand()));
			int before = checks.get();
			registerOrders();
			assertThat(checks).hasValue(before);
			PipelineRegistryTests.this.registry.register(consumer("audit", "numbers"));
			assertThat(checks).hasValueGreaterThan(before);
		}

		@Test
		void holdsNoLockWhileAStageStarts() {
			PipelineRegistryTests.this.registry.start();
			ConsumerStage<Integer> waiting = new ConsumerStage<>() {
				@Override
				public void onStart(StageContext context) {
					registerInAnotherThread();
				}

				@Override
				public void handleEvents(List<Integer> events, Subscription from) {
				}
			};
			PipelineRegistryTests.this.registry.register(numbers("numbers"),
					StageDefinition.of("waiting", waiting).subscribeTo("numbers", FEW.withManualDemand()));
			assertThat(PipelineRegistryTests.this.registry.find("store")).isPresent();
		}

		@Test
		void holdsNoLockWhileListenersAreMade() {
			AtomicInteger made = new AtomicInteger();
			List<PipelineRegistry> registries = new ArrayList<>();
			PipelineRegistry registry = new PipelineRegistry(PipelineRegistryTests.this.system, () -> {
				if (made.incrementAndGet() == 1) {
					join(CompletableFuture
						.runAsync(() -> registries.get(0).register(numbers("more"), consumer("end", "more"))));
				}
				return List.of();
			});
			registries.add(registry);
			registry.register(numbers("numbers"), consumer("print", "numbers"));
			assertThat(registry.pipelines()).extracting(Pipeline::name).containsExactly("more", "numbers");
		}

		private void registerInAnotherThread() {
			join(CompletableFuture.runAsync(PipelineRegistryTests.this::registerOrders));
		}

	}

	private CompletableFuture<Void> registerOrders() {
		return this.registry
			.register(StageDefinition.of("store", collecting(this.stored)).subscribeTo("orders", FEW),
					StageDefinition.of("orders", this.orders))
			.toCompletableFuture();
	}

	private static StageDefinition numbers(String name) {
		return StageDefinition.of(name, counting());
	}

	/** Makes a consumer that asks for nothing, since the numbers have no end. */
	private static StageDefinition consumer(String name, String producer) {
		return StageDefinition.of(name, collecting(new ArrayList<>())).subscribeTo(producer, FEW.withManualDemand());
	}

	private StageState state(String stage) {
		return this.registry.state(stage).orElseThrow();
	}

	private void offer(Integer... events) {
		run();
		for (Integer event : events) {
			this.orders.offer(event);
		}
		run();
	}

}
