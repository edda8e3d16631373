package io.genstage.sample.quakes;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class FeatureReaderTests {

	@Test
	void readsTheFeaturesInOrder() {
		assertThat(ids("""
				{"type": "FeatureCollection", "metadata": {"features": 2}, "features": [{"id": "a"}, {"id": "b"}],
				"bbox": [1, 2]}""")).containsExactly("a", "b");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{"metadata": {"title": "week", "count": 1707}, "features": [{"id": "a"}]}   | 1707
			{"features": [{"id": "a"}], "metadata": {"count": 1}}                       |
			{"metadata": {"count": -1}, "features": [{"id": "a"}]}                      |
			{"metadata": {"count": "many"}, "features": [{"id": "a"}]}                  |
			{"metadata": {"count": {"count": 3}}, "features": [{"id": "a"}]}            |
			{"metadata": [{"count": 3}], "features": [{"id": "a"}]}                     |
			""")
	void knowsHowManyThereAreIfTheFeedSaysSoBeforeThem(String feed, @Nullable Long count) {
		try (FeatureReader reader = reader(feed)) {
			assertThat(reader.count()).isNull();
			assertThat(reader.next()).hasToString("{\"id\":\"a\"}");
			assertThat(reader.count()).isEqualTo(count);
		}
	}

	@Test
	void readsAnEmptyFeed() {
		assertThat(ids("""
				{"features": []}""")).isEmpty();
	}

	@Test
	void passesOnWhateverStandsAmongTheFeatures() {
		try (FeatureReader reader = reader("""
				{"features": [null, 7, [], {"id": "a"}]}""")) {
			assertThat(reader.next()).isNotNull();
			assertThat(reader.next()).isNotNull();
			assertThat(reader.next()).isNotNull();
			assertThat(reader.next()).isNotNull();
			assertThat(reader.next()).isNull();
		}
	}

	@Test
	void readsNoFurtherThanItIsAsked() {
		InputStream brokenLater = new SequenceInputStream(stream("{\"features\": [{\"id\": \"a\"},\n"),
				new FailingStream());
		try (FeatureReader reader = new FeatureReader("test", JsonMapper.shared().createParser(brokenLater))) {
			assertThat(reader.next()).hasToString("{\"id\":\"a\"}");
			assertThatExceptionOfType(BrokenFeedException.class).isThrownBy(reader::next)
				.withMessageContaining("after 1 features")
				.withMessageContaining("it can't be read any further: java.io.IOException: cable cut");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"features\": [{\"id\": \"a\"},\n {\"id\": \"b", "{\"features\": [{\"id\": \"a\"},\n",
			"{\"features\": [{\"id\": \"a\"}", "{\"features\": [{\"id\": \"a\"}]",
			"{\"features\": [{\"id\": \"a\"}], \"b" })
	void saysWhereATruncatedFeedBreaks(String text) {
		try (FeatureReader reader = reader(text)) {
			assertThat(reader.next()).hasToString("{\"id\":\"a\"}");
			assertThatExceptionOfType(BrokenFeedException.class).isThrownBy(reader::next)
				.withMessageMatching("the feed 'test' \\(sample.quakes.feed\\) breaks after 1 features, "
						+ "at line [12], column \\d+: it ends too early or is not valid JSON");
		}
	}

	@Test
	void refusesWhatIsNotJsonWithoutQuotingIt() {
		try (FeatureReader reader = reader("{\"features\": [{\"id\": secret}]}")) {
			assertThatExceptionOfType(BrokenFeedException.class).isThrownBy(reader::next)
				.withMessageEndingWith("it ends too early or is not valid JSON")
				.withMessageNotContaining("secret");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"type\": \"Feature\"}", "[1, 2]", "7", "", "{\"features\": {\"a\": []}}" })
	void refusesWhatIsNoFeatureCollection(String text) {
		try (FeatureReader reader = reader(text)) {
			assertThatExceptionOfType(BrokenFeedException.class).isThrownBy(reader::next)
				.withMessageContaining("breaks after 0 features")
				.withMessageEndingWith("it is no GeoJSON feature collection: it has no array 'features'");
		}
	}

	private static List<String> ids(String text) {
		List<String> ids = new ArrayList<>();
		try (FeatureReader reader = reader(text)) {
			for (JsonNode feature = reader.next(); feature != null; feature = reader.next()) {
				ids.add(feature.path("id").stringValue());
			}
		}
		return ids;
	}

	private static FeatureReader reader(String text) {
		return new FeatureReader("test", JsonMapper.shared().createParser(stream(text)));
	}

	private static InputStream stream(String text) {
		return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * A connection that is lost.
	 */
	private static final class FailingStream extends InputStream {

		@Override
		public int read() throws IOException {
			throw new IOException("cable cut");
		}

	}

}
