package io.genstage.examples;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each piece of Java in a document is one of this package, between {@code tag} and
 * {@code end}. A piece that is a whole program is run, and prints what the document shows
 * behind it. To add a document, add its name; to add an example, add a piece to both.
 */
class DocumentedExamplesTests {

	private static final Path DOCUMENTS = Path.of("..", "docs");

	private static final Path EXAMPLES = Path.of("src/test/java/io/genstage/examples");

	private static final Pattern CODE = Pattern.compile("^```java\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);

	private static final Pattern TAGGED = Pattern.compile("// tag::(\\w+)\\[\\]\n(.*?)\\s*// end::\\1\\[\\]",
			Pattern.DOTALL);

	private static final Pattern PROGRAM = Pattern
		.compile("^```java\nclass (\\w+) \\{\n[^`]*```\n\n```text\n([^`]*)```", Pattern.MULTILINE);

	static Stream<String> documents() {
		return Stream.of("core.md", "links.md");
	}

	@ParameterizedTest
	@MethodSource("documents")
	void areThoseThatAreCompiled(String document) throws IOException {
		List<String> shown = find(CODE, DOCUMENTS.resolve(document)).map((code) -> comparable(code.group(1))).toList();
		assertThat(shown).isNotEmpty();
		try (Stream<Path> examples = Files.list(EXAMPLES)) {
			List<String> compiled = examples.flatMap((example) -> find(TAGGED, example))
				.map((code) -> comparable(code.group(2)))
				.toList();
			assertThat(compiled).containsAll(shown);
		}
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("programs")
	@Timeout(60)
	void printWhatIsShown(String program, String shown) throws Exception {
		assertThat(outputOf(program)).isEqualToNormalizingNewlines(shown);
	}

	static Stream<String[]> programs() {
		return documents().flatMap((document) -> find(PROGRAM, DOCUMENTS.resolve(document)))
			.map((program) -> new String[] { program.group(1), program.group(2) });
	}

	private static String outputOf(String program) throws Exception {
		Method main = Class.forName("io.genstage.examples." + program).getDeclaredMethod("main", String[].class);
		PrintStream before = System.out;
		ByteArrayOutputStream printed = new ByteArrayOutputStream();
		System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
		try {
			main.invoke(null, (Object) new String[0]);
		}
		finally {
			System.setOut(before);
		}
		return printed.toString(StandardCharsets.UTF_8);
	}

	private static Stream<MatchResult> find(Pattern pattern, Path file) {
		try {
			return pattern.matcher(Files.readString(file)).results();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Takes the indentation away that a piece has only because of where it is. */
	private static String comparable(String code) {
		return code.replace("\t", "    ").stripIndent().strip();
	}

}
