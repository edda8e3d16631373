package io.genstage.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.genstage.jdbc.JdbcDeadLetterOptions;
import org.junit.jupiter.api.Test;

import org.springframework.boot.json.JsonParserFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * The metadata of the properties of all modules, which editors show. Maven makes it when
 * it compiles them. It is looked at here since the sample comes behind them all.
 */
class ConfigurationMetadataTests {

	/** The last one may not have been compiled if only the sample is built. */
	private static final List<String> MODULES = List.of("genstage-jdbc", "genstage-spring-boot-autoconfigure",
			"genstage-spring-boot-test-autoconfigure", "genstage-kafka");

	/** A sentence; the second word is one of it, and not the first of another text. */
	private static final Pattern SENTENCES = Pattern.compile("[A-Z][a-z]*,? [a-z'].*\\.");

	private static final Pattern BEAN = Pattern.compile("\\b(\\w+) (?:bean|stage or a (\\w+) bean)\\b");

	private static final Pattern NAMED_VALUE = Pattern.compile("'([^']+)'");

	private static final String TEXTS = "java\\.lang\\.String|java\\.util\\.(List|Set)<java\\.lang\\.String>";

	private final List<Map<String, Object>> metadata = MODULES.stream()
		.map((module) -> Path.of("..", module, "target/classes/META-INF/spring-configuration-metadata.json"))
		.filter((file) -> !file.startsWith("../genstage-kafka") || Files.exists(file))
		.map(ConfigurationMetadataTests::read)
		.toList();

	@Test
	void describesEachPropertyInSentences() {
		assertThat(properties()).isNotEmpty().allSatisfy((property) -> {
			assertThat(property).containsKeys("name", "type");
			assertThat(description(property)).as(name(property)).matches(SENTENCES);
		});
	}

	@Test
	void hasOrDescribesEachDefault() {
		assertThat(properties()).filteredOn((property) -> !isSeveral(property) && !property.containsKey("deprecation"))
			.allSatisfy((property) -> {
				if (!property.containsKey("defaultValue")) {
					assertThat(description(property)).as(name(property)).containsIgnoringCase("by default");
				}
			});
	}

	@Test
	void hintsAtEachNamedValue() {
		assertThat(properties()).filteredOn(ConfigurationMetadataTests::isText)
			.allSatisfy((property) -> assertThat(hinted(property)).as(name(property))
				.containsAll(
						NAMED_VALUE.matcher(description(property)).results().map((value) -> value.group(1)).toList()));
	}

	@Test
	void hintsAtEachKindOfBean() {
		assertThat(properties()).filteredOn(ConfigurationMetadataTests::isText)
			.allSatisfy((property) -> assertThat(beans(property)).as(name(property))
				.containsExactlyElementsOf(BEAN.matcher(description(property))
					.results()
					.map((bean) -> (bean.group(2) != null) ? bean.group(2) : bean.group(1))
					.toList()));
	}

	@Test
	void hasHintsForItsPropertiesOnly() {
		assertThat(all("hints"))
			.allSatisfy((hint) -> assertThat(properties()).extracting(ConfigurationMetadataTests::name)
				.contains(name(hint).replaceFirst("\\.(keys|values)$", "")));
	}

	@Test
	void hasAHintWhereAnExceptionIsNamed() {
		assertThat(properties()).filteredOn((property) -> name(property).contains(".exception-"))
			.isNotEmpty()
			.allSatisfy((property) -> assertThat(targets(property, "class-reference")).as(name(property))
				.containsExactly("java.lang.Throwable"));
	}

	@Test
	void hasTheDefaultsOfTheOptions() {
		assertThat(properties()).filteredOn((property) -> name(property).startsWith("genstage.dead-letters.jdbc."))
			.extracting(ConfigurationMetadataTests::name, (property) -> property.get("defaultValue"))
			.contains(tuple("genstage.dead-letters.jdbc.table", JdbcDeadLetterOptions.DEFAULT_TABLE), tuple(
					"genstage.dead-letters.jdbc.refresh", JdbcDeadLetterOptions.DEFAULT_REFRESH.toSeconds() + "s"));
	}

	@Test
	void namesTheReplacementsOfDeprecatedProperties() {
		assertThat(properties()).filteredOn((property) -> property.containsKey("deprecation"))
			.extracting(ConfigurationMetadataTests::name, (property) -> deprecation(property, "replacement"))
			.containsExactlyInAnyOrder(tuple("genstage.stages.*.task-per-event.restart", "genstage.stages.*.failure"),
					tuple("genstage.stages.*.task-per-event.max-restarts",
							"genstage.stages.*.failure.retry.max-retries"),
					tuple("genstage.stages.*.task-per-event.restart-period", "genstage.stages.*.failure.retry.delay"));
		assertThat(properties()).filteredOn((property) -> property.containsKey("deprecation"))
			.allSatisfy((property) -> assertThat(String.valueOf(deprecation(property, "reason"))).as(name(property))
				.matches(SENTENCES));
	}

	private static Object deprecation(Map<String, Object> property, String attribute) {
		return ((Map<?, ?>) property.get("deprecation")).get(attribute);
	}

	private List<Map<String, Object>> properties() {
		return all("properties");
	}

	private List<Map<String, Object>> all(String key) {
		return this.metadata.stream().flatMap((module) -> list(module, key).stream()).toList();
	}

	private static boolean isSeveral(Map<String, Object> property) {
		return ((String) property.get("type")).startsWith("java.util.");
	}

	private static boolean isText(Map<String, Object> property) {
		return ((String) property.get("type")).matches(TEXTS);
	}

	private List<Object> hinted(Map<String, Object> property) {
		return hints(property).flatMap((hint) -> list(hint, "values").stream())
			.map((value) -> value.get("value"))
			.toList();
	}

	private List<String> beans(Map<String, Object> property) {
		return targets(property, "spring-bean-reference").map((target) -> target.replaceFirst(".*\\.", "")).toList();
	}

	private Stream<String> targets(Map<String, Object> property, String provider) {
		return hints(property).flatMap((hint) -> list(hint, "providers").stream())
			.filter((candidate) -> provider.equals(candidate.get("name")))
			.map((candidate) -> (String) ((Map<?, ?>) candidate.get("parameters")).get("target"));
	}

	private Stream<Map<String, Object>> hints(Map<String, Object> property) {
		return all("hints").stream().filter((hint) -> name(hint).equals(name(property)));
	}

	private static String name(Map<String, Object> item) {
		return (String) item.get("name");
	}

	private static String description(Map<String, Object> property) {
		return String.valueOf(property.get("description"));
	}

	@SuppressWarnings("unchecked") // the format says so
	private static List<Map<String, Object>> list(Map<String, Object> from, String key) {
		return (List<Map<String, Object>>) from.getOrDefault(key, List.of());
	}

	private static Map<String, Object> read(Path file) {
		try {
			return JsonParserFactory.getJsonParser().parseMap(Files.readString(file));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
