package io.genstage.sample.quakes;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * An earthquake, or something else that shook the ground.
 *
 * @param id the identifier that the feed gives it
 * @param magnitude how strong it was, {@code null} if it has not been computed yet
 * @param place where it was, in words, if somebody has found some
 * @param time when it was
 * @param type what it was: {@code earthquake}, {@code explosion}, ...
 * @param network the code of the network that reported it
 * @param longitude in degrees, from -180 to 180
 * @param latitude in degrees, from -90 to 90
 * @param depth in kilometres, {@code null} if unknown
 */
record Quake(String id, @Nullable Double magnitude, @Nullable String place, Instant time, String type, String network,
		double longitude, double latitude, @Nullable Double depth) {
}
