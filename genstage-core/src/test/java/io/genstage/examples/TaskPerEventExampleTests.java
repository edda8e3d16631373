package io.genstage.examples;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.genstage.ConsumerStage;
import io.genstage.StageOptions;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.pipeline.DrainReport;
import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.StageDefinition;
import io.genstage.source.EventQueue;
import io.genstage.task.TaskOptions;
import io.genstage.task.TaskRestart;
import io.genstage.task.TaskStatus;
import io.genstage.task.Tasks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Parcels are handed to a carrier, whose answer takes its time: one task for each parcel,
 * ten at a time, and another attempt when the carrier can't be reached.
 */
@Timeout(60)
class TaskPerEventExampleTests {

	record Parcel(String address) {
	}

	@Test
	void shipsEachParcelInATaskOfItsOwn() throws InterruptedException {
		Carrier carrier = new Carrier();
		EventQueue<Parcel> parcels = new EventQueue<>(100);

		// tag::shipping[]
		ConsumerStage<Parcel> carrying = (one, from) -> carrier.ship(one.get(0));

		Tasks<Parcel> shipping = Tasks.of(TaskOptions.defaults()
			.withRestart(TaskRestart.TRANSIENT)
			.withMaxRestarts(20)
			.withRestartPeriod(Duration.ofMinutes(1))
			.withPatience(Duration.ofSeconds(10)));

		// Ten parcels at a time, and five new ones when five have been shipped.
		SubscribeOptions tenAtATime = SubscribeOptions.defaults().withMaxDemand(10).withMinDemand(5);

		PipelineGraph graph = PipelineGraph.of(List.of(StageDefinition.of("parcels", parcels),
				StageDefinition.of("shipping", carrying)
					.withOptions(StageOptions.defaults().withTasks(shipping))
					.subscribeTo("parcels", tenAtATime)));
		// end::shipping[]

		try (StageSystem system = StageSystem.create()) {
			Pipeline pipeline = new Pipeline(graph, system);
			pipeline.start();

			for (int number = 1; number <= 30; number++) {
				parcels.put(new Parcel("Main Street " + number));
			}

			// tag::status[]
			// What is being shipped just now, and how often it was tried; any thread may
			// ask.
			for (TaskStatus.Task<Parcel> task : shipping.status().tasks()) {
				assertThat(task.event().address()).startsWith("Main Street");
				// None yet for a task that waits for a thread.
				assertThat(task.attempts()).isNotNegative();
			}

			// A parcel that is in a hurry takes no place of the ten.
			shipping.startTask(new Parcel("Express Lane 1"), Duration.ofSeconds(10)).toCompletableFuture().join();
			// end::status[]

			// The queue hands out the rest; the pipeline is drained after the last task.
			DrainReport report = pipeline.drain(Duration.ofSeconds(30)).toCompletableFuture().join();
			assertThat(report.isComplete()).isTrue();
		}

		assertThat(carrier.shipped).hasSize(31).containsEntry("Main Street 13", 2).containsEntry("Express Lane 1", 1);
	}

	/**
	 * Can't be reached the first time for a certain parcel.
	 */
	static final class Carrier {

		private static final Set<String> OUT_OF_REACH = Set.of("Main Street 13");

		final Map<String, Integer> shipped = new ConcurrentHashMap<>();

		private final Map<String, Integer> attempts = new ConcurrentHashMap<>();

		/** May take long, and may fail; called by many threads. */
		void ship(Parcel parcel) throws IOException {
			int attempt = this.attempts.merge(parcel.address(), 1, Integer::sum);
			if (attempt == 1 && OUT_OF_REACH.contains(parcel.address())) {
				throw new IOException("the carrier doesn't answer");
			}
			this.shipped.put(parcel.address(), attempt);
		}

	}

}
