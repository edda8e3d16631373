package io.genstage.boot.actuate;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import io.genstage.ConsumerStage;
import io.genstage.StageOptions;
import io.genstage.boot.StageRegistry;
import io.genstage.boot.TestContexts;
import io.genstage.dispatch.Dispatchers;
import io.genstage.pipeline.StageDefinition;
import io.genstage.pipeline.StageState;
import io.genstage.source.EventQueue;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Stages that are removed by {@link StageRegistry#deregister} leave no meters behind.
 */
@Timeout(60)
class DeregisteredStageTests {

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final ApplicationContextRunner contextRunner = TestContexts.runner().withBean(GenStageMetrics.class);

	private final EventQueue<Integer> orders = new EventQueue<>(1000);

	private final List<Integer> audited = new ArrayList<>();

	@AfterEach
	void leavesNothingRunning() {
		TestContexts.awaitNoThreads();
	}

	@Test
	void leaveTheMetersOfTheOthersAndAreCountedFromZeroWhenTheyAreRegisteredAgain() {
		this.contextRunner.run((context) -> {
			StageRegistry stages = TestContexts.registry(context);
			context.getBean(GenStageMetrics.class).bindTo(this.meters);
			join(stages.register(
					StageDefinition.of("orders", this.orders)
						.withOptions(StageOptions.defaults().withDispatcher(Dispatchers.broadcast())),
					consumer("store", new ArrayList<>())));
			Awaitility.await().until(() -> isMetered("orders") && isMetered("store"));
			List<Meter.Id> before = ids();
			for (int time = 1; time <= 50; time++) {
				join(stages.register(consumer("audit", this.audited)));
				// Another thread may be about to report its start.
				Awaitility.await().until(() -> isMetered("audit"));
				assertThat(handled()).isZero();
				this.orders.offer(time);
				Awaitility.await().until(() -> handled() == 1);
				join(stages.deregister("audit"));
				assertThat(ids()).containsExactlyInAnyOrderElementsOf(before);
			}
			assertThat(this.audited).hasSize(50);
			assertThat(stages.definitions()).extracting(StageDefinition::name).containsExactly("orders", "store");
		});
	}

	@Test
	void leaveNothingOfTheirPipeline() {
		this.contextRunner.run((context) -> {
			StageRegistry stages = TestContexts.registry(context);
			context.getBean(GenStageMetrics.class).bindTo(this.meters);
			for (int time = 1; time <= 50; time++) {
				EventQueue<Integer> queue = new EventQueue<>(10);
				join(stages.register(StageDefinition.of("orders", queue), consumer("audit", this.audited)));
				queue.offer(time);
				join(stages.deregister("orders", "audit"));
				assertThat(ids()).isEmpty();
				assertThat(stages.pipelines()).isEmpty();
			}
			assertThat(this.audited).hasSize(50);
		});
	}

	private static StageDefinition consumer(String name, List<Integer> collected) {
		ConsumerStage<Integer> collect = (events, from) -> collected.addAll(events);
		return StageDefinition.of(name, collect).subscribeTo("orders");
	}

	private List<Meter.Id> ids() {
		return this.meters.getMeters().stream().map(Meter::getId).toList();
	}

	/** The demand is the last of its meters. */
	private boolean isMetered(String stage) {
		return this.meters.find(stage.equals("orders") ? "genstage.state" : "genstage.demand")
			.tag("stage", stage)
			.meters()
			.size() == (stage.equals("orders") ? StageState.values().length : 1);
	}

	private double handled() {
		return this.meters.get("genstage.events.in").tag("stage", "audit").functionCounter().count();
	}

	private static <T> T join(CompletionStage<T> change) {
		return change.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
	}

}
