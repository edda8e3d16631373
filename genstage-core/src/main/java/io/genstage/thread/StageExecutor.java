package io.genstage.thread;

import java.util.concurrent.Executor;

import io.genstage.StageOptions;
import io.genstage.StageSystem;

/**
 * An executor that treats its stages apart, such as one whose threads bear the name of
 * the stage that they run. To be given to a {@link StageSystem.Builder#executor(Executor)
 * system} or a {@link StageOptions#withExecutor(Executor) stage} like any other.
 */
public interface StageExecutor extends Executor {

	/**
	 * Returns what runs a stage. Called at each start of a stage, on the thread that
	 * starts it; what it throws fails that start.
	 * @param name the name of the stage, which is one instance of those that a pipeline
	 * runs
	 * @return the executor of that stage, with the duties of any executor of stages: a
	 * task may block, and may be rejected, but not be dropped
	 */
	Executor forStage(String name);

}
