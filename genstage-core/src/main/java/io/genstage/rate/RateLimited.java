package io.genstage.rate;

/**
 * A stage with a limit to its rate, which can be changed while it runs.
 */
public sealed interface RateLimited permits RateLimitedConsumer, RateLimitedProducerConsumer, RateLimitedProducer {

	/**
	 * Returns the limit in force. Any thread may ask.
	 * @return the limit
	 */
	RateLimit limit();

	/**
	 * Changes the limit, also of the stages that share it. Any thread may do so, before
	 * the stage is started or while it runs; it stays over a restart. What was saved up
	 * stays, as far as the new burst allows, so that a change gives nothing away; events
	 * that wait go on by the new limit at once.
	 * @param limit the new limit
	 */
	void change(RateLimit limit);

}
