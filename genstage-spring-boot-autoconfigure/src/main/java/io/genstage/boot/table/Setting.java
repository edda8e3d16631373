package io.genstage.boot.table;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import io.genstage.StageKind;
import org.jspecify.annotations.Nullable;

import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * One row of the {@linkplain SettingTable table of settings}.
 *
 * @param name the name as a property is written, such as {@code rate.events}
 * @param type the type of its values
 * @param kinds the kinds of stages that it means something to
 * @param places where it may be said
 * @param lowest the lowest value, or {@code null} if there is none
 * @param highest the highest value, or {@code null} if there is none
 * @param otherwise what holds if nobody says it, in words
 * @param <T> the type of its values
 */
public record Setting<T extends Comparable<? super T>>(String name, Class<T> type, Set<StageKind> kinds,
		Set<Place> places, @Nullable T lowest, @Nullable T highest, String otherwise) {

	private static final Pattern DASHED = Pattern.compile("-(.)");

	/** Returns the name of the setting or group of settings that it is among. */
	public String group() {
		return this.name.contains(".") ? this.name.substring(0, this.name.indexOf('.')) : this.name;
	}

	/** Returns the name as an attribute is written, such as {@code rate.events}. */
	public String attribute() {
		return attribute(this.name);
	}

	/** Turns {@code max-demand} into {@code maxDemand}. */
	public static String attribute(String name) {
		return DASHED.matcher(name).replaceAll((match) -> match.group(1).toUpperCase(Locale.ROOT));
	}

	/** Returns whether it may be said in a place of a kind of stage. */
	public boolean isSaidIn(Place place, StageKind kind) {
		return this.places.contains(place) && this.kinds.contains(kind);
	}

	/** Returns what is wrong with a value, if anything is. */
	public Optional<String> problemOf(T value) {
		return (this.lowest != null && this.highest != null) ? problemOf(value, this.lowest, this.highest, "")
				: Optional.empty();
	}

	/**
	 * Returns what is wrong with a value, if anything is.
	 * @param value the value
	 * @param lowest the lowest value
	 * @param highest the highest value
	 * @param why why these are the bounds, for the message
	 */
	public Optional<String> problemOf(T value, T lowest, T highest, String why) {
		if (value.compareTo(lowest) >= 0 && value.compareTo(highest) <= 0) {
			return Optional.empty();
		}
		return Optional
			.of("must be from %s to %s%s, but is %s".formatted(print(lowest), print(highest), why, print(value)));
	}

	/** Prints a value as people write it: a time as {@code 1m30s}. */
	public static String print(Object value) {
		if (value instanceof Duration time) {
			return DurationFormatterUtils.print(time, DurationFormat.Style.COMPOSITE);
		}
		String text = value.toString();
		return (value instanceof Double && text.endsWith(".0")) ? text.substring(0, text.length() - 2) : text;
	}

	/**
	 * Where a setting may be said.
	 */
	public enum Place {

		/** In the annotation of a stage. */
		ANNOTATION,

		/** By a property of a stage. */
		STAGE,

		/** By a property for all stages. */
		DEFAULTS,

		/** In the annotation of a subscription. */
		SUBSCRIPTION_ANNOTATION,

		/** By a property of a subscription. */
		SUBSCRIPTION

	}

}
