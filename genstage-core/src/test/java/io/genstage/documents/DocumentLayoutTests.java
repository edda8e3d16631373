package io.genstage.documents;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Documents can be read without scrolling sideways: lines of prose and cells of tables
 * have their limits. What a benchmark has written is left as it is, and so is the list of
 * changes, which many write at a time.
 */
class DocumentLayoutTests {

	private static final int LONGEST_LINE = 120;

	private static final int LONGEST_CELL = 200;

	private static final Path WRITTEN_BY_BENCHMARKS = Document.ROOT.resolve("docs/benchmarks");

	private static final Path CHANGES = Document.ROOT.resolve("CHANGELOG.md");

	private static final Pattern CELL = Pattern.compile("(?<!\\\\)\\|");

	/**
	 * What doesn't widen a cell, or may be broken anywhere: targets and names of tests.
	 */
	private static final Pattern NOT_READ = Pattern
		.compile("\\[(?=[^\\]]*]\\()|]\\([^)]*\\)|<a id=\"[^\"]*\"></a>" + "|(, )?\\(?`\\w+Tests(#\\w+)?`\\)?");

	@Test
	void keepsToTheLimits() throws IOException {
		assertThat(documents()).hasSizeGreaterThan(50).flatExtracting(DocumentLayoutTests::tooLong).isEmpty();
	}

	@Test
	void isMissedOtherwise(@TempDir Path folder) throws IOException {
		String line = "word ".repeat(23) + "words";
		String cell = "word ".repeat(39) + "words";
		Path file = Files.writeString(folder.resolve("long.md"),
				String.join("\n", line, line + "!", "```", line + "!", "```", "| a | " + cell + " | c |",
						"| a | " + cell + "! | c |", "| [" + cell + "](a/link.md) | c |", "", "# " + line + "!"));
		assertThat(tooLong(Document.read(file))).extracting((found) -> found.substring(file.toString().length()))
			.containsExactly(":2", ":7");
	}

	private static List<Document> documents() throws IOException {
		return Document.all()
			.stream()
			.filter((document) -> !document.file().startsWith(WRITTEN_BY_BENCHMARKS)
					&& !document.file().equals(CHANGES))
			.toList();
	}

	/** Returns the lines that are too long, each as file and number. */
	private static List<String> tooLong(Document document) {
		List<String> found = new ArrayList<>();
		List<String> lines = document.text().lines().toList();
		boolean code = false;
		for (int index = 0; index < lines.size(); index++) {
			String line = lines.get(index);
			code ^= line.strip().startsWith("```");
			if (!code && (line.startsWith("|") ? hasLongCell(line) : isLongProse(line))) {
				found.add(document.file() + ":" + (index + 1));
			}
		}
		return found;
	}

	private static boolean hasLongCell(String row) {
		return Stream.of(CELL.split(NOT_READ.matcher(row).replaceAll("")))
			.anyMatch((cell) -> cell.strip().length() > LONGEST_CELL);
	}

	/** A heading and a single word, such as an address, can't be broken. */
	private static boolean isLongProse(String line) {
		return line.length() > LONGEST_LINE && !line.startsWith("#") && line.strip().contains(" ");
	}

}
