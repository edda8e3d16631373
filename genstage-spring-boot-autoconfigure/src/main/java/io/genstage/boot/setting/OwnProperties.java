package io.genstage.boot.setting;

import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.genstage.boot.declaration.GenStageProperties;
import io.genstage.boot.declaration.StagePropertyNames;

/**
 * The properties of one stage under one of the forms of its name.
 *
 * @param source what they say of the stage
 * @param subscriptions what they say of single subscriptions, by the producer
 */
record OwnProperties(SettingSource source, Map<String, GenStageProperties.Subscription> subscriptions) {

	static OwnProperties of(String key, GenStageProperties.Stage stage) {
		return new OwnProperties(SettingSource.properties("genstage.stages." + key, stage.values()),
				stage.subscriptions());
	}

	List<SettingSource> subscriptionTo(String producer, List<String> producers) {
		return StagePropertyNames.keysFor(producer, producers, this.subscriptions.keySet())
			.stream()
			.map((key) -> this.source.below("subscriptions." + key,
					Objects.requireNonNull(this.subscriptions.get(key)).values()))
			.toList();
	}

}
