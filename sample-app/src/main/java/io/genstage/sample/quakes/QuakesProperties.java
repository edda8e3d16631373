package io.genstage.sample.quakes;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the quakes come from.
 *
 * @param feed location of the feed, a GeoJSON resource: {@code classpath:...},
 * {@code file:...} or {@code https://...}
 */
@ConfigurationProperties("sample.quakes")
record QuakesProperties(@DefaultValue("") String feed) {
}
