package io.genstage.migrating;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each piece of Java in {@code docs/migrating} is a class of this package, here or in the
 * module for Kafka, between {@code tag} and {@code end}. Each page shows what was before
 * and what is after, and counts the lines of both that aren't empty.
 */
class DocumentedMigrationsTests {

	private static final Path PAGES = Path.of("../docs/migrating");

	private static final List<Path> CLASSES = List.of(Path.of("src/test/java/io/genstage/migrating"),
			Path.of("../genstage-kafka/src/test/java/io/genstage/migrating"));

	private static final Pattern JAVA = Pattern.compile("^```java\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);

	private static final Pattern CODE = Pattern.compile("^```(?:java|elixir|text)\n(.*?)^```",
			Pattern.DOTALL | Pattern.MULTILINE);

	private static final Pattern TAGGED = Pattern.compile("// tag::\\w+\\[\\]\n(.*?)\\s*// end::", Pattern.DOTALL);

	private static final Pattern COUNTED = Pattern.compile("^Lines of code: (\\d+) before, (\\d+) after\\.$",
			Pattern.MULTILINE);

	@Test
	void areInJavaThoseOfTheClasses() throws IOException {
		List<String> tagged = new ArrayList<>();
		for (Path folder : CLASSES) {
			try (Stream<Path> classes = Files.list(folder)) {
				classes.flatMap((file) -> find(TAGGED, file)).forEach(tagged::add);
			}
		}
		assertThat(tagged).isNotEmpty()
			.containsExactlyInAnyOrderElementsOf(pages().flatMap((page) -> find(JAVA, page)).toList());
	}

	@ParameterizedTest
	@MethodSource("pages")
	void countTheirLines(Path page) throws IOException {
		List<Long> lines = find(CODE, page).map((code) -> code.lines().filter((line) -> !line.isBlank()).count())
			.toList();
		assertThat(lines).as("pieces").hasSize(2);
		Matcher counted = COUNTED.matcher(Files.readString(page));
		assertThat(counted.find()).as("counts").isTrue();
		assertThat(List.of(Long.valueOf(counted.group(1)), Long.valueOf(counted.group(2)))).isEqualTo(lines);
	}

	static Stream<Path> pages() throws IOException {
		try (Stream<Path> pages = Files.list(PAGES)) {
			List<Path> found = pages.filter((page) -> !page.endsWith("README.md")).sorted().toList();
			assertThat(found).isNotEmpty();
			return found.stream();
		}
	}

	private static Stream<String> find(Pattern pattern, Path file) {
		try {
			return pattern.matcher(Files.readString(file)).results().map(DocumentedMigrationsTests::withoutIndentation);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String withoutIndentation(MatchResult piece) {
		return piece.group(1).replace("\t", "    ").stripIndent().strip();
	}

}
