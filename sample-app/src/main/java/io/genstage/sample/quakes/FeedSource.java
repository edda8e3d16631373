package io.genstage.sample.quakes;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLConnection;
import java.time.Duration;

import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.stereotype.Component;
import org.springframework.util.ResourceUtils;

/**
 * The place that {@code sample.quakes.feed} names.
 */
@Component
class FeedSource {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private final String location;

	private final ResourceLoader resourceLoader;

	private final JsonMapper jsonMapper;

	FeedSource(QuakesProperties properties, ResourceLoader resourceLoader, JsonMapper jsonMapper) {
		this.location = properties.feed();
		this.resourceLoader = resourceLoader;
		this.jsonMapper = jsonMapper;
	}

	/**
	 * Opens the feed.
	 * @return its features, still unread
	 * @throws InvalidConfigurationPropertyValueException if there is nothing to read
	 */
	FeatureReader open() {
		try {
			return new FeatureReader(this.location, this.jsonMapper.createParser(connect()));
		}
		catch (IOException | IllegalArgumentException ex) {
			InvalidConfigurationPropertyValueException invalid = new InvalidConfigurationPropertyValueException(
					"sample.quakes.feed", this.location,
					"%s. It has to be the location of a readable GeoJSON feed: classpath:..., file:... or https://..."
						.formatted(reason(ex)));
			invalid.initCause(ex);
			throw invalid;
		}
	}

	private InputStream connect() throws IOException {
		Resource resource = this.resourceLoader.getResource(this.location.strip());
		if (resource.isFile() && !resource.isReadable()) {
			throw new FileNotFoundException("there is no readable file at this place");
		}
		// Not resource.getInputStream(): it would wait for a silent server forever.
		URLConnection connection = resource.getURL().openConnection();
		ResourceUtils.useCachesIfNecessary(connection);
		connection.setConnectTimeout((int) TIMEOUT.toMillis());
		connection.setReadTimeout((int) TIMEOUT.toMillis());
		return connection.getInputStream();
	}

	private static String reason(Exception ex) {
		return (ex.getMessage() != null) ? ex.getMessage() : ex.toString();
	}

}
