package io.genstage.trial.rate;

import org.jspecify.annotations.Nullable;

/**
 * What a trial has measured.
 *
 * @param events how many events were done in a second
 * @param cpu how many nanoseconds of a processor its process took for one of them
 */
record Rate(double events, double cpu) {

	private static final String PREFIX = "rate ";

	/** Returns what a line says, or {@code null} if it says something else. */
	static @Nullable Rate parse(String line) {
		if (!line.startsWith(PREFIX)) {
			return null;
		}
		String[] words = line.substring(PREFIX.length()).split(" ", -1);
		return new Rate(Double.parseDouble(words[0]), Double.parseDouble(words[1]));
	}

	String line() {
		return PREFIX + this.events + " " + this.cpu;
	}

}
