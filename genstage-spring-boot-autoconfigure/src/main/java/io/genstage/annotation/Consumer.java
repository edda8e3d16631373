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
 * Makes a bean, or a method of a bean, a stage that handles events and emits none.
 * <ul>
 * <li>On a class or a {@code @Bean} method: the bean is a
 * {@link io.genstage.ConsumerStage} or a {@link java.util.function.Consumer}. A class
 * becomes a bean by this annotation.</li>
 * <li>On another method, which must not be private: it takes one event, a
 * {@link java.util.List} of events, a {@code Message} or a list of messages, and beside
 * it, in any order, the {@link io.genstage.Subscription} they came by and the
 * {@link io.genstage.StageContext}. It returns nothing, or
 * {@link io.genstage.delivery.Outcomes} that say what has become of each event, or a
 * {@link java.util.concurrent.CompletionStage} or reactive type of {@link Void} or of
 * outcomes, which is waited for.</li>
 * </ul>
 * When the method has returned and what it returned is complete, its events are done, and
 * more may be asked for. If it throws, or what it returned fails, its events are handled
 * again after a while, and are dead letters at last; {@link #failure} says how. With
 * {@link #taskPerEvent} each event is handled by itself.
 *
 * <pre class="code">
 * &#064;Consumer(subscribeTo = "invoices", maxDemand = 100)
 * void store(List&lt;Invoice&gt; invoices) {
 *     this.repository.saveAll(invoices);
 * }
 * </pre>
 */
@Target({ ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Component
@Reflective(StageReflectiveProcessor.class)
public @interface Consumer {

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
	 * 1000; 10 for each of several instances, or with {@link #taskPerEvent}).
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
	 * In which order events in flight are finished: {@code kept} (default), that of the
	 * events, or {@code none}, as they complete. May hold {@code ${...}} placeholders.
	 * {@code genstage.stages.<name>.in-flight-order} has precedence.
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
	 * faster than that. Not together with {@link #taskPerEvent}.
	 * @return how to collect
	 */
	Batch batch() default @Batch(size = UNSET);

	/**
	 * A task of its own for each event, many of them at the same time (default: none).
	 * Not together with a {@link #batch}.
	 * @return the tasks
	 */
	TaskPerEvent taskPerEvent() default @TaskPerEvent(enabled = "");

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
