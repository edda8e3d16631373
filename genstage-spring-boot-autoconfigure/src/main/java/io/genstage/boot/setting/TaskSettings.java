package io.genstage.boot.setting;

import java.util.Optional;
import java.util.stream.Stream;

import io.genstage.boot.declaration.WiringProblem;
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

	boolean areUsed() {
		return this.settings.value(SettingTable.TASKS).orElse(false);
	}

	/**
	 * Returns the nearest of what is set for their own restarts, by which they have no
	 * failure policy then.
	 */
	Optional<Said<?>> ownRestarts() {
		if (!areUsed()) {
			return Optional.empty();
		}
		return Stream
			.<Setting<?>>of(SettingTable.TASK_RESTART, SettingTable.TASK_MAX_RESTARTS, SettingTable.TASK_RESTART_PERIOD)
			.<Said<?>>flatMap((setting) -> this.settings.find(setting).stream())
			.min((one, other) -> Integer.compare(one.distance(), other.distance()));
	}

	TaskOptions options() {
		return new TaskOptions(this.settings.required(SettingTable.TASK_RESTART),
				this.settings.required(SettingTable.TASK_MAX_RESTARTS),
				this.settings.required(SettingTable.TASK_RESTART_PERIOD),
				this.settings.required(SettingTable.TASK_PATIENCE), null, true);
	}

	/** Returns problems with what has no effect beside the others. */
	Stream<WiringProblem> problems() {
		if (!areUsed()) {
			return refuse(SettingTable.TASKS,
					"has no effect without 'task-per-event.enabled': set that to true, or remove it",
					SettingTable.TASK_RESTART, SettingTable.TASK_MAX_RESTARTS, SettingTable.TASK_RESTART_PERIOD,
					SettingTable.TASK_PATIENCE);
		}
		if (options().restart() != TaskRestart.TEMPORARY) {
			return Stream.empty();
		}
		return refuse(SettingTable.TASK_RESTART,
				"has no effect, as failed tasks are not run again: set their restart to 'transient', or remove it",
				SettingTable.TASK_MAX_RESTARTS, SettingTable.TASK_RESTART_PERIOD);
	}

	/**
	 * Returns problems with settings that another one makes useless, unless that one is
	 * nearer: then it was known, and is to prevail.
	 */
	private Stream<WiringProblem> refuse(Setting<?> decisive, String description, Setting<?>... useless) {
		int nearer = this.settings.find(decisive).map(Said::distance).orElse(Integer.MAX_VALUE);
		return Stream.of(useless)
			.<Optional<? extends Said<?>>>map(this.settings::find)
			.flatMap(Optional::stream)
			.filter((said) -> said.distance() < nearer)
			.map((said) -> said.problem(description));
	}

}
