package io.genstage.benchmarks.workload;

/**
 * One contender, set up for one workload. It keeps its threads from run to run.
 */
public interface WorkloadRun extends AutoCloseable {

	/**
	 * Sends {@link Numbers} through the workload and waits until every consumer is done
	 * with its last one. Can be called again, by one caller at a time.
	 * @param events how many numbers to send
	 * @return what the consumers have added up
	 */
	long sum(int events) throws Exception;

	@Override
	void close();

}
