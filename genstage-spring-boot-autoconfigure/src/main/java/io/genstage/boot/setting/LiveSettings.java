package io.genstage.boot.setting;

import java.util.Map;

import io.genstage.SubscribeOptions;
import io.genstage.batch.BatchOptions;
import io.genstage.rate.RateLimit;
import org.jspecify.annotations.Nullable;

/**
 * What an operator can change of a stage, as it is now.
 *
 * @param concurrency the number of its instances
 * @param rate its rate, {@code null} if it has none
 * @param batch how it collects events, {@code null} if it doesn't
 * @param demand the options of its subscriptions by the names of the producers
 */
public record LiveSettings(int concurrency, @Nullable RateLimit rate, @Nullable BatchOptions batch,
		Map<String, SubscribeOptions> demand) {

	public LiveSettings {
		demand = Map.copyOf(demand);
	}

}
