package io.genstage.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

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
	 * Who gets which events: {@code demand} (default; each event goes to the consumer
	 * with the highest demand), {@code broadcast} (each event goes to all consumers), or
	 * the name of a {@link io.genstage.dispatch.DispatcherFactory} bean.
	 * {@code genstage.stages.<name>.dispatcher} has precedence.
	 * @return the name of the dispatcher
	 */
	String dispatcher() default "";

	/**
	 * How many emitted events to keep that nobody can take yet, at least 0 (default
	 * 10,000). {@code genstage.stages.<name>.buffer-size} has precedence.
	 * @return the size of the buffer
	 */
	int bufferSize() default UNSET;

}
