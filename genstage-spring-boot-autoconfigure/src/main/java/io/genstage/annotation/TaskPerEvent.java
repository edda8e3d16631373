package io.genstage.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A task of its own for each event, many of them at the same time, as part of a
 * {@link Consumer} that takes one event. For work that takes long or waits for others,
 * where a failure concerns one event only.
 *
 * <pre class="code">
 * &#064;Consumer(subscribeTo = "orders", maxDemand = 20, taskPerEvent = &#064;TaskPerEvent)
 * void ship(Order order) {
 * </pre>
 *
 * At most {@code maxDemand} tasks run at a time for each instance and producer (default
 * 10). When {@code minDemand} of them have ended (default: half of {@code maxDemand}), as
 * many events are asked for again. The bean has to be thread-safe.
 * <p>
 * An event is handled when its task is done. When a task fails, {@link Consumer#failure}
 * decides as for any other handler; by default its event is tried again.
 */
@Target({})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface TaskPerEvent {

	/**
	 * Whether each event has a task: {@code true} (default) or {@code false}. May hold
	 * {@code ${...}} placeholders. {@code genstage.stages.<name>.task-per-event.enabled}
	 * has precedence.
	 * @return whether there are tasks
	 */
	String enabled() default "true";

	/**
	 * What becomes of a task that has failed: {@code temporary} (default), it is given
	 * up; or {@code transient}, it is run again at once with the same event. May hold
	 * {@code ${...}} placeholders. {@code genstage.stages.<name>.task-per-event.restart}
	 * has precedence. If it is set, the stage has no failure policy.
	 * @return the policy
	 * @deprecated in favor of {@link Consumer#failure}
	 */
	@Deprecated(since = "0.1.0")
	String restart() default "";

	/**
	 * How many tasks may be run again within {@link #restartPeriod}, at least 0 (default
	 * 3). With one more the stage fails.
	 * {@code genstage.stages.<name>.task-per-event.max-restarts} has precedence.
	 * @return the number of restarts
	 * @deprecated in favor of {@link Failure#maxRetries} of {@link Consumer#failure}
	 */
	@Deprecated(since = "0.1.0")
	int maxRestarts() default Consumer.UNSET;

	/**
	 * For how long a restart counts, such as {@code 5s} (default) or {@code 1m}, from 1
	 * ms to 365 days. May hold {@code ${...}} placeholders.
	 * {@code genstage.stages.<name>.task-per-event.restart-period} has precedence.
	 * @return the period
	 * @deprecated in favor of {@link Failure#delay} of {@link Consumer#failure}
	 */
	@Deprecated(since = "0.1.0")
	String restartPeriod() default "";

	/**
	 * How long to wait for tasks that have been interrupted because the stage stops, such
	 * as {@code 5s} (default), from 0 to 365 days. Those that take longer are given up.
	 * May hold {@code ${...}} placeholders.
	 * {@code genstage.stages.<name>.task-per-event.patience} has precedence.
	 * @return the time
	 */
	String patience() default "";

}
