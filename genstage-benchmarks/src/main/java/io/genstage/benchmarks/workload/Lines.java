package io.genstage.benchmarks.workload;

import java.util.function.Consumer;

/**
 * One contender that runs lines of stages, all of them on the same threads.
 */
public interface Lines extends AutoCloseable {

	/**
	 * Starts a line of stages, one behind the other and each of them asynchronous. Each
	 * but the last hands on every event plus 1.
	 * @param stages how many, at least 2
	 * @param arrival is told by the last stage what reaches it
	 * @return hands an event to the first stage; to be called by any thread, but not
	 * before the event before has arrived. The call for that one may not have returned
	 * yet
	 */
	Consumer<Long> start(int stages, Consumer<Long> arrival) throws Exception;

	/** Ends all lines and the threads. */
	@Override
	void close();

}
