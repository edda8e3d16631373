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
	 * Called when a subscription begins. On the consuming side, the producer has been
	 * told and not yet asked; on the producing side, the dispatcher doesn't know the
	 * consumer yet.
	 * @param peer the role of the other side
	 * @param subscription the new subscription
	 * @throws Exception to stop the stage
	 */
	default void onSubscribe(Peer peer, Subscription subscription) throws Exception {
	}

}
