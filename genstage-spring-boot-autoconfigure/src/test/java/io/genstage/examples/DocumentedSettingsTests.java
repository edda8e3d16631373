package io.genstage.examples;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.boot.declaration.GenStageProperties;
import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.DeprecatedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The pages of the manual show each attribute and each property in an example and in a
 * table.
 */
class DocumentedSettingsTests {

	@Test
	void areAllAttributes() throws IOException {
		String examples = examples("java");
		String tables = tables();
		assertThat(attributes(Producer.class, ProducerConsumer.class, Consumer.class)).isNotEmpty()
			.allSatisfy((attribute) -> assertThat(tables).contains("`%s`".formatted(attribute)))
			.filteredOn((attribute) -> !attribute.equals("value"))
			.allSatisfy((attribute) -> assertThat(examples).containsPattern("\\b%s = ".formatted(attribute)));
	}

	@Test
	void areAllProperties() throws IOException {
		String examples = examples("yaml");
		String tables = tables();
		assertThat(properties(GenStageProperties.class)).isNotEmpty()
			.allSatisfy((property) -> assertThat(examples).containsPattern("\\b%s:".formatted(property)))
			.filteredOn((property) -> !property.equals("optional-stages"))
			.allSatisfy((property) -> assertThat(tables).contains("`%s`".formatted(property)));
	}

	private static String examples(String language) throws IOException {
		return Pattern.compile("^```%s\n(.*?)^```".formatted(language), Pattern.DOTALL | Pattern.MULTILINE)
			.matcher(text())
			.results()
			.map(MatchResult::group)
			.collect(Collectors.joining());
	}

	private static String tables() throws IOException {
		return text().lines().filter((line) -> line.startsWith("|")).collect(Collectors.joining("\n"));
	}

	private static String text() throws IOException {
		StringBuilder text = new StringBuilder();
		for (Path page : ManualPages.all()) {
			text.append(Files.readString(page));
		}
		return text.toString();
	}

	/** Finds the attributes of annotations, also of those that they have in them. */
	private static Stream<String> attributes(Class<?>... annotations) {
		return Arrays.stream(annotations)
			.flatMap((annotation) -> Arrays.stream(annotation.getDeclaredMethods()))
			.filter((attribute) -> !attribute.isAnnotationPresent(Deprecated.class))
			.flatMap((attribute) -> Stream.concat(Stream.of(attribute.getName()), attributesBelow(attribute)))
			.distinct();
	}

	private static Stream<String> attributesBelow(Method attribute) {
		Class<?> type = attribute.getReturnType().isArray() ? attribute.getReturnType().componentType()
				: attribute.getReturnType();
		return Annotation.class.isAssignableFrom(type) ? attributes(type) : Stream.empty();
	}

	/** Finds the last parts of the names of properties that have a value. */
	private static Stream<String> properties(Class<?> type) {
		return Arrays.stream(type.getRecordComponents())
			.filter((component) -> !component.getAccessor().isAnnotationPresent(DeprecatedConfigurationProperty.class))
			.flatMap((component) -> properties(component, component.getGenericType()))
			.distinct();
	}

	private static Stream<String> properties(RecordComponent component, Type type) {
		if (type instanceof ParameterizedType map && map.getRawType() == Map.class) {
			return properties(component, map.getActualTypeArguments()[1]);
		}
		return (type instanceof Class<?> part && part.isRecord()) ? properties(part)
				: Stream.of(DataObjectPropertyName.toDashedForm(component.getName()));
	}

}
