package io.genstage.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;
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
 * If the method throws, or what it returned fails, its events are handled again after a
 * while, and are dead letters at last; {@link #failure} says how.
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
@Reflective(StageReflectiveProcessor.class)
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
	 * The names of the stages to get events from: at least one, here or in
	 * {@link #subscriptions}. A name such as {@code kafka:shop.orders} is that of a
	 * destination of others: what carries its events, a colon, and what that calls it. It
	 * says the same as the name behind the colon with {@code genstage.links.<name>.type},
	 * which has precedence. May hold {@code ${...}} placeholders.
	 * @return the names of the producers
	 */
	String[] subscribeTo() default {};

	/**
	 * Further stages to get events from, with settings of their own.
	 * @return the subscriptions
	 */
	SubscribeTo[] subscriptions() default {};

	/**
	 * The most events to have outstanding at each producer, from 1 to 1,000,000 (default
	 * 1000, or 10 for each of several instances).
	 * {@code genstage.stages.<name>.max-demand} has precedence.
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
	 * A destination of others that the events of the stage are sent to, such as
	 * {@code kafka:shop.invoices}: what carries them ({@code kafka}, {@code jdbc},
	 * {@code memory}, or the type of a {@link io.genstage.link.LinkProvider} bean), a
	 * colon, and what that calls the destination. It says the same as
	 * {@code genstage.links.<name>.type} and {@code .destination}, which have precedence:
	 * all that the stage emits is sent, and whoever subscribes to the stage gets what the
	 * destination has (default: the events go to the stages that subscribe to it). May
	 * hold {@code ${...}} placeholders.
	 * @return the destination
	 */
	String publishTo() default "";

	/**
	 * Who gets which events: {@code demand} (default; each event goes to the consumer
	 * with the highest demand), {@code broadcast} (each event goes to all consumers that
	 * select it), {@code partition} (each event goes to the consumers of its partition),
	 * or the name of a {@link io.genstage.dispatch.DispatcherFactory} bean.
	 * {@code genstage.stages.<name>.dispatcher} has precedence.
	 * @return the name of the dispatcher
	 */
	String dispatcher() default "";

	/**
	 * The number of partitions, from 1 to 100,000, if the dispatcher is
	 * {@code partition}. Each of them needs a consumer.
	 * {@code genstage.stages.<name>.partitions} has precedence.
	 * @return the number of partitions
	 */
	int partitions() default UNSET;

	/**
	 * What decides to which partition an event belongs, by its hash code; events of one
	 * key are handled in order (default: the event itself). The name of
	 * <ul>
	 * <li>a method of the annotated bean, not private, that takes one event and returns
	 * its key. It is called through the proxy of the bean if there is one, by any thread
	 * of the stage. Or</li>
	 * <li>a {@link java.util.function.Function}, {@link java.util.function.ToIntFunction}
	 * or {@link java.util.function.ToLongFunction} bean, or else</li>
	 * <li>a property of the event, such as {@code customer.id}.</li>
	 * </ul>
	 * A method that has the name of such a bean or property is refused. May hold
	 * {@code ${...}} placeholders. {@code genstage.stages.<name>.partition-by} has
	 * precedence.
	 * @return the name of a method, a bean or a property
	 */
	String partitionBy() default "";

	/**
	 * How many emitted events to keep that nobody can take yet, at least 0 (default no
	 * limit). {@code genstage.stages.<name>.buffer-size} has precedence.
	 * @return the size of the buffer
	 */
	int bufferSize() default UNSET;

	/**
	 * Which events a full buffer keeps: {@code first} or {@code last} (default). May hold
	 * {@code ${...}} placeholders. {@code genstage.stages.<name>.buffer-keep} has
	 * precedence.
	 * @return which ones to keep
	 */
	String bufferKeep() default "";

	/**
	 * What becomes of events of partitions that have no consumer, beyond as many as fit
	 * into the buffer (10,000 if it has no size): {@code wait} (default), which holds up
	 * the other partitions at last, or {@code discard}. Only with partitions. May hold
	 * {@code ${...}} placeholders. {@code genstage.stages.<name>.unserved} has
	 * precedence.
	 * @return what becomes of them
	 */
	String unserved() default "";

	/**
	 * How many instances run at once, from 1 (default) to 1000. They share the events, by
	 * key if the dispatcher of the producer is {@code partition}. Each asks for its own
	 * events, by default for 10 when it has 5 left. A bean of scope prototype is made for
	 * each instance; any other bean is shared by them and has to be thread-safe.
	 * {@code genstage.stages.<name>.concurrency} has precedence.
	 * @return the number of instances
	 */
	int concurrency() default UNSET;

	/**
	 * How many events may be in flight at once, each by a future, reactive type or
	 * suspend function that the handler has returned and that is not complete: from 1
	 * (default) to 10,000. The handler takes one event.
	 * {@code genstage.stages.<name>.in-flight} has precedence.
	 * @return the number of events
	 */
	int inFlight() default UNSET;

	/**
	 * In which order results of events in flight are emitted: {@code kept} (default),
	 * that of the events, or {@code none}, as they complete. May hold {@code ${...}}
	 * placeholders. {@code genstage.stages.<name>.in-flight-order} has precedence.
	 * @return the order
	 */
	String inFlightOrder() default "";

	/**
	 * A limit to how many events pass in some time, in all instances (default: none).
	 * @return the limit
	 */
	Rate rate() default @Rate;

	/**
	 * How to collect events before they are handled, in batches of each instance
	 * (default: not at all). If there is a {@link #rate} too, events get into a batch no
	 * faster than that.
	 * @return how to collect
	 */
	Batch batch() default @Batch(size = UNSET);

	/**
	 * What becomes of events that the stage fails to handle (default: three retries, then
	 * they are dead letters, and the stage goes on).
	 * @return what becomes of them
	 */
	Failure failure() default @Failure;

	/**
	 * How long a call of the handler, an event in flight or a task may take before it is
	 * reported by the log, health and {@link io.genstage.StageListener#onOverdue}, such
	 * as {@code 1m} (default), from 0, for never, to 365 days. Nothing is ended by that:
	 * {@link Failure#timeout} does that. May hold {@code ${...}} placeholders.
	 * {@code genstage.stages.<name>.handle-within} has precedence.
	 * @return the time
	 */
	String handleWithin() default "";

	/**
	 * How long events that carry their settlement may be unsettled before that is
	 * reported by the log, health and {@link io.genstage.StageListener#onOverdue}, such
	 * as {@code 5m} (default), from 0, for never, to 365 days. May hold {@code ${...}}
	 * placeholders. {@code genstage.stages.<name>.settle-within} has precedence.
	 * @return the time
	 */
	String settleWithin() default "";

	/**
	 * Whether to start with the application: {@code true} (default) or {@code false}. May
	 * hold {@code ${...}} placeholders. {@code genstage.stages.<name>.auto-startup} has
	 * precedence.
	 * @return whether to start
	 */
	String autoStartup() default "";

	/**
	 * The name of the {@link java.util.concurrent.Executor} bean that runs the stage,
	 * whose tasks may block (default: {@code genstage.defaults.executor}, or
	 * {@code genstageTaskExecutor}). May hold {@code ${...}} placeholders.
	 * {@code genstage.stages.<name>.executor} has precedence.
	 * @return the name of a bean
	 */
	String executor() default "";

}
