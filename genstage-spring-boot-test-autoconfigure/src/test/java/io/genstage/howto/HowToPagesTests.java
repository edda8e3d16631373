package io.genstage.howto;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each page of {@code docs/howto} fits on a screen, or on two if there is much to show,
 * and its code is that of this package: Java and Kotlin between {@code tag} and
 * {@code end}, YAML as a resource.
 */
class HowToPagesTests {

	private static final Path PAGES = Path.of("../docs/howto");

	private static final Path CLASSES = Path.of("src/test/java/io/genstage/howto");

	private static final Path KOTLIN_CLASSES = Path.of("src/test/kotlin/io/genstage/howto/kotlin");

	private static final Path RESOURCES = Path.of("src/test/resources/io/genstage/howto");

	private static final Pattern JAVA = Pattern.compile("^```java\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);

	private static final Pattern KOTLIN = Pattern.compile("^```kotlin\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);

	private static final Pattern YAML = Pattern.compile("^```yaml\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);

	private static final Pattern TAGGED = Pattern.compile("// tag::\\w+\\[\\]\n(.*?)\\s*// end::", Pattern.DOTALL);

	private static final Pattern WHOLE = Pattern.compile("\\A(.*)\\z", Pattern.DOTALL);

	private static final Set<String> LONG_PAGES = Set.of("kotlin.md", "whole-pipeline.md");

	private static final String INDEX = "README.md";

	@Test
	void showJavaThatIsCompiled() throws IOException {
		assertThat(pieces(files(CLASSES, ".java"), TAGGED)).isNotEmpty()
			.containsExactlyInAnyOrderElementsOf(pieces(pages(), JAVA));
	}

	@Test
	void showKotlinThatIsCompiled() throws IOException {
		assertThat(pieces(files(KOTLIN_CLASSES, ".kt"), TAGGED)).isNotEmpty()
			.containsExactlyInAnyOrderElementsOf(pieces(pages(), KOTLIN));
	}

	@Test
	void showYamlThatIsInForce() throws IOException {
		assertThat(pieces(files(RESOURCES, ".yml"), WHOLE)).isNotEmpty()
			.containsExactlyInAnyOrderElementsOf(pieces(pages(), YAML));
	}

	@Test
	void fitOnAScreenAndSayWhatHappensWhenItFails() throws IOException {
		assertThat(pages()).isNotEmpty()
			.allSatisfy((page) -> assertThat(Files.readAllLines(page)).hasSizeLessThanOrEqualTo(linesOf(page))
				.contains("## When it fails", "## More"));
	}

	@Test
	void areAllInTheIndex() throws IOException {
		String index = Files.readString(PAGES.resolve(INDEX));
		assertThat(pages()).allSatisfy((page) -> assertThat(index).contains("](%s)".formatted(page.getFileName())));
	}

	private static int linesOf(Path page) {
		return LONG_PAGES.contains(page.getFileName().toString()) ? 160 : 80;
	}

	private static List<Path> pages() throws IOException {
		return files(PAGES, ".md").stream().filter((page) -> !page.endsWith(INDEX)).toList();
	}

	private static List<Path> files(Path folder, String end) throws IOException {
		try (Stream<Path> files = Files.list(folder)) {
			return files.filter((file) -> file.toString().endsWith(end)).sorted().toList();
		}
	}

	private static List<String> pieces(List<Path> files, Pattern pattern) {
		List<String> pieces = new ArrayList<>();
		for (Path file : files) {
			pattern.matcher(read(file)).results().map(HowToPagesTests::withoutIndentation).forEach(pieces::add);
		}
		return pieces;
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String withoutIndentation(MatchResult piece) {
		return piece.group(1).replace("\t", "    ").stripIndent().strip();
	}

}
