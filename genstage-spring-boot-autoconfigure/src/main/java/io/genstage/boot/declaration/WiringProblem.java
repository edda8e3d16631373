package io.genstage.boot.declaration;

import io.genstage.log.StageNames;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with the stages of an application. It is one line of at most
 * some 4,000 characters, whatever is in the names in it.
 *
 * @param subject what to change: a bean, a method of it, or a property, in words
 * @param description what is wrong with it and what would be right; of a property also
 * where it is written, if that is known
 * @param property the name of the property that is wrong, or {@code null} if it is
 * something else
 */
public record WiringProblem(String subject, String description, @Nullable String property) {

	private static final int MAX_LENGTH = 2000;

	public WiringProblem {
		subject = StageNames.printable(subject, MAX_LENGTH);
		description = StageNames.printable(description, MAX_LENGTH);
	}

	public WiringProblem(String subject, String description) {
		this(subject, description, null);
	}

	public static WiringProblem ofProperty(String name, String description) {
		return new WiringProblem("property '%s'".formatted(name), description, name);
	}

	/** Returns the same problem, together with the place where it is written. */
	WiringProblem writtenAt(String place) {
		return new WiringProblem(this.subject, "%s (%s)".formatted(this.description, place), this.property);
	}

	@Override
	public String toString() {
		return this.subject + ": " + this.description;
	}

}
