package io.genstage.boot.setting;

import java.time.Duration;

import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * Times in messages.
 */
public final class Times {

	private Times() {
	}

	/** Prints a time as people write it: {@code 1m30s}. */
	public static String print(Duration time) {
		return DurationFormatterUtils.print(time, DurationFormat.Style.COMPOSITE);
	}

}
