package io.genstage.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The classes that {@code docs/internals.md} leads to are where it says.
 */
class InternalsPageTests {

	private static final Path PAGE = Path.of("..", "docs", "internals.md");

	private static final Pattern CLASS = Pattern.compile("`(io\\.genstage\\.[\\w.]*[A-Z]\\w+)`");

	@Test
	void namesClassesThatExist() throws IOException {
		assertThat(CLASS.matcher(Files.readString(PAGE)).results().map((found) -> found.group(1)))
			.hasSizeGreaterThan(30)
			.allSatisfy(
					(name) -> assertThat(ClassUtils.isPresent(name, getClass().getClassLoader())).as(name).isTrue());
	}

}
