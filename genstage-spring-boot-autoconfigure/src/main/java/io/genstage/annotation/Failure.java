package io.genstage.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What becomes of events that a stage fails to handle, as part of a {@link Consumer} or
 * {@link ProducerConsumer}. The failure of one event concerns that event: the others go
 * on, and the stage lives. By default there are three more attempts, after 1, 2 and 4
 * seconds; then the event is a dead letter.
 *
 * <pre class="code">
 * &#064;Consumer(subscribeTo = "orders",
 *         failure = &#064;Failure(maxRetries = "5", delay = "200ms", excludes = ValidationException.class))
 * void book(Order order) {
 * </pre>
 *
 * Retries are named as those of Spring's {@code @Retryable}. They take no thread while
 * they wait. An {@link Error} always fails the stage. Values may hold {@code ${...}}
 * placeholders; {@code genstage.stages.<name>.failure.*} has precedence.
 */
@Target({})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface Failure {

	/**
	 * Whether the failure of an event concerns that event only: {@code true} (default),
	 * or {@code false}, with which the stage fails with its handler and the events in its
	 * hands are lost.
	 * @return whether there is a policy
	 */
	String enabled() default "";

	/**
	 * How many attempts there are after the first, from 0 to 1,000,000 (default 3).
	 * {@code retry.max-retries} has precedence.
	 * @return the number of retries
	 */
	String maxRetries() default "";

	/**
	 * How long to wait before the first retry, such as {@code 1s} (default), from 0 to
	 * 365 days. {@code retry.delay} has precedence.
	 * @return the wait
	 */
	String delay() default "";

	/**
	 * By what factor each further wait is longer, from 1 to 1000 (default 2).
	 * {@code retry.multiplier} has precedence.
	 * @return the factor
	 */
	String multiplier() default "";

	/**
	 * The longest wait, from the first one to 365 days (default {@code 30s}).
	 * {@code retry.max-delay} has precedence.
	 * @return the wait
	 */
	String maxDelay() default "";

	/**
	 * By how much the first wait may be longer or shorter by chance, from 0 (default) to
	 * 365 days; a longer one by as many times more. {@code retry.jitter} has precedence.
	 * @return the difference
	 */
	String jitter() default "";

	/**
	 * The failures that are worth a retry, also as a cause of others (default: all).
	 * {@code retry.exception-includes} has precedence.
	 * @return types of exceptions
	 */
	Class<? extends Throwable>[] includes() default {};

	/**
	 * The failures that are not worth a retry, also as a cause of others (default: none).
	 * {@code retry.exception-excludes} has precedence.
	 * @return types of exceptions
	 */
	Class<? extends Throwable>[] excludes() default {};

	/**
	 * What becomes of an event when no attempt is left: {@code dead-letter} (default),
	 * {@code skip}, which leaves it out, {@code fail}, after which its source gives it
	 * again if it can, and it is discarded otherwise, or the name of a stage that is an
	 * {@link io.genstage.source.EventQueue}, or of a
	 * {@link io.genstage.deadletter.DeadLetterStore} bean, to which it goes as a dead
	 * letter.
	 * @return what becomes of it
	 */
	String then() default "";

	/**
	 * Which events wait while another one waits for its retry: {@code by-key}, those of
	 * the same key, which is that of the {@code partitionBy} of the only producer of the
	 * stage; {@code strict}, all; or {@code none} (default: {@code by-key} where there is
	 * such a key, else {@code none}).
	 * @return the order
	 */
	String order() default "";

	/**
	 * Whether a list or batch that has failed as a whole is halved, when its attempts are
	 * used up, until the events at fault are known: {@code true} or {@code false}
	 * (default). The others are handled more than once then.
	 * @return whether to halve
	 */
	String isolate() default "";

	/**
	 * How many different events fail alike, with no success between, until the stage
	 * pauses, from 1 to 10,000 (default 5). It tries one event after each pause, and no
	 * event becomes a dead letter meanwhile. {@code outage.failures} has precedence.
	 * @return the number of events
	 */
	String outageFailures() default "";

	/**
	 * How long the stage pauses before each try, such as {@code 30s} (default), from 1 ms
	 * to 1 day. {@code outage.pause} has precedence.
	 * @return the pause
	 */
	String outagePause() default "";

	/**
	 * How long after its first failure an event is worth an attempt, from 1 ms to 365
	 * days (default: always). A later one is skipped.
	 * @return the time
	 */
	String expireAfter() default "";

	/**
	 * How long an attempt may take, from 1 ms to 365 days (default: as long as it takes).
	 * The handler is interrupted then, or its future cancelled, and the attempt has
	 * failed with a {@link java.util.concurrent.TimeoutException}, also if the handler
	 * takes no notice. The limit is for one call, of an event or of a list or batch.
	 * @return the time
	 */
	String timeout() default "";

	/**
	 * How long an event waits in the stage for its next attempt, such as {@code 1m}
	 * (default), from 0 to 365 days. One that has to wait longer is given back to its
	 * source, if that keeps it with the number of its attempts, as a link or a work queue
	 * in a database does: there it outlasts a restart, and takes no place in the demand.
	 * @return the time
	 */
	String hold() default "";

	/**
	 * The name of the {@link io.genstage.failure.FailureDecider} bean that is asked about
	 * each failure first (default: none).
	 * @return the name of a bean
	 */
	String decider() default "";

}
