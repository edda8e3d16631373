package io.genstage.sample.signing;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/**
 * A reader as the outside world describes them.
 *
 * @param name the name to write into the book, up to 100 characters
 * @param ticket the number on the ticket, up to 20 characters; whether it is the right
 * one is found out later
 */
record Arrival(@Nullable String name, @Nullable String ticket) {

	Reader toReader() {
		return new Reader(checked("name", this.name, 100), checked("ticket", this.ticket, 20));
	}

	private static String checked(String property, @Nullable String value, int maxLength) {
		if (value == null || value.isBlank() || value.length() > maxLength) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST,
					"'%s' must be a text of 1 to %d characters".formatted(property, maxLength));
		}
		return value.strip();
	}

}
