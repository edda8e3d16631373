package io.genstage.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.core.annotation.AliasFor;
import org.springframework.stereotype.Component;

/**
 * Makes a bean, or a method of a bean, a stage that turns events into other events.
 * <ul>
 * <li>On a class or a {@code @Bean} method: the bean is a
 * {@link io.genstage.ProducerConsumerStage} or a {@link java.util.function.Function}. A
 * class becomes a bean by this annotation.</li>
 * <li>On another method, which must not be private: it takes one event, a
 * {@link java.util.List} of events, a {@code Message} or a list of messages, and beside
 * it, in any order, the {@link io.genstage.Subscription} they came by and the
 * {@link io.genstage.StageContext}. It returns one event or {@code null} for none, an
 * {@link java.util.Optional}, a {@link java.util.Collection}, an {@link Iterable}, an
 * array of objects or a {@link java.util.stream.Stream} of events, or a
 * {@link java.util.concurrent.CompletionStage} or reactive type of these, which is waited
 * for. An array of primitives is one event.</li>
 * </ul>
 * If the method throws, or what it returned fails, the stage fails and the events of the
 * batch are lost.
 *
 * <pre class="code">
 * &#064;ProducerConsumer(subscribeTo = "orders")
 * Optional&lt;Invoice&gt; invoices(Order order) {
 *     return this.billing.invoiceFor(order);
 * }
 * </pre>
 */
@Target({ ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Component
public @interface ProducerConsumer {

	/**
	 * The value of a number that is not set.
	 */
	int UNSET = Integer.MIN_VALUE;

	/**
	 * The name of the stage, by which others subscribe to it and by which it is
	 * configured. On a class it is the name of the bean too. Default: the name of the
	 * bean or of the method. May hold {@code ${...}} placeholders.
	 * @return the name
	 */
	@AliasFor(annotation = Component.class, attribute = "value")
	String value() default "";

	/**
	 * The same as {@link #value}.
	 * @return the name
	 */
	@AliasFor(annotation = Component.class, attribute = "value")
	String name() default "";

	/**
	 * The names of the stages to get events from, at least one. May hold {@code ${...}}
	 * placeholders.
	 * @return the names of the producers
	 */
	String[] subscribeTo();

	/**
	 * The most events to have outstanding at each producer, from 1 to 1,000,000 (default
	 * 1000). {@code genstage.stages.<name>.max-demand} has precedence.
	 * @return the maximum demand
	 */
	int maxDemand() default UNSET;

	/**
	 * The number of outstanding events at which to ask for more, from 0 to
	 * {@code maxDemand - 1} (default: half of {@code maxDemand}). Events are handled in
	 * batches of at most {@code maxDemand - minDemand}.
	 * {@code genstage.stages.<name>.min-demand} has precedence.
	 * @return the minimum demand
	 */
	int minDemand() default UNSET;

	/**
	 * Who gets which events: {@code demand} (default; each event goes to the consumer
	 * with the highest demand), {@code broadcast} (each event goes to all consumers), or
	 * the name of a {@link io.genstage.dispatch.DispatcherFactory} bean.
	 * {@code genstage.stages.<name>.dispatcher} has precedence.
	 * @return the name of the dispatcher
	 */
	String dispatcher() default "";

	/**
	 * How many emitted events to keep that nobody can take yet, at least 0 (default no
	 * limit). {@code genstage.stages.<name>.buffer-size} has precedence.
	 * @return the size of the buffer
	 */
	int bufferSize() default UNSET;

}
