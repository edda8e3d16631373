package io.genstage.boot;

import java.util.Map;
import java.util.Optional;

import io.genstage.boot.declaration.GenStageProperties.Link;

/**
 * The short form of a link to a destination of others, such as {@code kafka:shop.orders}:
 * what carries it, and what that calls it. This is the one place that reads such a name.
 *
 * @param type what carries the link
 * @param destination what the engine calls it
 */
record LinkAddress(String type, String destination) {

	private static final char SEPARATOR = ':';

	/** Returns whether a name is meant to be an address, right or wrong. */
	static boolean isMeantBy(String name) {
		return name.indexOf(SEPARATOR) >= 0;
	}

	/**
	 * Reads an address: all before the first colon is the type.
	 * @param name what is written
	 * @return the address, empty if it is none
	 */
	static Optional<LinkAddress> of(String name) {
		int end = name.indexOf(SEPARATOR);
		if (end < 0) {
			return Optional.empty();
		}
		String type = name.substring(0, end).trim();
		String destination = name.substring(end + 1).trim();
		return (type.isEmpty() || destination.isEmpty()) ? Optional.empty()
				: Optional.of(new LinkAddress(type, destination));
	}

	/** Returns what properties of the link would say. */
	Link asLink() {
		return new Link(this.type, this.destination, null, null, null, null, null, null, null, null, null, Map.of());
	}

	@Override
	public String toString() {
		return this.type + SEPARATOR + this.destination;
	}

}
