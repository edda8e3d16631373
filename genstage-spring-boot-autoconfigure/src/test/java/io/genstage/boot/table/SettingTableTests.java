package io.genstage.boot.table;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.genstage.StageKind;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.annotation.SubscribeTo;
import io.genstage.boot.declaration.GenStageProperties;
import io.genstage.boot.table.Setting.Place;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.context.properties.bind.DataObjectPropertyName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The table of settings agrees with annotations, properties and the reference page.
 */
class SettingTableTests {

	private static final Path PAGE = Path.of("..", "docs", "settings.md");

	private static final Path PROPERTIES = Path
		.of("src/main/java/io/genstage/boot/declaration/GenStageProperties.java");

	/** Attributes that say what a stage is, and not how it runs. */
	private static final Set<String> IDENTITY = Set.of("name", "value", "subscribeTo", "subscriptions", "producer",
			"publishTo");

	private static final Map<StageKind, Class<? extends Annotation>> ANNOTATIONS = Map.of(StageKind.PRODUCER,
			Producer.class, StageKind.PRODUCER_CONSUMER, ProducerConsumer.class, StageKind.CONSUMER, Consumer.class);

	@ParameterizedTest
	@EnumSource(StageKind.class)
	void hasARowForEachAttribute(StageKind kind) {
		assertThat(attributes("", ANNOTATIONS.get(kind))).containsExactlyInAnyOrderElementsOf(
				names((setting) -> setting.isSaidIn(Place.ANNOTATION, kind) ? setting.attribute() : null));
	}

	@Test
	void hasARowForEachAttributeOfASubscription() {
		assertThat(attributes("", SubscribeTo.class)).containsExactlyInAnyOrderElementsOf(names(
				(setting) -> setting.places().contains(Place.SUBSCRIPTION_ANNOTATION) ? setting.attribute() : null));
	}

	@Test
	void hasARowForEachProperty() {
		assertThat(properties("", GenStageProperties.Stage.class))
			.containsExactlyInAnyOrderElementsOf(saidIn(Place.STAGE));
		assertThat(properties("", GenStageProperties.Defaults.class))
			.containsExactlyInAnyOrderElementsOf(saidIn(Place.DEFAULTS));
		assertThat(properties("", GenStageProperties.Subscription.class))
			.containsExactlyInAnyOrderElementsOf(saidIn(Place.SUBSCRIPTION));
	}

	@Test
	void isTheReferencePage() throws IOException {
		List<String> rows = SettingTable.ALL.stream().map(SettingTableTests::row).toList();
		assertThat(Files.readAllLines(PAGE)).filteredOn((line) -> line.startsWith("| `")).isEqualTo(rows);
	}

	@ParameterizedTest
	@CsvSource({ "Defaults,''", "Stage,''", "Subscription,''", "Restart,restart.", "Poll,poll.", "Rate,rate.",
			"Batch,batch.", "TaskPerEvent,task-per-event.", "Failure,failure.", "Retry,failure.retry.",
			"Outage,failure.outage." })
	void isWhatTheMetadataOfPropertiesAreMadeOf(String group, String prefix) throws IOException {
		Map<Setting<?>, String> descriptions = descriptions(group, prefix);
		assertThat(descriptions).isNotEmpty()
			.allSatisfy((setting, description) -> assertThat(description).as(setting.name())
				.containsPattern(rangeAndDefault(setting)));
	}

	/** Reads what the source says of components that are settings themselves. */
	private static Map<Setting<?>, String> descriptions(String group, String prefix) throws IOException {
		String source = Files.readString(PROPERTIES);
		int end = source.indexOf("public record %s(".formatted(group));
		Map<Setting<?>, String> descriptions = new LinkedHashMap<>();
		Pattern.compile("@param (\\w+) ([^@]*)")
			.matcher(source.substring(source.lastIndexOf("/**", end), end).replaceAll("\\s+\\*? *", " "))
			.results()
			.forEach((param) -> SettingTable.named(prefix + DataObjectPropertyName.toDashedForm(param.group(1)))
				.ifPresent((setting) -> descriptions.put(setting, param.group(2))));
		return descriptions;
	}

	private static String rangeAndDefault(Setting<?> setting) {
		String range = setting.range().inWords();
		String said = range.endsWith(" to " + Integer.MAX_VALUE) ? "at least " + setting.range().lowest()
				: range.replaceAll("'.*'", "the first \\\\w+");
		String otherwise = (setting.otherwise() != null) ? Setting.print(setting.otherwise()) : "";
		return said + (otherwise.equals(setting.otherwiseInWords()) ? ".*\\b%s'? by default".formatted(otherwise) : "");
	}

	private static List<String> saidIn(Place place) {
		return names((setting) -> setting.places().contains(place) ? setting.name() : null);
	}

	private static List<String> names(Function<Setting<?>, String> name) {
		return SettingTable.ALL.stream().map(name).filter((found) -> found != null).toList();
	}

	private static List<String> attributes(String prefix, Class<?> annotation) {
		return Arrays.stream(annotation.getDeclaredMethods())
			.filter((attribute) -> !IDENTITY.contains(attribute.getName()))
			.flatMap((attribute) -> attributes(prefix, attribute))
			.toList();
	}

	private static Stream<String> attributes(String prefix, Method attribute) {
		return attribute.getReturnType().isAnnotation()
				? attributes(attribute.getName() + ".", attribute.getReturnType()).stream()
				: Stream.of(prefix + attribute.getName());
	}

	private static List<String> properties(String prefix, Class<?> type) {
		return Arrays.stream(type.getRecordComponents())
			.filter((component) -> component.getType() != Map.class)
			.flatMap((component) -> properties(prefix, component))
			.toList();
	}

	private static Stream<String> properties(String prefix, RecordComponent component) {
		String name = prefix + DataObjectPropertyName.toDashedForm(component.getName());
		return component.getType().isRecord() ? properties(name + ".", component.getType()).stream() : Stream.of(name);
	}

	private static String row(Setting<?> setting) {
		boolean attribute = setting.places().contains(Place.ANNOTATION)
				|| setting.places().contains(Place.SUBSCRIPTION_ANNOTATION);
		return "| `%s` | %s | %s | %s | %s | %s |".formatted(setting.name(),
				attribute ? "`" + setting.attribute() + "`" : "",
				setting.ofPolled() ? "producers that are polled" : kinds(setting.kinds()), places(setting.places()),
				range(setting), setting.otherwiseInWords());
	}

	private static String kinds(Set<StageKind> kinds) {
		if (kinds.size() == StageKind.values().length) {
			return "all";
		}
		if (kinds.size() == 1) {
			return kinds.contains(StageKind.PRODUCER) ? "producers only" : "consumers only";
		}
		return kinds.contains(StageKind.PRODUCER) ? "producers" : "consumers";
	}

	private static String places(Set<Place> places) {
		return places.stream().map((place) -> switch (place) {
			case ANNOTATION, STAGE -> "stage";
			case DEFAULTS -> "defaults";
			case SUBSCRIPTION, SUBSCRIPTION_ANNOTATION -> "subscription";
		}).collect(Collectors.toCollection(TreeSet::new)).stream().collect(Collectors.joining(", "));
	}

	private static String range(Setting<?> setting) {
		String range = setting.range().inWords();
		if (!range.isEmpty()) {
			return range.replace(" to " + Integer.MAX_VALUE, " or more").replace('\'', '`');
		}
		if (setting.type() == Boolean.class) {
			return "`true`, `false`";
		}
		return setting.type().isEnum() ? Arrays.stream(setting.type().getEnumConstants())
			.map((word) -> "`" + Setting.print(word) + "`")
			.collect(Collectors.joining(", ")) : "a name";
	}

}
