package io.genstage.task;

/**
 * What happens to a task that has failed. One that has returned is never run again.
 * <p>
 * Source: the {@code :restart} of the child specification of {@code ConsumerSupervisor}.
 * There is no permanent restart, which GenStage refuses too: a finished task would be run
 * again for ever.
 */
public enum TaskRestart {

	/**
	 * Its event is discarded, which is counted and logged. The default.
	 */
	TEMPORARY,

	/**
	 * It is run again at once with the same event, within the limit of
	 * {@link TaskOptions#maxRestarts()}.
	 */
	TRANSIENT

}
