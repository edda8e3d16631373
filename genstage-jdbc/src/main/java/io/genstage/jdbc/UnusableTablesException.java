package io.genstage.jdbc;

import java.util.List;

/**
 * Tables can't be used: they are missing, of another version, or must not be changed.
 * Thrown when an application starts, before anything is written.
 */
public final class UnusableTablesException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	private final String consequence;

	@SuppressWarnings("serial") // a list of texts that can be
	private final List<String> problems;

	UnusableTablesException(String consequence, List<String> problems) {
		super(consequence + ": " + String.join("; ", problems));
		this.consequence = consequence;
		this.problems = List.copyOf(problems);
	}

	/**
	 * Returns what can't be done.
	 * @return a sentence without a full stop
	 */
	public String consequence() {
		return this.consequence;
	}

	/**
	 * Returns what is wrong, each with the table and what to do.
	 * @return the problems, at least one
	 */
	public List<String> problems() {
		return this.problems;
	}

}
