package io.genstage.boot;

/**
 * One thing that is wrong with the stages of an application.
 *
 * @param subject what to change: a bean, a method of it, or a property, in words
 * @param description what is wrong with it and what would be right
 */
public record WiringProblem(String subject, String description) {

	@Override
	public String toString() {
		return this.subject + ": " + this.description;
	}

}
