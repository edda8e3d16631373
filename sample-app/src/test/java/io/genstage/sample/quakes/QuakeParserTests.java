package io.genstage.sample.quakes;

import java.time.Instant;

import io.genstage.sample.switchboard.Switchboard;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class QuakeParserTests {

	private static final String FEATURE = """
			{"id": "ci1", "properties": {"mag": 2.5, "place": "Castaic", "time": 1517966773840, "type": "earthquake",
			"net": "ci"}, "geometry": {"type": "Point", "coordinates": [-118.5, 34.25, 26.5]}}""";

	private final QuakeParser parser = new QuakeParser(new Switchboard());

	@Test
	void readsAQuake() {
		assertThat(this.parser.parse(json(FEATURE))).isEqualTo(new Quake("ci1", 2.5, "Castaic",
				Instant.parse("2018-02-07T01:26:13.840Z"), "earthquake", "ci", -118.5, 34.25, 26.5));
	}

	@Test
	void takesAQuakeWhoseMagnitudePlaceAndDepthAreNotKnownYet() {
		String unknown = FEATURE.replace("2.5", "null").replace("\"Castaic\"", "null").replace(", 26.5", "");
		assertThat(this.parser.parse(json(unknown))).isEqualTo(new Quake("ci1", null, null,
				Instant.parse("2018-02-07T01:26:13.840Z"), "earthquake", "ci", -118.5, 34.25, null));
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
			"id": "ci1",      |                     | it has no usable id
			"ci1"             | "a b"               | it has no usable id
			"ci1"             | 7                   | it has no usable id
			2.5               | "2.5"               | its magnitude is not a number
			2.5               | 1e999               | its magnitude is not from -10 to 15
			"Castaic"         | 7                   | its place is not a text of up to 255 printable characters
			"Castaic"         | "a\\nb"             | its place is not a text of up to 255 printable characters
			1517966773840     | null                | its time is missing or not in milliseconds
			1517966773840     | 1.5                 | its time is missing or not in milliseconds
			1517966773840     | 9223372036854775808 | its time is missing or not in milliseconds
			"earthquake"      | null                | its type is missing
			"net": "ci"       | "net2": "ci"        | its network is missing
			"geometry"        | "geometrie"         | its longitude is missing
			-118.5, 34.25, 26.5 |                   | its longitude is missing
			, 34.25, 26.5     |                     | its latitude is missing
			-118.5            | -180.1              | its longitude is not from -180 to 180
			34.25             | 90.1                | its latitude is not from -90 to 90
			26.5              | "deep"              | its depth is not a number
			26.5              | 7001                | its depth is not from -100 to 7000
			""")
	void saysWhatIsWrongWithAFeature(String part, String replacement, String reason) {
		String feature = FEATURE.replace(part, (replacement != null) ? replacement : "");
		assertThatExceptionOfType(MalformedFeatureException.class).isThrownBy(() -> this.parser.parse(json(feature)))
			.withMessage(reason);
	}

	@ParameterizedTest
	@ValueSource(strings = { "null", "7", "[]", "\"ci1\"", "{}" })
	void refusesWhatIsNoFeature(String text) {
		assertThatExceptionOfType(MalformedFeatureException.class).isThrownBy(() -> this.parser.parse(json(text)))
			.withMessage("it has no usable id");
	}

	private static JsonNode json(String text) {
		return JsonMapper.shared().readTree(text);
	}

}
