package io.genstage.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;

/**
 * Lets a method decide what becomes of events that stages of the same bean fail to
 * handle, before the settings of {@link Failure} do.
 *
 * <pre class="code">
 * &#064;OnFailure
 * Decision decide(Order order, Throwable cause, int attempt) {
 *     return (cause instanceof CreditException) ? Decision.skip() : Decision.byPolicy();
 * }
 * </pre>
 *
 * The method must not be private. It takes, in any order and each of them only if it
 * wants to, the event, the {@link Throwable} and the number of attempts so far as an
 * {@code int}, and returns a {@link io.genstage.failure.Decision}. It is called in the
 * turn of the stage, for one event after the other, and not for a list that has failed as
 * a whole.
 * <p>
 * Or it takes all events that have failed in one call of the handler, also those of a
 * list that has failed as a whole, and returns one decision for all of them, or a list
 * with one for each:
 *
 * <pre class="code">
 * &#064;OnFailure
 * List&lt;Decision&gt; decide(List&lt;FailedAttempt&lt;Order&gt;&gt; failed) {
 *     return failed.stream().map((one) -&gt; Decision.byPolicy().withLetter(one.event().masked())).toList();
 * }
 * </pre>
 *
 * By {@link io.genstage.failure.Decision#withLetter withLetter} it says what a dead
 * letter is to keep in the place of the event. If it throws, that is logged and the
 * settings decide.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective
public @interface OnFailure {

	/**
	 * The names of the stages of the bean whose events it decides about (default: all
	 * stages of the bean that take such events).
	 * @return the names of stages
	 */
	String[] value() default {};

}
