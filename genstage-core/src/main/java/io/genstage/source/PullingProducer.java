package io.genstage.source;

import java.time.Duration;
import java.util.Collections;
import java.util.List;

import io.genstage.ExitReason;
import io.genstage.ProducerStage;
import io.genstage.SourceProgress;
import io.genstage.StageContext;
import io.genstage.demand.OwedDemand;
import org.jspecify.annotations.Nullable;

/**
 * A producer that pulls as many events as it is asked for. What its supply can't give yet
 * stays owed, and is pulled for again: at once if it gave some, so that these go on their
 * way, and after a pause that grows while it gives none. When its supply fails, it fails
 * too, as soon as all that it has emitted before has been handed on.
 *
 * @param <E> the type of the events
 */
final class PullingProducer<E> implements ProducerStage<E> {

	/** The most events of one pull, so that a huge demand doesn't become a huge list. */
	static final int MAX_PULL = 10_000;

	private final Supply<E> supply;

	private final Duration shortestPause;

	private final Duration longestPause;

	private @Nullable StageContext context;

	private final OwedDemand owed = new OwedDemand();

	private Duration pause;

	private boolean pulledForLater;

	private @Nullable PendingFailure failure;

	PullingProducer(Supply<E> supply, Duration shortestPause, Duration longestPause) {
		this.supply = supply;
		this.shortestPause = shortestPause;
		this.longestPause = longestPause;
		this.pause = shortestPause;
	}

	@Override
	public void onStart(StageContext context) throws Exception {
		this.context = context;
		this.owed.clear();
		this.pause = this.shortestPause;
		this.pulledForLater = false;
		this.failure = null;
		this.supply.open();
	}

	@Override
	public boolean isRestartable() {
		return this.supply.isResumable();
	}

	@Override
	public List<E> handleDemand(long demand) throws Exception {
		this.owed.add(demand);
		return pull();
	}

	@Override
	public long withdrawDemand(long demand) {
		return this.owed.withdraw(demand);
	}

	@Override
	public List<E> onInfo(Object message) throws Exception {
		if (message instanceof PendingFailure pending) {
			throw pending.arrive();
		}
		if (message != Again.AGAIN) {
			return ProducerStage.super.onInfo(message);
		}
		this.pulledForLater = false;
		return (this.owed.events() > 0) ? pull() : List.of();
	}

	@Override
	public @Nullable SourceProgress progress() {
		return this.supply.progress();
	}

	@Override
	public void onStop(ExitReason reason) throws Exception {
		if (this.failure != null) {
			this.failure.reportUnlessArrived();
		}
		this.supply.close();
	}

	private List<E> pull() {
		if (this.failure != null) {
			return List.of();
		}
		try {
			return passing(this.supply.pull((int) Math.min(this.owed.events(), MAX_PULL)));
		}
		catch (Throwable ex) {
			this.failure = PendingFailure.sendBehindEvents(context().self(), ex);
			return List.of();
		}
	}

	private List<E> passing(List<? extends E> pulled) {
		List<E> events = Collections.unmodifiableList(pulled);
		this.owed.meet(events.size());
		if (!events.isEmpty()) {
			this.pause = this.shortestPause;
		}
		if (this.supply.isExhausted()) {
			context().complete();
		}
		else if (this.owed.events() > 0 && !this.pulledForLater) {
			this.pulledForLater = true;
			pullAgain(!events.isEmpty());
		}
		return events;
	}

	private void pullAgain(boolean atOnce) {
		if (atOnce) {
			context().self().tell(Again.AGAIN);
			return;
		}
		context().tellLater(this.pause, Again.AGAIN);
		Duration doubled = this.pause.multipliedBy(2);
		this.pause = (doubled.compareTo(this.longestPause) < 0) ? doubled : this.longestPause;
	}

	private StageContext context() {
		if (this.context == null) {
			throw new IllegalStateException("not started");
		}
		return this.context;
	}

	/**
	 * The message to itself.
	 */
	private enum Again {

		AGAIN

	}

}
