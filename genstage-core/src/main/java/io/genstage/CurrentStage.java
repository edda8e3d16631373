package io.genstage;

import org.jspecify.annotations.Nullable;

/**
 * Remembers on whose behalf a thread runs.
 */
final class CurrentStage {

	/*
	 * Removed at the end of each turn: a thread that outlives its system, as those of an
	 * executor of the user's do, must not keep the stage and the classes behind it.
	 */
	private static final ThreadLocal<@Nullable StageRef> CURRENT = new ThreadLocal<>();

	private CurrentStage() {
	}

	static @Nullable StageRef get() {
		return CURRENT.get();
	}

	/** Runs something on behalf of a stage; an executor may do so inside of a turn. */
	static void run(StageRef stage, Runnable work) {
		StageRef outer = enter(stage);
		try {
			work.run();
		}
		finally {
			leave(outer);
		}
	}

	/** Returns the stage to {@linkplain #leave go back} to. */
	static @Nullable StageRef enter(StageRef stage) {
		StageRef outer = CURRENT.get();
		CURRENT.set(stage);
		return outer;
	}

	static void leave(@Nullable StageRef outer) {
		if (outer != null) {
			CURRENT.set(outer);
		}
		else {
			CURRENT.remove();
		}
	}

}
