package io.genstage.boot.setting;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

import io.genstage.boot.declaration.GenStageProperties;
import io.genstage.boot.declaration.GenStageProperties.TaskPerEvent;
import io.genstage.boot.setting.Settings.Setting;
import io.genstage.task.TaskOptions;
import io.genstage.task.TaskRestart;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the tasks of a consumer that has one for each event.
 */
final class TaskSettings {

	private final Settings<GenStageProperties.Stage> settings;

	TaskSettings(Settings<GenStageProperties.Stage> settings) {
		this.settings = settings;
	}

	/**
	 * Returns the options of the tasks if there are any; what is out of range or has no
	 * effect is reported and left out.
	 */
	Optional<TaskOptions> options() {
		Optional<Setting<Boolean>> enabled = find("enabled", TaskPerEvent::enabled);
		Optional<Setting<TaskRestart>> restart = find("restart", TaskPerEvent::restart);
		Optional<Setting<Integer>> maxRestarts = find("max-restarts", TaskPerEvent::maxRestarts);
		Optional<Setting<Duration>> period = find("restart-period", TaskPerEvent::restartPeriod);
		Optional<Setting<Duration>> patience = find("patience", TaskPerEvent::patience);
		if (!enabled.map(Setting::value).orElse(false)) {
			Stream.of(restart, maxRestarts, period, patience)
				.forEach((setting) -> refuse(setting, enabled,
						"has no effect without 'task-per-event.enabled': let that be true, or remove it"));
			return Optional.empty();
		}
		if (restart.map(Setting::value).orElse(TaskRestart.TEMPORARY) == TaskRestart.TEMPORARY) {
			Stream.of(maxRestarts, period)
				.forEach((setting) -> refuse(setting, restart,
						"has no effect, as failed tasks are not run again: let their restart be 'transient', or remove it"));
		}
		TaskOptions defaults = TaskOptions.defaults();
		return Optional.of(new TaskOptions(restart.map(Setting::value).orElse(defaults.restart()),
				maxRestarts.filter((setting) -> this.settings.isInRange(setting, 0, Integer.MAX_VALUE, ""))
					.map(Setting::value)
					.orElse(defaults.maxRestarts()),
				time(period, Duration.ofMillis(1)).orElse(defaults.restartPeriod()),
				time(patience, Duration.ZERO).orElse(defaults.patience()), null, true));
	}

	private Optional<Duration> time(Optional<Setting<Duration>> setting, Duration shortest) {
		return setting.filter((said) -> this.settings.isInRange(said, shortest)).map(Setting::value);
	}

	/**
	 * Reports a setting that another one makes useless, unless that one is nearer: then
	 * it was known, and is to prevail.
	 */
	private void refuse(Optional<? extends Setting<?>> setting, Optional<? extends Setting<?>> decisive,
			String description) {
		int nearer = decisive.map(Setting::distance).orElse(Integer.MAX_VALUE);
		setting.filter((said) -> said.distance() < nearer).ifPresent((said) -> this.settings.report(said, description));
	}

	private <T> Optional<Setting<T>> find(String name, Function<TaskPerEvent, @Nullable T> value) {
		return this.settings.find("task-per-event." + name,
				(stage) -> (stage.taskPerEvent() != null) ? value.apply(stage.taskPerEvent()) : null);
	}

}
