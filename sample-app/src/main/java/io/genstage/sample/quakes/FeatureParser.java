package io.genstage.sample.quakes;

import tools.jackson.databind.JsonNode;

/**
 * Turns features into quakes.
 */
@FunctionalInterface
interface FeatureParser {

	/**
	 * Reads a quake.
	 * @param feature a GeoJSON feature, or anything else
	 * @return the quake
	 * @throws MalformedFeatureException if it is none
	 */
	Quake parse(JsonNode feature);

}
