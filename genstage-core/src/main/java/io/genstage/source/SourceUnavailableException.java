package io.genstage.source;

/**
 * Says that a source, or the store of its progress, can't be reached for now: thrown by
 * {@link CheckpointedSource#read} and {@link ProgressStore#load}. The producer tries
 * again, and again after a pause that grows to a second, instead of failing; meanwhile
 * its stage {@linkplain io.genstage.StageStatus#outage() reports the outage}.
 */
public class SourceUnavailableException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates an exception.
	 * @param message what can't be reached
	 * @param cause why
	 */
	public SourceUnavailableException(String message, Throwable cause) {
		super(message, cause);
	}

}
