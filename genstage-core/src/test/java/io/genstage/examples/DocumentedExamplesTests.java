package io.genstage.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each piece of Java in a document is one that a test of this package compiles and runs,
 * between {@code tag} and {@code end}.
 */
class DocumentedExamplesTests {

	private static final Path EXAMPLES = Path.of("src/test/java/io/genstage/examples");

	private static final Pattern CODE = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

	private static final Pattern TAGGED = Pattern.compile("// tag::\\w+\\[\\]\\n(.*?)// end::\\w+\\[\\]",
			Pattern.DOTALL);

	@ParameterizedTest
	@ValueSource(strings = "batching-and-rate.md")
	void areThoseThatAreRun(String document) throws IOException {
		List<String> shown = pieces(CODE, Path.of("..", "docs", document));
		assertThat(shown).isNotEmpty();
		assertThat(compiled()).containsAll(shown);
	}

	private static List<String> compiled() throws IOException {
		try (Stream<Path> files = Files.list(EXAMPLES)) {
			return files.flatMap((file) -> pieces(TAGGED, file).stream()).toList();
		}
	}

	/** Returns the pieces with all white space made equal. */
	private static List<String> pieces(Pattern pattern, Path file) {
		try {
			return pattern.matcher(Files.readString(file))
				.results()
				.map((MatchResult found) -> found.group(1).replaceAll("\\s+", " ").strip())
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
