package io.genstage.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.springframework.core.io.ClassPathResource;

/**
 * A script that creates tables, as it is read by somebody whose table lacks columns.
 *
 * @param path where it is on the class path
 */
record TableScript(String path) {

	/**
	 * Returns what to do about a table without some columns.
	 * @param table its name, which need not be the one in the script
	 * @param columns what it lacks
	 * @return the statements that add them, unless rows that are there would need a value
	 */
	String advice(String table, List<String> columns) {
		String advice = "compare it with the script classpath:" + this.path;
		List<String> statements = new ArrayList<>();
		for (String column : columns) {
			Optional<String> definition = definition(column);
			if (definition.isEmpty()) {
				return advice;
			}
			statements.add("alter table %s add column %s %s;".formatted(table, column, definition.get()));
		}
		return "run '%s', or %s".formatted(String.join(" ", statements), advice);
	}

	/** Returns how a column is defined whose value may be missing. */
	private Optional<String> definition(String column) {
		Matcher line = Pattern.compile("(?m)^\\t%s (.*?),?$".formatted(Pattern.quote(column))).matcher(text());
		return line.find() ? Optional.of(line.group(1)).filter((definition) -> !definition.contains("not null"))
				: Optional.empty();
	}

	private String text() {
		ClassPathResource script = new ClassPathResource(this.path, TableScript.class.getClassLoader());
		try {
			return script.exists() ? script.getContentAsString(StandardCharsets.UTF_8) : "";
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
