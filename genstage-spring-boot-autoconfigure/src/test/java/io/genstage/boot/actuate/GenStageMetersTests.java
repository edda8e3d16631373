package io.genstage.boot.actuate;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.TestContexts;
import io.genstage.boot.autoconfigure.GenStageLinkAutoConfiguration;
import io.genstage.desk.DeadLetterDesk;
import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Meters are what their documentation says.
 */
class GenStageMetersTests {

	@Test
	void documentAllThereAre() {
		TestContexts.runner()
			.withUserConfiguration(Stages.class)
			.withConfiguration(
					AutoConfigurations.of(GenStageLinkAutoConfiguration.class, JacksonAutoConfiguration.class))
			.withPropertyValues("genstage.links.numbers.type=memory")
			.run((context) -> {
				SimpleMeterRegistry registry = new SimpleMeterRegistry();
				new GenStageMetrics(TestContexts.registry(context), context.getBean(DeadLetterDesk.class))
					.bindTo(registry);
				List<Meter> meters = registry.getMeters();
				assertThat(meters).extracting((meter) -> meter.getId().getName())
					.containsOnly(
							Stream.of(GenStageMeters.values()).map(GenStageMeters::getName).toArray(String[]::new));
				for (GenStageMeters documented : GenStageMeters.values()) {
					assertThat(meters).filteredOn((meter) -> meter.getId().getName().equals(documented.getName()))
						.isNotEmpty()
						.allSatisfy((meter) -> assertIsDocumented(meter, documented));
				}
			});
	}

	private static void assertIsDocumented(Meter meter, GenStageMeters documented) {
		assertThat(meter.getId().getType()).isEqualTo(documented.getType());
		assertThat(meter.getId().getDescription()).isEqualTo(documented.description());
		assertThat(keys(meter))
			.isEqualTo(Arrays.stream(documented.getKeyNames()).map(KeyName::asString).collect(Collectors.toSet()));
		if (documented.getType() != Meter.Type.TIMER) {
			assertThat(meter.getId().getBaseUnit()).isEqualTo(documented.getBaseUnit());
		}
	}

	private static Set<String> keys(Meter meter) {
		return meter.getId().getTags().stream().map((tag) -> tag.getKey()).collect(Collectors.toSet());
	}

	@Configuration(proxyBeanMethods = false)
	static class Stages {

		@Producer
		List<Integer> numbers(long demand) {
			return List.of();
		}

		@Consumer(subscribeTo = "numbers")
		void store(Integer number) {
			// Gets none.
		}

	}

}
