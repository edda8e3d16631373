package io.genstage.benchmarks;

/**
 * A producer of numbers and a consumer that adds them up, on two sides of an asynchronous
 * boundary. About a thousand events may be between them.
 */
interface Pipe extends AutoCloseable {

	/**
	 * Sends a run of {@link Numbers} through the pipe and waits until the last one has
	 * been consumed. Can be called again, by one caller at a time.
	 * @param events how many numbers to send
	 * @return the sum of the numbers that have arrived
	 */
	long sum(int events) throws Exception;

	@Override
	void close();

}
