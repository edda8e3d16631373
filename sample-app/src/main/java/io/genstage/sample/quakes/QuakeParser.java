package io.genstage.sample.quakes;

import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.genstage.sample.switchboard.Switch;
import io.genstage.sample.switchboard.Switchboard;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.stereotype.Component;

/**
 * Reads the features of the feed. What comes out can be stored and logged as it is.
 * <p>
 * Magnitude, place and depth may be {@code null} or absent: the feed publishes a quake
 * before they are known. Everything else has to be there, but for the network once the
 * parser has been corrected: an id begins with it.
 */
@Component
final class QuakeParser implements FeatureParser {

	private static final Pattern ID = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

	private static final Pattern NETWORK_OF_ID = Pattern.compile("[a-z]+");

	private static final int MAX_TEXT = 255;

	private final Switchboard switches;

	QuakeParser(Switchboard switches) {
		this.switches = switches;
	}

	@Override
	public Quake parse(JsonNode feature) {
		String id = id(feature);
		if (id == null) {
			throw new MalformedFeatureException("it has no usable id");
		}
		JsonNode properties = feature.path("properties");
		JsonNode coordinates = feature.path("geometry").path("coordinates");
		return new Quake(id, number("magnitude", properties.path("mag"), -10, 15),
				text("place", properties.path("place")), time(properties.path("time")),
				required("type", text("type", properties.path("type"))),
				required("network", network(properties.path("net"), id)),
				required("longitude", number("longitude", coordinates.path(0), -180, 180)),
				required("latitude", number("latitude", coordinates.path(1), -90, 90)),
				number("depth", coordinates.path(2), -100, 7000));
	}

	/** Returns the id, or null if there is none that can be stored and logged. */
	private static @Nullable String id(JsonNode feature) {
		JsonNode id = feature.path("id");
		return (id.isString() && ID.matcher(id.stringValue()).matches()) ? id.stringValue() : null;
	}

	private @Nullable String network(JsonNode network, String id) {
		Matcher beginning = NETWORK_OF_ID.matcher(id);
		return (isAbsent(network) && this.switches.isOn(Switch.CORRECTED_PARSER) && beginning.lookingAt())
				? beginning.group() : text("network", network);
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
