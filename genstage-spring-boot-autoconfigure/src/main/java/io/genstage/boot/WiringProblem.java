package io.genstage.boot;

import io.genstage.StageNames;

/**
 * One thing that is wrong with the stages of an application. It is one line of at most
 * some 4,000 characters, whatever is in the names that it tells.
 *
 * @param subject what to change: a bean, a method of it, or a property, in words
 * @param description what is wrong with it and what would be right
 */
public record WiringProblem(String subject, String description) {

	private static final int MAX_LENGTH = 2000;

	public WiringProblem {
		subject = StageNames.printable(subject, MAX_LENGTH);
		description = StageNames.printable(description, MAX_LENGTH);
	}

	@Override
	public String toString() {
		return this.subject + ": " + this.description;
	}

}
