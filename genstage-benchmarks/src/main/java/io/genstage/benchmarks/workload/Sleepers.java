package io.genstage.benchmarks.workload;

/**
 * Handlers that block for a millisecond for each event, so many of them at once.
 */
public interface Sleepers extends AutoCloseable {

	/**
	 * Has all events handled.
	 * @return how many handlers were called
	 */
	long handle(int events) throws Exception;

	@Override
	void close();

}
