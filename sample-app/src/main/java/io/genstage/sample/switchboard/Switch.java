package io.genstage.sample.switchboard;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Something that can be switched on and off.
 */
public enum Switch {

	/** The author takes {@code sample.signing.slow-pace} for a book. */
	SLOW_AUTHOR,

	/** Features of the feed come without their network, one in fifty. */
	BROKEN_FEED,

	/** The parser finds out the network of a feature that comes without it. */
	CORRECTED_PARSER,

	/** No connection to the database is to be had. */
	DATABASE_AWAY;

	/** Returns its name in addresses and answers, such as {@code slow-author}. */
	String id() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	static Optional<Switch> of(String id) {
		return Stream.of(values()).filter((one) -> one.id().equals(id)).findFirst();
	}

}
