package io.genstage.trial.database;

/**
 * A server isn't installed here, or nobody is there who may run it.
 */
final class ServerMissingException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	ServerMissingException(String message) {
		super(message);
	}

}
