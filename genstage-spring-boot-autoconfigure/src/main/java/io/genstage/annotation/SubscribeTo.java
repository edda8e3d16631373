package io.genstage.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.core.annotation.AliasFor;

/**
 * One subscription with settings of its own, as part of a {@link Consumer} or
 * {@link ProducerConsumer}. What is not set here is as for all subscriptions of the
 * stage.
 *
 * <pre class="code">
 * &#064;Consumer(subscriptions = &#064;SubscribeTo(producer = "orders", partition = "0", maxDemand = 10))
 * void pack(Order order) {
 * </pre>
 *
 * What the end of the producer means to the stage is no setting: the pipeline decides it.
 */
@Target({})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface SubscribeTo {

	/**
	 * The name of the stage to get events from, or of a destination of others, as for
	 * {@link Consumer#subscribeTo}. May hold {@code ${...}} placeholders.
	 * @return the name of the producer
	 */
	@AliasFor("producer")
	String value() default "";

	/**
	 * The same as {@link #value}.
	 * @return the name of the producer
	 */
	@AliasFor("value")
	String producer() default "";

	/**
	 * The most events to have outstanding at this producer, from 1 to 1,000,000 (default:
	 * as for the stage).
	 * {@code genstage.stages.<name>.subscriptions.<producer>.max-demand} has precedence.
	 * @return the maximum demand
	 */
	int maxDemand() default Consumer.UNSET;

	/**
	 * The number of outstanding events at which to ask this producer for more, from 0 to
	 * {@code maxDemand - 1} (default: as for the stage, or half of {@code maxDemand}).
	 * {@code genstage.stages.<name>.subscriptions.<producer>.min-demand} has precedence.
	 * @return the minimum demand
	 */
	int minDemand() default Consumer.UNSET;

	/**
	 * The partition to get events of, from 0, if the dispatcher of the producer is
	 * {@code partition}. May hold {@code ${...}} placeholders.
	 * {@code genstage.stages.<name>.subscriptions.<producer>.partition} has precedence.
	 * @return the partition
	 */
	String partition() default "";

	/**
	 * What accepts the events to get, if the dispatcher of the producer is
	 * {@code broadcast} (default: all events). The name of a method of the annotated
	 * bean, not private, that takes one event and returns a {@code boolean}, or of a
	 * {@link java.util.function.Predicate} bean; a method that has the name of such a
	 * bean is refused. The producer calls it, on its own thread, and it must not throw.
	 * May hold {@code ${...}} placeholders.
	 * @return the name of a method or a bean
	 */
	String selector() default "";

}
