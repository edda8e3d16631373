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
 * @param ofPolled whether it means something only to producers that are polled
 * @param places where it may be set
 * @param range which values it may have
 * @param otherwise what holds if nobody says it, or {@code null} if that depends on
 * something else
 * @param otherwiseInWords what holds if nobody says it, in words
 * @param <T> the type of its values
 */
public record Setting<T extends Comparable<? super T>>(String name, Class<T> type, Set<StageKind> kinds,
		boolean ofPolled, Set<Place> places, Range<T> range, @Nullable T otherwise, String otherwiseInWords) {

	private static final Pattern DASHED = Pattern.compile("-(.)");

	/** Creates a row with a default. */
	Setting(String name, Class<T> type, Set<StageKind> kinds, Set<Place> places, Range<T> range, T otherwise) {
		this(name, type, kinds, places, range, otherwise, print(otherwise));
	}

	/** Creates a row with a default in words. */
	Setting(String name, Class<T> type, Set<StageKind> kinds, Set<Place> places, Range<T> range, @Nullable T otherwise,
			String otherwiseInWords) {
		this(name, type, kinds, false, places, range, otherwise, otherwiseInWords);
	}

	/** Returns the name of the setting or group of settings that it is among. */
	public String group() {
		return this.name.contains(".") ? this.name.substring(0, this.name.indexOf('.')) : this.name;
	}

	/** Returns the name as an attribute is written, such as {@code rate.events}. */
	public String attribute() {
		return attribute(this.name);
	}

	/**
	 * Turns {@code max-demand} into {@code maxDemand}. The attributes of a failure are
	 * not grouped further, and named as those of Spring's {@code @Retryable}.
	 */
	public static String attribute(String name) {
		String flat = name.replace("failure.retry.", "failure.")
			.replace("failure.exception-", "failure.")
			.replace("failure.outage.", "failure.outage-");
		return DASHED.matcher(flat).replaceAll((match) -> match.group(1).toUpperCase(Locale.ROOT));
	}

	/** Returns whether it may be set in a place of a kind of stage. */
	public boolean isSaidIn(Place place, StageKind kind) {
		return this.places.contains(place) && this.kinds.contains(kind);
	}

	/**
	 * Prints a value as people write it: a time as {@code 1m30s}, a word as
	 * {@code dead-letter}.
	 */
	public static String print(Object value) {
		if (value instanceof Duration time) {
			return DurationFormatterUtils.print(time, DurationFormat.Style.COMPOSITE);
		}
		String text = (value instanceof Enum<?> word) ? word.name().toLowerCase(Locale.ROOT).replace('_', '-')
				: value.toString();
		return (value instanceof Double && text.endsWith(".0")) ? text.substring(0, text.length() - 2) : text;
	}

	/**
	 * Where a setting may be set.
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

	/**
	 * Which values a setting may have.
	 *
	 * @param lowest the lowest value, or {@code null} if all values are good
	 * @param highest the highest value, or {@code null} if all values are good
	 * @param notBelow the setting that this one is not below, or {@code null} if there is
	 * none
	 * @param highestInWords the highest value in words
	 * @param <T> the type of the values
	 */
	public record Range<T extends Comparable<? super T>>(@Nullable T lowest, @Nullable T highest,
			@Nullable Setting<T> notBelow, String highestInWords) {

		static <T extends Comparable<? super T>> Range<T> of(T lowest, T highest) {
			return new Range<>(lowest, highest, null, print(highest));
		}

		static <T extends Comparable<? super T>> Range<T> any() {
			return new Range<>(null, null, null, "");
		}

		Range<T> notBelow(Setting<T> other) {
			return new Range<>(this.lowest, this.highest, other, this.highestInWords);
		}

		/** Returns the range with a highest value that depends on something else. */
		Range<T> upTo(String inWords) {
			return new Range<>(this.lowest, this.highest, this.notBelow, inWords);
		}

		/**
		 * Returns the range in words, such as {@code 1 to 1000}; empty if all values are
		 * good.
		 */
		public String inWords() {
			if (this.lowest == null) {
				return "";
			}
			return "%s to %s".formatted((this.notBelow != null) ? "'" + this.notBelow.name() + "'" : print(this.lowest),
					this.highestInWords);
		}

		/**
		 * Returns what is wrong with a value, if anything is.
		 * @param value the value
		 * @param least the value of the setting that this one is not below, or
		 * {@code null} if it doesn't matter
		 */
		public Optional<String> problemOf(T value, @Nullable T least) {
			if (this.lowest == null || this.highest == null) {
				return Optional.empty();
			}
			if (this.notBelow != null && least != null && least.compareTo(this.lowest) > 0) {
				return problemOf(value, least, this.highest, " (not below '%s')".formatted(this.notBelow.name()));
			}
			return problemOf(value, this.lowest, this.highest, "");
		}

		/**
		 * Returns what is wrong with a value, if anything is.
		 * @param value the value
		 * @param lowest the lowest value
		 * @param highest the highest value
		 * @param why why these are the bounds, for the message
		 */
		public static <T extends Comparable<? super T>> Optional<String> problemOf(T value, T lowest, T highest,
				String why) {
			if (value.compareTo(lowest) >= 0 && value.compareTo(highest) <= 0) {
				return Optional.empty();
			}
			return Optional
				.of("must be from %s to %s%s, but is %s".formatted(print(lowest), print(highest), why, print(value)));
		}

	}

}
