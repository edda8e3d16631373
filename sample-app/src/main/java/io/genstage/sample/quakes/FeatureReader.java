package io.genstage.sample.quakes;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.databind.JsonNode;

/**
 * Reads a GeoJSON feature collection one feature at a time. Holds no more of it than the
 * feature in hand.
 */
final class FeatureReader implements AutoCloseable {

	private final String location;

	private final JsonParser parser;

	private boolean inFeatures;

	private long features;

	private @Nullable Long count;

	/**
	 * Creates a reader that has not read anything yet.
	 * @param location where the feed comes from, to be named in errors
	 * @param parser at the beginning of the feed
	 */
	FeatureReader(String location, JsonParser parser) {
		this.location = location;
		this.parser = parser;
	}

	/**
	 * Reads the next feature, whatever it looks like.
	 * @return the feature, or {@code null} at the proper end of the feed
	 * @throws BrokenFeedException if the feed ends too early or is no GeoJSON
	 */
	@Nullable JsonNode next() {
		try {
			if (!this.inFeatures) {
				findFeatures();
			}
			if (this.parser.nextToken() == JsonToken.END_ARRAY) {
				readToTheEnd();
				return null;
			}
			JsonNode feature = this.parser.readValueAsTree();
			this.features++;
			return feature;
		}
		catch (JacksonException ex) {
			throw broken(reason(ex), ex.getLocation(), ex);
		}
	}

	/**
	 * Returns how many features there are, as the feed says in front of them.
	 * @return the number, or {@code null} if it says nothing or was not read so far yet
	 */
	@Nullable Long count() {
		return this.count;
	}

	private void findFeatures() {
		if (this.parser.nextToken() == JsonToken.START_OBJECT) {
			while (this.parser.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = this.parser.currentName();
				JsonToken value = this.parser.nextToken();
				if (value == JsonToken.START_ARRAY && "features".equals(name)) {
					this.inFeatures = true;
					return;
				}
				if (value == JsonToken.START_OBJECT && "metadata".equals(name)) {
					JsonNode count = this.parser.<JsonNode>readValueAsTree().path("count");
					this.count = (count.canConvertToLong() && count.longValue() >= 0) ? (Long) count.longValue() : null;
				}
				else {
					this.parser.skipChildren();
				}
			}
		}
		throw broken("it is no GeoJSON feature collection: it has no array 'features'",
				this.parser.currentTokenLocation(), null);
	}

	/** Finds out whether something is missing behind the last feature. */
	private void readToTheEnd() {
		while (this.parser.nextToken() != null) {
			this.parser.skipChildren();
		}
	}

	/** Says it in words of its own: the parser's message would quote the feed. */
	private static String reason(JacksonException ex) {
		return (ex instanceof JacksonIOException) ? "it can't be read any further: " + ex.getCause()
				: "it ends too early or is not valid JSON";
	}

	private BrokenFeedException broken(String reason, @Nullable TokenStreamLocation place,
			@Nullable JacksonException cause) {
		String where = (place != null) ? "line %d, column %d".formatted(place.getLineNr(), place.getColumnNr())
				: "an unknown place";
		return new BrokenFeedException("the feed '%s' (sample.quakes.feed) breaks after %d features, at %s: %s"
			.formatted(this.location, this.features, where, reason), cause);
	}

	@Override
	public void close() {
		this.parser.close();
	}

}
