package io.genstage.source;

/**
 * Tells a sender that an {@link EventQueue} takes no more events.
 */
public class QueueClosedException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	QueueClosedException() {
		super("the queue is closed: it takes no more events");
	}

}
