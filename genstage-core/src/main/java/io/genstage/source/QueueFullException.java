package io.genstage.source;

/**
 * Thrown to a sender because an {@link EventQueue} is full.
 */
public class QueueFullException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	QueueFullException(int capacity) {
		super("the queue is full: %d events wait in it".formatted(capacity));
	}

}
