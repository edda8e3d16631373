package io.genstage.link;

import java.util.Map;
import java.util.Objects;

/**
 * Which link is meant, for both of its ends.
 *
 * @param name the name, for people: in logs and in what is shown
 * @param destination what the engine calls it: a topic, a queue, a name in a table
 * @param settings what else its provider is to know; the names are up to the provider
 */
public record LinkDefinition(String name, String destination, Map<String, String> settings) {

	public LinkDefinition {
		requireText(name, "the name of a link");
		requireText(destination, "the destination of a link");
		settings = Map.copyOf(settings);
	}

	private static void requireText(String text, String what) {
		Objects.requireNonNull(text, () -> what + " must not be null");
		if (text.isBlank()) {
			throw new IllegalArgumentException(what + " must not be blank");
		}
	}

	/**
	 * Returns a link whose destination has its name, without settings.
	 * @param name the name, not blank
	 * @return the link
	 */
	public static LinkDefinition of(String name) {
		return new LinkDefinition(name, name, Map.of());
	}

	/**
	 * Returns the same link to another destination.
	 * @param destination what the engine calls it, not blank
	 * @return the changed link
	 */
	public LinkDefinition withDestination(String destination) {
		return new LinkDefinition(this.name, destination, this.settings);
	}

	/**
	 * Returns the same link with other settings.
	 * @param settings all of them
	 * @return the changed link
	 */
	public LinkDefinition withSettings(Map<String, String> settings) {
		return new LinkDefinition(this.name, this.destination, settings);
	}

}
