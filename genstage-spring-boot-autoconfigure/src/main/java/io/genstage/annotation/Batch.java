package io.genstage.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * How a stage collects events before it handles them, as part of a stage annotation. The
 * stage is called when a batch is full, or when its first event has waited long enough.
 * It has to take a {@link java.util.List} of events or of messages, or to be a stage of
 * the engine.
 *
 * <pre class="code">
 * &#064;Consumer(subscribeTo = "orders", batch = &#064;Batch(size = 500, timeout = "200ms"))
 * void store(List&lt;Order&gt; orders) {
 *     this.repository.saveAll(orders);
 * }
 * </pre>
 *
 * Events in a batch are not finished and take up demand. Each instance of a stage
 * collects batches of its own.
 */
@Target({})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface Batch {

	/**
	 * How many events a batch has at most, from 1 to 1,000,000 and to the maximum demand
	 * of each subscription. Where that is not set, it is at least twice this size; where
	 * a property sets it to less than this, batches have no more.
	 * {@code genstage.stages.<name>.batch.size} has precedence.
	 * @return the number of events
	 */
	int size() default 100;

	/**
	 * How long the first event of a batch waits for others at most, such as {@code 200ms}
	 * or {@code 1s} (default), from 1 ms to 365 days. May hold {@code ${...}}
	 * placeholders. {@code genstage.stages.<name>.batch.timeout} has precedence.
	 * @return the time
	 */
	String timeout() default "";

	/**
	 * What events have in common to be in one batch (default: nothing, there is one batch
	 * at a time). The name of a method of the annotated bean, a bean or a property of the
	 * event, as for {@link Producer#partitionBy}. The method takes one event, as the
	 * producer emits it, though that of the stage takes a list. May hold {@code ${...}}
	 * placeholders. {@code genstage.stages.<name>.batch.by} has precedence.
	 * @return the name of a method, a bean or a property
	 */
	String by() default "";

}
