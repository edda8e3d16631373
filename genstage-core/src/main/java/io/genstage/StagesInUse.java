package io.genstage;

import java.util.IdentityHashMap;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * The objects that can be the stage of one run at a time, as long as they are.
 */
final class StagesInUse {

	private final ReentrantLock lock = new ReentrantLock();

	private final IdentityHashMap<Stage, StageRef> runs = new IdentityHashMap<>();

	private final IdentityHashMap<StageRef, Stage> stages = new IdentityHashMap<>();

	static boolean isOnStartInherited(Class<? extends Stage> type) {
		try {
			return type.getMethod("onStart", StageContext.class).getDeclaringClass() == Stage.class;
		}
		catch (NoSuchMethodException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Notes that an object is the stage of a run.
	 * @throws IllegalArgumentException if it is that of another run and can't be of two
	 */
	void add(Stage stage, StageRef run) {
		StageRef other = stage.isShareable() ? null : addUnlessUsed(stage, run);
		if (other != null) {
			throw new IllegalArgumentException(
					"stage '%s' can't be started: its %s runs as stage '%s' already, and keeps what belongs to one run. Make another one for it"
						.formatted(run.name(), stage.getClass().getName(), other.name()));
		}
	}

	private @Nullable StageRef addUnlessUsed(Stage stage, StageRef run) {
		this.lock.lock();
		try {
			StageRef other = this.runs.putIfAbsent(stage, run);
			if (other == null) {
				this.stages.put(run, stage);
			}
			return other;
		}
		finally {
			this.lock.unlock();
		}
	}

	void remove(StageRef run) {
		this.lock.lock();
		try {
			Stage stage = this.stages.remove(run);
			if (stage != null) {
				this.runs.remove(stage);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

}
