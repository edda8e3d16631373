package io.genstage;

import java.util.concurrent.CompletableFuture;

import io.genstage.flight.RecordedHandling;
import org.jspecify.annotations.Nullable;

/**
 * A call of a handler for one event, and the work that it has begun, as a recorder and an
 * observer get to know of it. It ends once.
 */
final class WatchedCall {

	/** A call that nobody watches. */
	static final WatchedCall UNWATCHED = new WatchedCall(null, null);

	private final @Nullable RecordedHandling recorded;

	private final @Nullable ObservedCall observed;

	private boolean ended;

	private WatchedCall(@Nullable RecordedHandling recorded, @Nullable ObservedCall observed) {
		this.recorded = recorded;
		this.observed = observed;
	}

	static WatchedCall of(@Nullable RecordedHandling recorded, @Nullable ObservedCall observed) {
		return (recorded != null || observed != null) ? new WatchedCall(recorded, observed) : UNWATCHED;
	}

	/** Returns the call as it is observed, or null if nobody does that. */
	@Nullable ObservedCall observed() {
		return this.observed;
	}

	/** The handler has returned or thrown. */
	void leave() {
		if (this.observed != null) {
			this.observed.leave();
		}
	}

	/** The work is over, and is looked at only if somebody watches. */
	void end(CompletableFuture<?> work) {
		if (this != UNWATCHED) {
			end(FutureSteps.thrownBy(work));
		}
	}

	/** The work is over. */
	void end(@Nullable Throwable failure) {
		if (this == UNWATCHED || this.ended) {
			return;
		}
		this.ended = true;
		if (this.observed != null) {
			this.observed.end(failure);
		}
		if (this.recorded != null) {
			this.recorded.end(failure);
		}
	}

}
