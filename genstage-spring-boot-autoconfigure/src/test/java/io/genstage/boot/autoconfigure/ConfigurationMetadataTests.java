package io.genstage.boot.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.boot.json.JsonParserFactory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * The metadata of the properties, which editors show.
 */
class ConfigurationMetadataTests {

	@Test
	void describesEachProperty() throws IOException {
		assertThat(properties()).extracting((property) -> property.get("name"))
			.contains("genstage.defaults.max-demand", "genstage.defaults.min-demand", "genstage.defaults.buffer-size",
					"genstage.defaults.buffer-keep", "genstage.defaults.dispatcher", "genstage.defaults.auto-startup",
					"genstage.defaults.executor", "genstage.stages", "genstage.optional-stages",
					"genstage.lifecycle.drain-timeout", "genstage.lifecycle.start-on",
					"genstage.lifecycle.exit-on-completion", "management.health.genstage.enabled");
		assertThat(properties()).allSatisfy(
				(property) -> assertThat((String) property.get("description")).as(String.valueOf(property.get("name")))
					.matches("(?s)[A-Z].*\\."));
	}

	@Test
	void namesTheReplacementsOfDeprecatedProperties() throws IOException {
		assertThat(properties()).filteredOn((property) -> property.containsKey("deprecation"))
			.extracting((property) -> property.get("name"),
					(property) -> ((Map<?, ?>) property.get("deprecation")).get("replacement"))
			.containsExactlyInAnyOrder(tuple("genstage.stages.*.task-per-event.restart", "genstage.stages.*.failure"),
					tuple("genstage.stages.*.task-per-event.max-restarts",
							"genstage.stages.*.failure.retry.max-retries"),
					tuple("genstage.stages.*.task-per-event.restart-period", "genstage.stages.*.failure.retry.delay"));
	}

	@SuppressWarnings("unchecked") // the format says so
	private static List<Map<String, Object>> properties() throws IOException {
		List<Map<String, Object>> properties = new ArrayList<>();
		for (URL url : Collections.list(ConfigurationMetadataTests.class.getClassLoader()
			.getResources("META-INF/spring-configuration-metadata.json"))) {
			try (InputStream in = url.openStream()) {
				Map<String, Object> metadata = JsonParserFactory.getJsonParser()
					.parseMap(new String(in.readAllBytes(), UTF_8));
				((List<Map<String, Object>>) metadata.get("properties")).stream()
					.filter((property) -> ((String) property.get("name")).matches("(management\\..*\\.)?genstage\\..*"))
					.forEach(properties::add);
			}
		}
		return properties;
	}

}
