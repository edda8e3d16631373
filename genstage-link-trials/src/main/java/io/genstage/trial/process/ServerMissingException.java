package io.genstage.trial.process;

/**
 * A server isn't installed here, or nobody is there who may run it.
 */
public final class ServerMissingException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message what is missing
	 */
	public ServerMissingException(String message) {
		super(message);
	}

}
