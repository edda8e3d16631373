package io.genstage.boot;

import java.util.List;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.dispatch.DemandOptions;
import io.genstage.dispatch.DispatcherFactory;
import io.genstage.dispatch.Dispatchers;
import io.genstage.pipeline.PipelineGraph;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How the graph of annotated beans is drawn.
 */
class GraphDrawingTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "none", textBlock = """
			none      | orders (dispatcher demand: each event to one of them)
			demand    | orders (dispatcher demand: each event to one of them)
			broadcast | orders (dispatcher broadcast)
			mine      | orders (dispatcher mine)
			""")
	void tellsTheDispatcherOfTheConsumersThatShareAProducer(@Nullable String dispatcher, String drawn) {
		TestContexts.runner()
			.withUserConfiguration(Sharing.class)
			.withPropertyValues((dispatcher != null)
					? new String[] { "genstage.stages.orders.dispatcher=" + dispatcher } : new String[0])
			.run((context) -> assertThat(PipelineGraph.of(TestContexts.registry(context).definitions()).drawing())
				.startsWith(drawn, "+- audit (demand 1000/500)"));
	}

	@Configuration(proxyBeanMethods = false)
	static class Sharing {

		@Bean
		@Producer
		List<Integer> orders() {
			return List.of();
		}

		@Bean
		DispatcherFactory<Integer> mine() {
			return Dispatchers.demand(DemandOptions.defaults());
		}

		@Consumer(subscribeTo = "orders")
		void audit(Integer order) {
		}

		@Consumer(subscribeTo = "orders")
		void store(Integer order) {
		}

	}

}
