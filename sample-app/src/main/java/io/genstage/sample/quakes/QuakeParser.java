package io.genstage.sample.quakes;

import java.time.Instant;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Turns features into quakes. What comes out can be stored and logged as it is.
 * <p>
 * Magnitude, place and depth may be {@code null} or absent: the feed publishes a quake
 * before they are known. Everything else has to be there.
 */
final class QuakeParser {

	private static final Pattern ID = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

	private static final int MAX_TEXT = 255;

	private QuakeParser() {
	}

	/**
	 * Reads a quake.
	 * @param feature a GeoJSON feature, or anything else
	 * @return the quake
	 * @throws MalformedFeatureException if it is none
	 */
	static Quake parse(JsonNode feature) {
		String id = id(feature);
		if (id == null) {
			throw new MalformedFeatureException("it has no usable id");
		}
		JsonNode properties = feature.path("properties");
		JsonNode coordinates = feature.path("geometry").path("coordinates");
		return new Quake(id, number("magnitude", properties.path("mag"), -10, 15),
				text("place", properties.path("place")), time(properties.path("time")),
				required("type", text("type", properties.path("type"))),
				required("network", text("network", properties.path("net"))),
				required("longitude", number("longitude", coordinates.path(0), -180, 180)),
				required("latitude", number("latitude", coordinates.path(1), -90, 90)),
				number("depth", coordinates.path(2), -100, 7000));
	}

	/**
	 * Reads the id alone.
	 * @param feature a GeoJSON feature, or anything else
	 * @return the id, or {@code null} if there is none that can be stored and logged
	 */
	static @Nullable String id(JsonNode feature) {
		JsonNode id = feature.path("id");
		return (id.isString() && ID.matcher(id.stringValue()).matches()) ? id.stringValue() : null;
	}

	private static Instant time(JsonNode time) {
		if (!time.isIntegralNumber() || !time.canConvertToLong()) {
			throw new MalformedFeatureException("its time is missing or not in milliseconds");
		}
		return Instant.ofEpochMilli(time.longValue());
	}

	private static @Nullable Double number(String name, JsonNode node, double min, double max) {
		if (isAbsent(node)) {
			return null;
		}
		if (!node.isNumber()) {
			throw new MalformedFeatureException("its %s is not a number".formatted(name));
		}
		double number = node.asDouble(Double.NaN);
		if (!(number >= min && number <= max)) {
			throw new MalformedFeatureException("its %s is not from %.0f to %.0f".formatted(name, min, max));
		}
		return number;
	}

	private static @Nullable String text(String name, JsonNode node) {
		if (isAbsent(node)) {
			return null;
		}
		if (!node.isString() || node.stringValue().length() > MAX_TEXT
				|| node.stringValue().chars().anyMatch(Character::isISOControl)) {
			throw new MalformedFeatureException(
					"its %s is not a text of up to %d printable characters".formatted(name, MAX_TEXT));
		}
		return node.stringValue();
	}

	private static <T> T required(String name, @Nullable T value) {
		if (value == null) {
			throw new MalformedFeatureException("its %s is missing".formatted(name));
		}
		return value;
	}

	private static boolean isAbsent(JsonNode node) {
		return node.isNull() || node.isMissingNode();
	}

}
