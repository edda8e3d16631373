package io.genstage.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.NoSuchElementException;

import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Finds out from a client's own meters whether a broker answers. Clients report a lost
 * connection to nobody: they try again, and return nothing meanwhile.
 */
final class ConnectionWatch {

	/** How long there is no connection until the broker counts as away. */
	private static final Duration WITHOUT_CONNECTION = Duration.ofSeconds(1);

	private final Metric connections;

	private final Metric bytesIn;

	private final Duration longestSilence;

	private double heard;

	private long heardAt;

	private @Nullable Long withoutConnectionSince;

	/**
	 * Watches a client.
	 * @param metrics of the client
	 * @param group which of them are of its connections
	 * @param longestSilence how long it hears nothing until the broker counts as away,
	 * though there is a connection
	 * @param now the time in nanoseconds
	 */
	ConnectionWatch(Map<MetricName, ? extends Metric> metrics, String group, Duration longestSilence, long now) {
		this.connections = find(metrics, group, "connection-count");
		this.bytesIn = find(metrics, group, "incoming-byte-total");
		this.longestSilence = longestSilence;
		this.heardAt = now;
	}

	private static Metric find(Map<MetricName, ? extends Metric> metrics, String group, String name) {
		for (Map.Entry<MetricName, ? extends Metric> entry : metrics.entrySet()) {
			if (entry.getKey().group().equals(group) && entry.getKey().name().equals(name)) {
				return entry.getValue();
			}
		}
		throw new NoSuchElementException("a client has no meter %s in %s".formatted(name, group));
	}

	/**
	 * Looks again.
	 * @param now the time in nanoseconds
	 * @param awaiting whether an answer has to come within the longest silence
	 * @return what was found, or {@code null} if nothing can be said
	 */
	@Nullable Finding look(long now, boolean awaiting) {
		double bytes = value(this.bytesIn);
		if (bytes > this.heard) {
			this.heard = bytes;
			this.heardAt = now;
			this.withoutConnectionSince = null;
			return Finding.GOOD;
		}
		if (!awaiting) {
			this.heardAt = now;
		}
		if (value(this.connections) > 0) {
			this.withoutConnectionSince = null;
			return (now - this.heardAt >= this.longestSilence.toNanos()) ? new Finding(
					new TimeoutException("no broker has answered for " + this.longestSilence.toSeconds() + " s"))
					: null;
		}
		if (this.withoutConnectionSince == null) {
			this.withoutConnectionSince = now;
		}
		return (now - this.withoutConnectionSince >= WITHOUT_CONNECTION.toNanos())
				? new Finding(new DisconnectException("there is no connection to a broker")) : null;
	}

	private static double value(Metric metric) {
		return (metric.metricValue() instanceof Number number) ? number.doubleValue() : 0;
	}

	/**
	 * What was found.
	 *
	 * @param problem what is wrong, or {@code null} if a broker has answered
	 */
	record Finding(@Nullable Throwable problem) {

		private static final Finding GOOD = new Finding(null);

	}

}
