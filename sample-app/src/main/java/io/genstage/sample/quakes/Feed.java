package io.genstage.sample.quakes;

import java.util.ArrayList;
import java.util.List;

import io.genstage.ExitReason;
import io.genstage.ProducerStage;
import io.genstage.SourceProgress;
import io.genstage.StageContext;
import io.genstage.annotation.Producer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Reads as many features as are asked for, and completes at the end of the feed.
 * <p>
 * A stage as a class: it implements the interface of its kind. Its callbacks are called
 * one at a time, so plain fields will do, but for what others ask for.
 */
@Producer("feed")
class Feed implements ProducerStage<JsonNode> {

	private static final Logger logger = LoggerFactory.getLogger(Feed.class);

	private final FeedSource source;

	private final TornFeatures torn;

	private @Nullable StageContext context;

	private @Nullable FeatureReader features;

	private long number;

	/** Read by any thread. */
	private volatile SourceProgress progress = SourceProgress.ofEvents(0, null);

	Feed(FeedSource source, TornFeatures torn) {
		this.source = source;
		this.torn = torn;
	}

	@Override
	public void onStart(StageContext context) {
		this.context = context;
		this.features = this.source.open();
		this.number = 0;
		this.progress = SourceProgress.ofEvents(0, null);
	}

	/**
	 * The feed would be read from its beginning, and each earthquake emitted twice.
	 */
	@Override
	public boolean isRestartable() {
		return false;
	}

	@Override
	public List<JsonNode> handleDemand(long demand) {
		if (this.context == null || this.features == null) {
			throw new IllegalStateException("not started");
		}
		return read(demand, this.features, this.context);
	}

	private List<JsonNode> read(long demand, FeatureReader features, StageContext context) {
		List<JsonNode> read = new ArrayList<>();
		try {
			while (read.size() < demand) {
				JsonNode feature = features.next();
				if (feature == null) {
					context.complete();
					break;
				}
				this.number++;
				read.add(this.torn.outOfTheFeed(feature, this.number));
			}
		}
		catch (BrokenFeedException ex) {
			// Not thrown: the features before the break are good, and are emitted first.
			logger.error(ex.getMessage());
			context.stop(ExitReason.failure(ex));
		}
		this.progress = SourceProgress.ofEvents(this.number, features.count());
		return read;
	}

	/**
	 * Of the features that the feed says it has. The page shows it as a bar.
	 */
	@Override
	public SourceProgress progress() {
		return this.progress;
	}

	@Override
	public void onStop(ExitReason reason) {
		if (this.features != null) {
			this.features.close();
		}
	}

}
