package io.genstage.boot;

import java.time.Duration;

import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * Times in messages.
 */
final class Times {

	private Times() {
	}

	/** Prints a time as people write it: {@code 1m30s}. */
	static String print(Duration time) {
		return DurationFormatterUtils.print(time, DurationFormat.Style.COMPOSITE);
	}

}
