package io.genstage;

/**
 * How many events a stage holds at some moment, and where they wait.
 *
 * @param buffered how many emitted events wait for demand
 * @param unserved how many of them wait for partitions that have no consumer
 * @param queued how many received events wait to be handled (producer-consumers only)
 * @param backlog how many events are unfinished inside the stage itself, such as those in
 * a batch or a task, see {@link ProducerStage#backlog()},
 * {@link ProducerConsumerStage#backlog()} and {@link ConsumerStage#backlog()}
 * @param held how many events it holds in all: those that were sent to it and are neither
 * handled nor discarded, those that it has emitted and not handed on, and its own
 * backlog; they would be lost if it stopped now, but for the backlog of a producer that
 * outlives a stop
 * @param retrying how many of those that it holds have failed, or wait behind one that
 * has, and are going to be handled again
 */
public record WaitingEvents(long buffered, long unserved, long queued, long backlog, long held, long retrying) {

	/**
	 * Nothing waits, as in a stage that was never started.
	 */
	public static final WaitingEvents NONE = new WaitingEvents(0, 0, 0, 0, 0);

	/**
	 * Creates the numbers of a stage that handles no event again.
	 * @param buffered how many emitted events wait for demand
	 * @param unserved how many of them wait for partitions that have no consumer
	 * @param queued how many received events wait to be handled
	 * @param backlog how many events are unfinished inside the stage itself
	 * @param held how many events it holds in all
	 */
	public WaitingEvents(long buffered, long unserved, long queued, long backlog, long held) {
		this(buffered, unserved, queued, backlog, held, 0);
	}

	/**
	 * Adds what waits in another stage, or in another instance of the same one.
	 * @param other what waits there
	 * @return the sums
	 */
	public WaitingEvents plus(WaitingEvents other) {
		return new WaitingEvents(this.buffered + other.buffered, this.unserved + other.unserved,
				this.queued + other.queued, this.backlog + other.backlog, this.held + other.held,
				this.retrying + other.retrying);
	}

}
