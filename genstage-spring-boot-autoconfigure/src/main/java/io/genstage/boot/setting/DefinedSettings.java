package io.genstage.boot.setting;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import io.genstage.StageKind;
import io.genstage.StageOptions;
import io.genstage.SubscribeOptions;
import io.genstage.Watch;
import io.genstage.batch.BatchOptions;
import io.genstage.boot.table.Setting;
import io.genstage.boot.table.SettingTable;
import io.genstage.dispatch.Subscriber;
import io.genstage.failure.FailurePolicy;
import io.genstage.pipeline.EdgeDefinition;
import io.genstage.pipeline.RestartPolicy;
import io.genstage.pipeline.StageDefinition;
import io.genstage.rate.RateLimit;
import io.genstage.task.TaskOptions;
import org.jspecify.annotations.Nullable;

/**
 * The settings as they can be read from what the engine is given, by their rows. Of
 * functions, such as keys, and of beans nothing can be read but that they are there.
 */
final class DefinedSettings {

	private final Map<SettingKey, String> values = new LinkedHashMap<>();

	private final StageKind kind;

	private DefinedSettings(StageKind kind) {
		this.kind = kind;
	}

	/** Reads a definition: what was configured, whatever is in force now. */
	static Map<SettingKey, String> of(StageDefinition stage) {
		DefinedSettings settings = new DefinedSettings(stage.kind());
		settings.read(stage.options());
		settings.read(stage.restarts());
		settings.say(SettingTable.CONCURRENCY, stage.concurrency());
		settings.say(SettingTable.AUTO_STARTUP, stage.autoStartup());
		for (EdgeDefinition edge : stage.producers()) {
			settings.read(edge.producer(), edge.optionsFor(stage.concurrency()));
		}
		return settings.values;
	}

	/** Reads what an operator can change of a stage, as it is now. */
	static Map<SettingKey, String> of(StageKind kind, LiveSettings live) {
		DefinedSettings settings = new DefinedSettings(kind);
		settings.say(SettingTable.CONCURRENCY, live.concurrency());
		settings.read(live.rate());
		settings.read(live.batch());
		live.demand().forEach(settings::readDemand);
		return settings.values;
	}

	private void read(StageOptions options) {
		say(SettingTable.BUFFER_SIZE, options.bufferSize());
		say(SettingTable.BUFFER_KEEP, options.bufferKeep());
		say(SettingTable.DISPATCHER, options.dispatcherName());
		say(SettingTable.UNSERVED, options.unserved());
		say(SettingTable.MAX_UNSETTLED, options.maxUnsettled());
		read((options.batching() != null) ? options.batching().configured() : null);
		read((options.rate() != null) ? options.rate().configured() : null);
		if (options.inFlight() != null) {
			say(SettingTable.IN_FLIGHT, options.inFlight().limit());
			say(SettingTable.IN_FLIGHT_ORDER, options.inFlight().order());
		}
		say(SettingTable.TASKS, options.tasks() != null);
		if (options.tasks() != null) {
			read(options.tasks().options());
		}
		read(options.watch());
		say(SettingTable.FAILURE, options.failure() != null);
		if (options.failure() != null) {
			read(options.failure());
		}
	}

	private void read(@Nullable BatchOptions batch) {
		if (batch != null) {
			say(SettingTable.BATCH_SIZE, batch.size());
			say(SettingTable.BATCH_TIMEOUT, batch.timeout());
		}
	}

	private void read(@Nullable RateLimit rate) {
		if (rate != null) {
			say(SettingTable.RATE_EVENTS, number(rate.events()));
			say(SettingTable.RATE_PERIOD, rate.period());
			say(SettingTable.RATE_BURST, number(rate.burst()));
		}
	}

	private static int number(long events) {
		return (int) Math.min(events, Integer.MAX_VALUE);
	}

	private void read(TaskOptions tasks) {
		say(SettingTable.TASK_RESTART, tasks.restart());
		say(SettingTable.TASK_MAX_RESTARTS, tasks.maxRestarts());
		say(SettingTable.TASK_RESTART_PERIOD, tasks.restartPeriod());
		say(SettingTable.TASK_PATIENCE, tasks.patience());
	}

	private void read(@Nullable Watch watch) {
		if (watch != null) {
			say(SettingTable.HANDLE_WITHIN, Objects.requireNonNullElse(watch.handleWithin(), Duration.ZERO));
			say(SettingTable.SETTLE_WITHIN, Objects.requireNonNullElse(watch.settleWithin(), Duration.ZERO));
		}
	}

	private void read(FailurePolicy failure) {
		say(SettingTable.THEN, Setting.print(failure.then()));
		say(SettingTable.RETRY_ORDER, failure.order().kind());
		say(SettingTable.ISOLATE, failure.isolate());
		say(SettingTable.OUTAGE_FAILURES, failure.outage().failures());
		say(SettingTable.OUTAGE_PAUSE, failure.outage().pause());
		say(SettingTable.EXPIRE_AFTER, failure.expireAfter());
		say(SettingTable.TIMEOUT, failure.timeout());
		say(SettingTable.HOLD, failure.hold());
	}

	private void read(RestartPolicy restarts) {
		say(SettingTable.RESTART_FIRST_DELAY, restarts.firstDelay());
		say(SettingTable.RESTART_MULTIPLIER, restarts.multiplier());
		say(SettingTable.RESTART_MAX_DELAY, restarts.maxDelay());
		say(SettingTable.RESTART_MAX_RESTARTS, restarts.maxRestarts());
		say(SettingTable.RESTART_PERIOD, restarts.period());
	}

	private void read(String producer, SubscribeOptions options) {
		readDemand(producer, options);
		Object partition = options.attributes().get(Subscriber.PARTITION);
		if (partition != null) {
			this.values.put(new SettingKey(SettingTable.PARTITION, producer), String.valueOf(partition));
		}
	}

	private void readDemand(String producer, SubscribeOptions options) {
		this.values.put(new SettingKey(SettingTable.MAX_DEMAND, producer), Setting.print(options.maxDemand()));
		this.values.put(new SettingKey(SettingTable.MIN_DEMAND, producer), Setting.print(options.minDemand()));
	}

	private <T extends Comparable<? super T>> void say(Setting<T> setting, @Nullable T value) {
		if (value != null && setting.kinds().contains(this.kind)) {
			this.values.put(SettingKey.of(setting), Setting.print(value));
		}
	}

}
