package io.genstage.source;

import java.time.Duration;
import java.util.List;

import io.genstage.ExitReason;
import io.genstage.ProducerStage;
import io.genstage.SourceProgress;
import io.genstage.StageContext;
import io.genstage.demand.Counter;
import io.genstage.demand.OwedDemand;
import org.jspecify.annotations.Nullable;

/**
 * A producer of elements that somebody may have to wait for. They are read beside it, as
 * many as it is asked for, so that it stays free to hand on those that are there.
 * <p>
 * It is notified of elements by the thousand, and when all that it wants have been read.
 * While they are being read it looks every millisecond, until it finds nothing new; then
 * it is notified of the next one.
 *
 * @param <E> the type of the events
 */
final class ReadingProducer<E> implements ProducerStage<E> {

	/** The most elements that are granted and not fetched, whatever the demand. */
	static final int MOST_OUTSTANDING = 10_000;

	private static final Duration LOOK = Duration.ofMillis(1);

	/** How long a drain waits for the element that is being read. */
	static final Duration PATIENCE = Duration.ofSeconds(1);

	private final Elements<E> elements;

	private @Nullable StageContext context;

	/** Any thread looks at it for the status. */
	private volatile @Nullable Reader<E> reader;

	private final OwedDemand owed = new OwedDemand();

	private boolean looking;

	private long seen;

	private boolean finishing;

	private boolean over;

	private final Counter emitted = new Counter();

	/** Whether the last element was emitted; any thread looks at it. */
	private volatile boolean exhausted;

	private @Nullable PendingFailure failure;

	/**
	 * Creates a producer for one run.
	 * @param elements what to read and, at last, close
	 */
	ReadingProducer(Elements<E> elements) {
		this.elements = elements;
	}

	@Override
	public void onStart(StageContext context) {
		this.context = context;
		this.reader = new Reader<>(this.elements, (work) -> context.execute(context.executor(), work),
				() -> context.self().tell(Signal.RUNG), context.self().name());
	}

	@Override
	public boolean isRestartable() {
		return false;
	}

	@Override
	public List<E> handleDemand(long demand) throws Exception {
		this.owed.add(demand);
		return advance();
	}

	/** What is being read already waits for whoever asks next. */
	@Override
	public long withdrawDemand(long demand) {
		return this.owed.withdraw(demand);
	}

	@Override
	public List<E> onInfo(Object message) throws Exception {
		if (message instanceof PendingFailure pending) {
			throw pending.arrive();
		}
		if (!(message instanceof Signal signal)) {
			return ProducerStage.super.onInfo(message);
		}
		return switch (signal) {
			case RUNG -> {
				reader().answer();
				yield advance();
			}
			case LOOK -> look();
			case IMPATIENT -> {
				if (reader().isReading()) {
					reader().interrupt();
				}
				yield List.of();
			}
		};
	}

	/** Hands on what is there, and lets more be read. */
	private List<E> advance() {
		List<E> events = fetch();
		if (!this.over && reader().isReading()) {
			lookLater();
		}
		return events;
	}

	private List<E> look() {
		this.looking = false;
		long read = reader().read();
		List<E> events = fetch();
		if (this.over || !reader().isReading()) {
			return events;
		}
		if (read != this.seen) {
			this.seen = read;
			lookLater();
		}
		else if (reader().await() != read) {
			context().self().tell(Signal.RUNG);
		}
		return events;
	}

	private void lookLater() {
		if (!this.looking) {
			this.looking = true;
			context().tellLater(LOOK, Signal.LOOK);
		}
	}

	private List<E> fetch() {
		boolean reading = reader().isReading();
		Reader.End end = reader().end();
		List<E> events = reader().fetch(this.owed.events());
		this.owed.meet(events.size());
		this.emitted.add(events.size());
		if (this.over || reader().waiting() > 0) {
			return events;
		}
		if (end != null) {
			this.exhausted = end.failure() == null;
			end(end.failure());
		}
		else if (!this.finishing) {
			grant();
		}
		else if (!reading) {
			end(null);
		}
		return events;
	}

	private void grant() {
		long more = Math.min(this.owed.events(), MOST_OUTSTANDING) - reader().outstanding();
		if (more > 0) {
			reader().grant(more);
		}
	}

	private void end(@Nullable Throwable failure) {
		this.over = true;
		if (failure == null || (this.finishing && reader().isInterrupted())) {
			context().complete();
		}
		else {
			this.failure = PendingFailure.sendBehindEvents(context().self(), failure);
		}
	}

	@Override
	public void onDrain(StageContext context) {
		this.finishing = true;
		reader().finish();
		context.self().tell(Signal.RUNG);
		context.tellLater(PATIENCE, Signal.IMPATIENT);
	}

	@Override
	public SourceProgress progress() {
		boolean all = this.exhausted;
		long done = this.emitted.get();
		return SourceProgress.ofEvents(done, all ? Long.valueOf(done) : this.elements.size());
	}

	@Override
	public long backlog() {
		Reader<E> current = this.reader;
		return (current != null) ? current.waiting() : 0;
	}

	@Override
	public void onStop(ExitReason reason) throws Exception {
		if (this.failure != null) {
			this.failure.reportUnlessArrived();
		}
		context().discard(reader().stop(), "read and not emitted when it stopped", null);
		reader().close();
	}

	private Reader<E> reader() {
		Reader<E> current = this.reader;
		if (current == null) {
			throw new IllegalStateException("not started");
		}
		return current;
	}

	private StageContext context() {
		if (this.context == null) {
			throw new IllegalStateException("not started");
		}
		return this.context;
	}

	/**
	 * The messages to itself.
	 */
	private enum Signal {

		/** Something has been read, or nothing more will be. */
		RUNG,

		/** It is time to look whether something has been read. */
		LOOK,

		/** A drain has waited long enough for an element. */
		IMPATIENT

	}

}
