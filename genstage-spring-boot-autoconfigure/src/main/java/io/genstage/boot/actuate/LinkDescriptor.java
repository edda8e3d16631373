package io.genstage.boot.actuate;

import java.util.Locale;
import java.util.OptionalLong;

import io.genstage.boot.StageRegistry;
import org.jspecify.annotations.Nullable;

/**
 * The end of a link that a stage belongs to.
 *
 * @param name the name of the link
 * @param type what carries it
 * @param destination what the engine calls it
 * @param direction which way its events go: {@code send} or {@code receive}
 * @param unsettled number of messages that were delivered and are not settled;
 * {@code null} for a stage that the engine delivers nothing to
 * @param backlog number of messages that wait at the engine, as it was seen last;
 * {@code null} for such a stage, and if the engine doesn't say it
 * @param rejected number of messages that were rejected here; {@code null} for such a
 * stage
 * @param stale number of messages that were settled when the engine had taken them back;
 * {@code null} for such a stage
 * @param repeated number of messages that came again when they were handled, and were
 * left out; {@code null} for such a stage
 * @param rejectedKept number of rejected messages that the engine keeps, as it was seen
 * last; {@code null} for such a stage, and if the engine doesn't say it
 */
record LinkDescriptor(String name, String type, String destination, String direction, @Nullable Long unsettled,
		@Nullable Long backlog, @Nullable Long rejected, @Nullable Long stale, @Nullable Long repeated,
		@Nullable Long rejectedKept) {

	static @Nullable LinkDescriptor of(String stage, StageRegistry registry) {
		return registry.link(stage)
			.map((end) -> new LinkDescriptor(end.link(), end.type(), end.destination(),
					end.direction().name().toLowerCase(Locale.ROOT), value(registry.linkUnsettled(stage)),
					value(registry.linkBacklog(stage)), value(registry.linkRejected(stage)),
					value(registry.linkStale(stage)), value(registry.linkRepeated(stage)),
					value(registry.linkRejectedKept(stage))))
			.orElse(null);
	}

	private static @Nullable Long value(OptionalLong number) {
		return number.isPresent() ? Long.valueOf(number.getAsLong()) : null;
	}

}
