package io.genstage.boot.setting;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

import io.genstage.boot.table.Setting;
import io.genstage.boot.table.SettingTable;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.Retries;
import io.genstage.pipeline.StageDefinition;
import org.jspecify.annotations.Nullable;

/**
 * The settings that are in force for one stage, each with who says so. It is made when
 * the stage is configured, and follows what becomes of it.
 */
public final class SettingsInForce {

	private static final String RETRIES = "failure.retry.";

	private final Map<SettingKey, SettingInForce> settings;

	private SettingsInForce(Map<SettingKey, SettingInForce> settings) {
		this.settings = settings;
	}

	/**
	 * Reads a stage that was registered from code.
	 * @param stage its definition
	 */
	public static SettingsInForce ofCode(StageDefinition stage) {
		Builder builder = new Builder();
		DefinedSettings.of(stage).forEach((key, value) -> builder.add(key, value, SettingOrigin.CODE));
		return builder.build();
	}

	/** Returns the same for a producer that isn't polled. */
	public SettingsInForce withoutPolling() {
		return without((key) -> key.setting().ofPolled());
	}

	/** Returns the same for a stage that fails with its handler. */
	SettingsInForce withoutFailure() {
		return without((key) -> key.isIn(FailureSettings.GROUP)).with(SettingKey.of(SettingTable.FAILURE),
				Setting.print(false), SettingOrigin.BUILT_IN);
	}

	/**
	 * Returns what is in force after a customizer has changed the stage.
	 * @param customizer the class of the customizer
	 * @param before the stage as it was
	 * @param after the stage as it is then
	 */
	public SettingsInForce customizedBy(Class<?> customizer, StageDefinition before, StageDefinition after) {
		SettingsInForce changed = changed(DefinedSettings.of(before), DefinedSettings.of(after),
				SettingOrigin.customizer(customizer));
		FailurePolicy policy = after.options().failure();
		if (policy == null) {
			return changed
				.without((key) -> key.isIn(FailureSettings.GROUP) && !key.setting().equals(SettingTable.FAILURE));
		}
		FailurePolicy earlier = before.options().failure();
		return (earlier != null && earlier.retries().equals(policy.retries())) ? changed
				: changed.without((key) -> key.setting().name().startsWith(RETRIES))
					.with(policy.retries(), SettingOrigin.customizer(customizer));
	}

	/** Of retries that are a function nothing can be read but what it is. */
	private SettingsInForce with(Retries retries, SettingOrigin origin) {
		if (retries instanceof Retries.ExponentialRetries growing) {
			return with(SettingKey.of(SettingTable.MAX_RETRIES), Setting.print(growing.maxRetries()), origin)
				.with(SettingKey.of(SettingTable.RETRY_DELAY), Setting.print(growing.delay()), origin)
				.with(SettingKey.of(SettingTable.RETRY_MULTIPLIER), Setting.print(growing.multiplier()), origin)
				.with(SettingKey.of(SettingTable.RETRY_MAX_DELAY), Setting.print(growing.maxDelay()), origin);
		}
		return with(SettingKey.of(SettingTable.MAX_RETRIES),
				retries.equals(Retries.NONE) ? "0" : "as many as %s says".formatted(retries.getClass().getName()),
				origin);
	}

	/**
	 * Returns the same with the values that follow from other settings or other stages,
	 * instead of the words of the table. The subscription to a stage whose events a link
	 * carries is one to the end of the link then.
	 * @param before the stage as it is without links
	 * @param given the stage as the engine is given it
	 */
	public SettingsInForce completedBy(StageDefinition before, StageDefinition given) {
		Map<String, String> producers = new HashMap<>();
		for (int edge = 0; edge < before.producers().size(); edge++) {
			producers.put(before.producers().get(edge).producer(), given.producers().get(edge).producer());
		}
		Map<SettingKey, SettingInForce> completed = new LinkedHashMap<>();
		this.settings.forEach((key, setting) -> {
			String producer = key.producer();
			SettingKey same = (producer != null)
					? new SettingKey(key.setting(), producers.getOrDefault(producer, producer)) : key;
			completed.put(same, inForce(same, setting.value(), setting.origin()));
		});
		DefinedSettings.of(given)
			.forEach((key, value) -> completed.computeIfPresent(key,
					(same, setting) -> (setting.origin().kind() == SettingOrigin.Kind.BUILT_IN)
							? inForce(key, value, setting.origin()) : setting));
		return new SettingsInForce(completed);
	}

	/**
	 * Returns what is in force now.
	 * @param stage the stage as the engine was given it
	 * @param live what can be changed since then
	 */
	public SettingsInForce changedTo(StageDefinition stage, LiveSettings live) {
		Map<SettingKey, String> now = DefinedSettings.of(stage.kind(), live);
		Map<SettingKey, String> configured = DefinedSettings.of(stage);
		configured.keySet().retainAll(now.keySet());
		return changed(configured, now, SettingOrigin.LIVE);
	}

	/**
	 * Returns the settings: those of the stage in the order of the reference page, then
	 * those of each subscription.
	 */
	public List<SettingInForce> list() {
		List<SettingKey> keys = new ArrayList<>(this.settings.keySet());
		keys.sort(Comparator.comparing((SettingKey key) -> Objects.requireNonNullElse(key.producer(), ""))
			.thenComparingInt((key) -> SettingTable.ALL.indexOf(key.setting())));
		return keys.stream().map((key) -> Objects.requireNonNull(this.settings.get(key))).toList();
	}

	private SettingsInForce changed(Map<SettingKey, String> from, Map<SettingKey, String> to, SettingOrigin origin) {
		Map<SettingKey, SettingInForce> changed = new LinkedHashMap<>(this.settings);
		from.keySet().stream().filter((key) -> !to.containsKey(key)).forEach(changed::remove);
		to.forEach((key, value) -> {
			if (!value.equals(from.get(key))) {
				changed.put(key, inForce(key, value, origin));
			}
		});
		return new SettingsInForce(changed);
	}

	private SettingsInForce without(Predicate<SettingKey> some) {
		Map<SettingKey, SettingInForce> left = new LinkedHashMap<>(this.settings);
		left.keySet().removeIf(some);
		return new SettingsInForce(left);
	}

	private SettingsInForce with(SettingKey key, String value, SettingOrigin origin) {
		Map<SettingKey, SettingInForce> more = new LinkedHashMap<>(this.settings);
		more.put(key, inForce(key, value, origin));
		return new SettingsInForce(more);
	}

	private static SettingInForce inForce(SettingKey key, String value, SettingOrigin origin) {
		return new SettingInForce(key.setting().name(), key.producer(), value, origin);
	}

	/**
	 * Collects settings.
	 */
	static final class Builder {

		private final Map<SettingKey, SettingInForce> settings = new LinkedHashMap<>();

		/** Adds a setting of the stage or of a subscription. */
		void add(SettingKey key, String value, SettingOrigin origin) {
			this.settings.put(key, inForce(key, value, origin));
		}

		/** Adds a setting of a subscription. */
		void add(Setting<?> setting, @Nullable String producer, Object value, SettingOrigin origin) {
			add(new SettingKey(setting, producer), Setting.print(value), origin);
		}

		SettingsInForce build() {
			return new SettingsInForce(new LinkedHashMap<>(this.settings));
		}

	}

}
