package io.genstage.howto;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The table of imports in {@code docs/handlers.md} names each type in its package, and
 * all that the pages in {@code docs/howto} need.
 */
class ImportsTableTests {

	private static final Path PAGE = Path.of("../docs/handlers.md");

	private static final Path SHOWN = Path.of("src/test/java/io/genstage/howto");

	private static final Pattern ROW = Pattern.compile("^\\| (`[^|]+`) \\| `(io\\.genstage[\\w.]*)` \\|$",
			Pattern.MULTILINE);

	private static final Pattern NAME = Pattern.compile("`@?(\\w+)`");

	private static final Pattern IMPORT = Pattern.compile("^import (?:static )?(io\\.genstage\\.[\\w.]*?[A-Z]\\w*)\\b",
			Pattern.MULTILINE);

	@Test
	void namesTypesThatExist() throws IOException {
		assertThat(listed()).hasSizeGreaterThan(40)
			.doesNotHaveDuplicates()
			.allSatisfy(
					(type) -> assertThat(ClassUtils.isPresent(type, getClass().getClassLoader())).as(type).isTrue());
	}

	@Test
	void hasWhatTheExamplesImport() throws IOException {
		List<String> imported = new ArrayList<>();
		try (Stream<Path> files = Files.list(SHOWN)) {
			for (Path file : files.toList()) {
				String code = Files.readString(file);
				if (code.contains("// tag::")) {
					imported.addAll(IMPORT.matcher(code).results().map((type) -> type.group(1)).toList());
				}
			}
		}
		assertThat(imported).isNotEmpty();
		assertThat(listed()).containsAll(imported);
	}

	private static List<String> listed() throws IOException {
		List<String> listed = new ArrayList<>();
		ROW.matcher(Files.readString(PAGE))
			.results()
			.forEach((row) -> NAME.matcher(row.group(1))
				.results()
				.forEach((name) -> listed.add(row.group(2) + "." + name.group(1))));
		return listed;
	}

}
