package io.genstage.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A limit to how many events pass through a stage in how much time, as part of a stage
 * annotation. The stage asks for events only when they may pass, so that nothing piles up
 * before it.
 *
 * <pre class="code">
 * &#064;Consumer(subscribeTo = "orders", rate = &#064;Rate(events = 100, period = "1s", burst = 20))
 * void call(Order order) {
 * </pre>
 *
 * The limit is the stage's: its instances share it.
 */
@Target({})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface Rate {

	/**
	 * How many events pass in a period, at least 1 (default: no limit).
	 * {@code genstage.stages.<name>.rate.events} has precedence.
	 * @return the number of events
	 */
	int events() default Consumer.UNSET;

	/**
	 * The period, such as {@code 1s} (default) or {@code 500ms}, from 1 ms to 365 days.
	 * May hold {@code ${...}} placeholders. {@code genstage.stages.<name>.rate.period}
	 * has precedence.
	 * @return the period
	 */
	String period() default "";

	/**
	 * How many events may pass at once after a time without any, at least 1 (default: as
	 * many as in a period). {@code genstage.stages.<name>.rate.burst} has precedence.
	 * @return the number of events
	 */
	int burst() default Consumer.UNSET;

}
