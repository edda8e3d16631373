package io.genstage;

/**
 * What a user writes: one of the three kinds of stage.
 * <p>
 * The callbacks of a stage are called one at a time, so that a stage can use plain
 * fields. They may be called on different threads, and may block. A callback that throws
 * stops its stage with {@link ExitReason.Failure}; the events of the batch it was
 * handling are lost, which is counted.
 * <p>
 * Source: the {@code GenStage} behaviour.
 */
public sealed interface Stage permits ProducerStage, ProducerConsumerStage, ConsumerStage {

	/**
	 * Called once before any other callback, on the thread that starts the stage. A stage
	 * that wants its {@link StageContext} keeps it here. If it throws, the stage is not
	 * started.
	 * @param context what the engine offers to this run of the stage
	 * @throws Exception if the stage can't start
	 */
	default void onStart(StageContext context) throws Exception {
	}

	/**
	 * Called once when the stage has stopped for whatever reason, after its last other
	 * callback. What it throws is logged and changes nothing.
	 * @param reason why it stopped
	 * @throws Exception if cleaning up fails
	 */
	default void onStop(ExitReason reason) throws Exception {
	}

	/**
	 * Returns whether this object may be the stage of several runs at the same time, as
	 * of several instances in a pipeline. One that keeps what belongs to a run, such as
	 * its {@link StageContext}, must not: it would mix them up. It is refused then.
	 * @return by default whether its class leaves {@link #onStart} as it is
	 */
	default boolean isShareable() {
		return StagesInUse.isOnStartInherited(getClass());
	}

	/**
	 * Returns whether this stage, when it has failed, may be started again by whoever
	 * supervises it. A stage that can't go on where it stopped should refuse: it would
	 * emit the same events a second time. To be started again on purpose is another
	 * matter.
	 * @return {@code true} by default
	 */
	default boolean isRestartable() {
		return true;
	}

	/**
	 * Called while an application ends, when no stage has anything to do and this one
	 * still has a backlog: it should handle what it holds only to have more of it, such
	 * as a batch that is not full. Other than in a drain more events may come afterwards.
	 * A producer-consumer that wants to emit something then sends itself a message. May
	 * be called any number of times. By default nothing is done.
	 * @throws Exception to stop the stage
	 */
	default void onFlush() throws Exception {
	}

	/**
	 * Called when a subscription begins. On the consuming side, the producer has been
	 * notified and not asked yet; on the producing side, the dispatcher doesn't know the
	 * consumer yet.
	 * @param peer the role of the other side
	 * @param subscription the new subscription
	 * @throws Exception to stop the stage
	 */
	default void onSubscribe(Peer peer, Subscription subscription) throws Exception {
	}

}
