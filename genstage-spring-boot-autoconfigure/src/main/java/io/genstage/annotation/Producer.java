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
 * Makes a bean, or a method of a bean, a stage that makes events when it is asked for
 * them.
 * <ul>
 * <li>On a class or a {@code @Bean} method: the bean is a
 * {@link io.genstage.ProducerStage} (an {@link io.genstage.source.EventQueue} is one), a
 * {@link java.util.function.Supplier}, which is called until it returns {@code null}, an
 * {@link Iterable} or a {@link java.util.stream.Stream}, which end the stage when they
 * end. A class becomes a bean by this annotation.</li>
 * <li>On another method, which must not be private: it takes nothing or the demand as an
 * {@code int} or {@code long}, at most 10,000, and beside it the
 * {@link io.genstage.StageContext}, by which it can complete. It returns one event or
 * {@code null} for none, an {@link java.util.Optional}, a {@link java.util.Collection},
 * an {@link Iterable} or an array of objects, or a
 * {@link java.util.concurrent.CompletionStage} or reactive type of these, which is waited
 * for. It is called again while there is demand, after a pause if it had nothing. If it
 * doesn't take the demand and returns a {@link java.util.stream.Stream}, it is called
 * once and its elements are pulled on demand.</li>
 * </ul>
 *
 * <pre class="code">
 * &#064;Producer
 * List&lt;Order&gt; orders(int demand) {
 *     return this.repository.nextOrders(demand);
 * }
 * </pre>
 */
@Target({ ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Component
@Reflective(StageReflectiveProcessor.class)
public @interface Producer {

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
	 * How many emitted events to keep that nobody can take yet, at least 0 (default
	 * 10,000). {@code genstage.stages.<name>.buffer-size} has precedence.
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
	 * How many events with a settlement may be open between the stage and the end of its
	 * pipeline, from 1 to 1,000,000, for each instance (default: as many as the stages
	 * behind it may have asked for). Meanwhile the stage is asked for no more.
	 * {@code genstage.stages.<name>.max-unsettled} has precedence.
	 * @return the number of events
	 */
	int maxUnsettled() default UNSET;

	/**
	 * How many instances run at once, from 1 (default) to 1000. Each of them calls the
	 * method or has a source of its own, so that this suits what is polled and not what
	 * is read to its end. A bean of scope prototype is made for each instance; any other
	 * bean is shared by them and has to be thread-safe.
	 * {@code genstage.stages.<name>.concurrency} has precedence.
	 * @return the number of instances
	 */
	int concurrency() default UNSET;

	/**
	 * A limit to how many events pass in some time, in all instances (default: none).
	 * @return the limit
	 */
	Rate rate() default @Rate;

	/**
	 * How long to wait after there was nothing, if the stage is a method or a
	 * {@link java.util.function.Supplier} that is called again and again.
	 * @return the pauses
	 */
	Poll poll() default @Poll;

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

	/**
	 * How long a producer that is polled waits after it had nothing: for a pause that
	 * doubles each time there is nothing again, until there is something.
	 *
	 * <pre class="code">
	 * &#064;Producer(poll = &#064;Producer.Poll(pause = "500ms", maxPause = "30s"))
	 * List&lt;Order&gt; orders(int demand) {
	 *     return this.repository.nextOrders(demand);
	 * }
	 * </pre>
	 */
	@Target({})
	@Retention(RetentionPolicy.RUNTIME)
	@Documented
	@interface Poll {

		/**
		 * The first pause after there was something, such as {@code 500ms}, from 1 ms to
		 * a day (default 10 ms). May hold {@code ${...}} placeholders.
		 * {@code genstage.stages.<name>.poll.pause} has precedence.
		 * @return the pause
		 */
		String pause() default "";

		/**
		 * The longest pause, such as {@code 30s}, from {@link #pause} to a day (default 1
		 * second, or {@link #pause} if that is longer). May hold {@code ${...}}
		 * placeholders. {@code genstage.stages.<name>.poll.max-pause} has precedence.
		 * @return the longest pause
		 */
		String maxPause() default "";

	}

}
