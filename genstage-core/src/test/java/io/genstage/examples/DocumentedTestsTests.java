package io.genstage.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tests that a page names exist, so that its promises are kept by somebody.
 */
class DocumentedTestsTests {

	private static final Path ROOT = Path.of("..");

	private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+Tests)(?:#(\\w+))?`");

	private static final Pattern ID = Pattern.compile("\\bBW\\d+\\b");

	private static final Map<String, String> SOURCES = new HashMap<>();

	@BeforeAll
	static void readSources() throws IOException {
		try (Stream<Path> modules = Files.list(ROOT)) {
			modules.map((module) -> module.resolve("src/test/java"))
				.filter(Files::isDirectory)
				.forEach(DocumentedTestsTests::readSourcesOf);
		}
	}

	private static void readSourcesOf(Path module) {
		try (Stream<Path> files = Files.walk(module)) {
			files.filter((file) -> file.toString().endsWith("Tests.java"))
				.forEach((file) -> SOURCES.merge(file.getFileName().toString().replace(".java", ""), read(file),
						String::concat));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "broadway.md", "genstage.md", "reliability.md", "testing.md" })
	void exist(String page) {
		List<String> unknown = NAMED.matcher(read(ROOT.resolve("docs").resolve(page)))
			.results()
			.filter((named) -> !isTest(named.group(1), named.group(2)))
			.map((named) -> named.group())
			.distinct()
			.toList();
		assertThat(unknown).isEmpty();
	}

	private static boolean isTest(String type, String method) {
		String source = SOURCES.get(type);
		return source != null && (method == null || source.contains(" " + method + "("));
	}

	@Test
	void ofBroadwayCarryTheIdsOfTheirRows() {
		List<String> rows = rowsOf("## What its tests ask for");
		assertThat(rows).hasSizeGreaterThan(30).allSatisfy((row) -> {
			String tests = NAMED.matcher(row)
				.results()
				.map((named) -> SOURCES.getOrDefault(named.group(1), ""))
				.collect(Collectors.joining());
			assertThat(idsOf(tests)).containsAll(idsOf(row));
		});
	}

	@Test
	void ofBroadwayAreAllOnItsPage() {
		assertThat(idsOf(String.join("", rowsOf("## What its tests ask for")))).containsAll(idsOf(SOURCES.values()
			.stream()
			.filter((source) -> source.contains("@DisplayName(\"BW"))
			.flatMap(String::lines)
			.filter((line) -> line.contains("@DisplayName(\"BW"))
			.collect(Collectors.joining())));
	}

	private static List<String> rowsOf(String heading) {
		String page = read(ROOT.resolve("docs/broadway.md"));
		String behind = page.substring(page.indexOf(heading) + heading.length());
		return behind.substring(0, behind.indexOf("\n## ")).lines().filter((line) -> line.startsWith("| BW")).toList();
	}

	private static Set<String> idsOf(String text) {
		return ID.matcher(text).results().map((id) -> id.group()).collect(Collectors.toCollection(TreeSet::new));
	}

}
