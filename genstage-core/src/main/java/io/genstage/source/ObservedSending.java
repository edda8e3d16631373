package io.genstage.source;

import java.lang.System.Logger.Level;

import io.genstage.StageObserver;
import io.genstage.StageRef;
import io.genstage.log.StageLog;
import org.jspecify.annotations.Nullable;

/**
 * An event that is being put into a queue while somebody observes it, who never disturbs
 * that.
 */
final class ObservedSending {

	private static final System.Logger logger = StageLog.of(ObservedSending.class);

	private final StageObserver.Observed observed;

	private final @Nullable Object context;

	private ObservedSending(StageObserver.Observed observed) {
		this.observed = observed;
		this.context = observed.context();
	}

	/**
	 * Begins to observe the sending of an event.
	 * @return null if it is not to be observed
	 */
	static @Nullable ObservedSending begin(@Nullable StageObserver observer, @Nullable StageRef queue, Object event) {
		if (observer == null || queue == null) {
			return null;
		}
		try {
			StageObserver.Observed observed = observer.beginSending(queue, event);
			return (observed != null) ? new ObservedSending(observed) : null;
		}
		catch (Exception | LinkageError ex) {
			log(observer, ex);
			return null;
		}
	}

	/** Returns what the event is to carry, or null for nothing. */
	@Nullable Object context() {
		return this.context;
	}

	void end(@Nullable Throwable failure) {
		try {
			this.observed.leave();
			this.observed.end(failure);
		}
		catch (Exception | LinkageError ex) {
			log(this.observed, ex);
		}
	}

	private static void log(Object observer, Throwable failure) {
		logger.log(Level.WARNING, () -> "observer %s failed".formatted(observer.getClass().getName()), failure);
	}

}
