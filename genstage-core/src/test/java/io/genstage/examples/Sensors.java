package io.genstage.examples;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.genstage.ConsumerStage;
import io.genstage.StageOptions;
import io.genstage.StageSystem;
import io.genstage.dispatch.Dispatchers;
import io.genstage.pipeline.PipelineRegistry;
import io.genstage.pipeline.StageDefinition;
import io.genstage.source.EventQueue;

// tag::program[]
class Sensors {

	static StageDefinition collector(String name, List<Integer> collected) {
		ConsumerStage<Integer> collect = (readings, from) -> collected.addAll(readings);
		return StageDefinition.of(name, collect).subscribeTo("readings");
	}

	public static void main(String[] arguments) {
		EventQueue<Integer> readings = new EventQueue<>(100);
		List<Integer> display = new ArrayList<>();
		List<Integer> audit = new ArrayList<>();
		StageOptions toAll = StageOptions.defaults().withDispatcher(Dispatchers.broadcast());

		try (StageSystem system = StageSystem.create()) {
			PipelineRegistry registry = new PipelineRegistry(system);
			registry.register(StageDefinition.of("readings", readings).withOptions(toAll),
					collector("display", display));
			registry.start().toCompletableFuture().join();
			readings.deliver(20).toCompletableFuture().join();

			registry.pause("display").toCompletableFuture().join();
			registry.register(collector("audit", audit)).toCompletableFuture().join();
			registry.pipelineOf("audit").graph().drawing().forEach(System.out::println);
			readings.offer(21);
			System.out.println(registry.state("display").orElseThrow());

			registry.resume("display").toCompletableFuture().join();
			registry.drain(Duration.ofSeconds(10)).toCompletableFuture().join();
			System.out.println(display);
			System.out.println(audit.contains(21));
		}
	}

}
// end::program[]
