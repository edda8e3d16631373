package io.genstage.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the manual shows is tested: each piece of Java is one of this package, between
 * {@code tag} and {@code end}, and each other piece is a resource of it. None of them is
 * left unshown.
 */
class DocumentedExamplesTests {

	private static final Path CLASSES = Path.of("src/test/java/io/genstage/examples");

	private static final Path KOTLIN_CLASSES = Path.of("src/test/kotlin/io/genstage/examples");

	private static final Path RESOURCES = Path.of("src/test/resources/io/genstage/examples");

	private static final Pattern JAVA = Pattern.compile("^```java\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);

	private static final Pattern KOTLIN = Pattern.compile("^```kotlin\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);

	private static final Pattern OTHER = Pattern.compile("^```(?:yaml|text)\n(.*?)^```",
			Pattern.DOTALL | Pattern.MULTILINE);

	private static final Pattern TAGGED = Pattern.compile("// tag::\\w+\\[\\]\n(.*?)\\s*// end::", Pattern.DOTALL);

	private static final Pattern WHOLE = Pattern.compile("\\A(.*)\\z", Pattern.DOTALL);

	@Test
	void areInJavaThoseOfTheClasses() throws IOException {
		assertThat(pieces(CLASSES, TAGGED)).isNotEmpty().containsExactlyInAnyOrderElementsOf(shown(JAVA));
	}

	@Test
	void areInKotlinThoseOfTheClasses() throws IOException {
		assertThat(pieces(KOTLIN_CLASSES, TAGGED)).isNotEmpty().containsExactlyInAnyOrderElementsOf(shown(KOTLIN));
	}

	@Test
	void areOtherwiseThoseOfTheResources() throws IOException {
		List<String> shown = shown(OTHER);
		shown.addAll(find(OTHER, ManualPages.LINKS).toList());
		assertThat(pieces(RESOURCES, WHOLE)).isNotEmpty().containsExactlyInAnyOrderElementsOf(shown);
	}

	private static List<String> shown(Pattern pattern) {
		List<String> shown = new ArrayList<>();
		for (Path page : ManualPages.ofThisPackage()) {
			shown.addAll(find(pattern, page).toList());
		}
		return shown;
	}

	private static List<String> pieces(Path folder, Pattern pattern) throws IOException {
		try (Stream<Path> files = Files.list(folder)) {
			return files.flatMap((file) -> find(pattern, file)).toList();
		}
	}

	private static Stream<String> find(Pattern pattern, Path file) {
		try {
			return pattern.matcher(Files.readString(file)).results().map(DocumentedExamplesTests::withoutIndentation);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String withoutIndentation(MatchResult piece) {
		return piece.group(1).replace("\t", "    ").stripIndent().strip();
	}

}
