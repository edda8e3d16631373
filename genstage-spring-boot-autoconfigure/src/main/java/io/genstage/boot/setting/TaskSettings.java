package io.genstage.boot.setting;

import java.util.Optional;

import io.genstage.boot.setting.Settings.Said;
import io.genstage.boot.table.Setting;
import io.genstage.boot.table.SettingTable;
import io.genstage.task.TaskOptions;
import io.genstage.task.TaskRestart;

/**
 * The settings of the tasks of a consumer that has one for each event.
 */
final class TaskSettings {

	private final Settings settings;

	TaskSettings(Settings settings) {
		this.settings = settings;
	}

	/**
	 * Returns the options of the tasks if there are any; what is out of range or has no
	 * effect is reported and left out.
	 */
	Optional<TaskOptions> options() {
		if (!this.settings.value(SettingTable.TASKS).orElse(false)) {
			refuse(SettingTable.TASKS, "has no effect without 'task-per-event.enabled': let that be true, or remove it",
					SettingTable.TASK_RESTART, SettingTable.TASK_MAX_RESTARTS, SettingTable.TASK_RESTART_PERIOD,
					SettingTable.TASK_PATIENCE);
			return Optional.empty();
		}
		TaskOptions defaults = TaskOptions.defaults();
		TaskRestart restart = this.settings.value(SettingTable.TASK_RESTART).orElse(defaults.restart());
		if (restart == TaskRestart.TEMPORARY) {
			refuse(SettingTable.TASK_RESTART,
					"has no effect, as failed tasks are not run again: let their restart be 'transient', or remove it",
					SettingTable.TASK_MAX_RESTARTS, SettingTable.TASK_RESTART_PERIOD);
		}
		return Optional.of(new TaskOptions(restart,
				this.settings.value(SettingTable.TASK_MAX_RESTARTS).orElse(defaults.maxRestarts()),
				this.settings.value(SettingTable.TASK_RESTART_PERIOD).orElse(defaults.restartPeriod()),
				this.settings.value(SettingTable.TASK_PATIENCE).orElse(defaults.patience()), null, true));
	}

	/**
	 * Reports settings that another one makes useless, unless that one is nearer: then it
	 * was known, and is to prevail.
	 */
	private void refuse(Setting<?> decisive, String description, Setting<?>... useless) {
		int nearer = this.settings.find(decisive).map(Said::distance).orElse(Integer.MAX_VALUE);
		for (Setting<?> setting : useless) {
			this.settings.find(setting)
				.filter((said) -> said.distance() < nearer)
				.ifPresent((said) -> this.settings.report(said, description));
		}
	}

}
