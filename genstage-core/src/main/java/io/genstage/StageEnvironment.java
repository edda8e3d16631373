package io.genstage;

import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What a system lends to its stages.
 *
 * @param executor runs their turns
 * @param scheduler runs their timers
 * @param listener is told what they do
 * @param subscriptionIds numbers their subscriptions
 * @param removal forgets a stage that has stopped
 */
record StageEnvironment(Executor executor, StageScheduler scheduler, StageListener listener,
		LongSupplier subscriptionIds, Consumer<StageRef> removal) {
}
