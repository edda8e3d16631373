package io.genstage.source;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

import io.genstage.ExitReason;
import io.genstage.ProducerStage;
import io.genstage.SourceProgress;
import io.genstage.StageContext;
import io.genstage.StageRef;
import io.genstage.delivery.Delivery;
import io.genstage.demand.OwedDemand;
import io.genstage.source.CheckpointedSource.Element;
import io.genstage.source.CheckpointedSource.Extent;
import io.genstage.source.CheckpointedSource.Page;
import io.genstage.source.Progress.Place;
import org.jspecify.annotations.Nullable;

/**
 * A producer that remembers how far its events have been settled, and goes on from there
 * when it is started again. Each event is handled at least once: those that were not
 * settled, and those that were settled ahead of one that wasn't, come again after a
 * restart.
 * <p>
 * An event is settled when it, and all that was made from it, has been handled, skipped
 * or kept as a dead letter. One that has <em>failed</em> is read again after a time,
 * while others go on and without those that are settled; so a finite source completes
 * when all of its events are settled. The saved position never passes an event that isn't
 * settled. As many events behind that one as {@linkplain CheckpointOptions#maxUnsettled()
 * allowed} are handled and remembered; then no more are read.
 * <p>
 * When there is nothing to read it pauses for 10 ms, and twice as long each time after
 * that, up to a second; and so it does when the source
 * {@linkplain SourceUnavailableException can't be reached}. A drain reads nothing more;
 * what is settled afterwards is still saved.
 *
 * @param <P> the type of the positions
 * @param <E> the type of the events
 * @see Sources#checkpointed
 */
public final class CheckpointedProducer<P, E> implements ProducerStage<E> {

	/** The most events of one page, so that a huge demand doesn't become a huge list. */
	private static final int MAX_PAGE = 10_000;

	private static final Duration SHORTEST_PAUSE = Duration.ofMillis(10);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

	private final CheckpointedSource<P, E> source;

	private final ProgressStore<P> store;

	private final String name;

	private final CheckpointOptions options;

	/** Of this run, or the last one; any thread looks at it for the status. */
	private volatile @Nullable Checkpoint<P> checkpoint;

	private @Nullable StageContext context;

	private final OwedDemand owed = new OwedDemand();

	private Rereading<P> rereading = new Rereading<>();

	private Duration pause = SHORTEST_PAUSE;

	/** How many events are being read. */
	private int reading;

	private boolean pausing;

	private boolean ended;

	/** Whether nothing is read any more. */
	private boolean over;

	private @Nullable PendingFailure failure;

	CheckpointedProducer(CheckpointedSource<P, E> source, ProgressStore<P> store, String name,
			CheckpointOptions options) {
		this.source = Objects.requireNonNull(source, "source must not be null");
		this.store = Objects.requireNonNull(store, "store must not be null");
		this.options = Objects.requireNonNull(options, "options must not be null");
		if (name.isBlank()) {
			throw new IllegalArgumentException("a source needs a name, by which its progress is saved");
		}
		this.name = name;
	}

	/**
	 * Returns how far this source has come. Any thread may call this.
	 * @return the progress of this run, or of the last one
	 */
	public Status<P> status() {
		Checkpoint<P> current = this.checkpoint;
		return (current != null) ? current.status() : new Status<>(null, null, 0, 0, false, null);
	}

	/**
	 * Returns whether another producer saves its position in the same place, so that each
	 * of them would go on from where the other one was. Any thread may call this.
	 * @param other another producer
	 * @return whether it has the same name and the same store
	 */
	public boolean sharesProgressWith(CheckpointedProducer<?, ?> other) {
		return this.store.equals(other.store) && this.name.equals(other.name);
	}

	@Override
	public void onStart(StageContext context) {
		Checkpoint<P> last = this.checkpoint;
		if (last != null) {
			last.close();
		}
		this.checkpoint = null;
		this.context = context;
		this.owed.clear();
		this.rereading = new Rereading<>();
		this.pause = SHORTEST_PAUSE;
		this.reading = 0;
		this.pausing = false;
		this.ended = false;
		this.over = false;
		this.failure = null;
		ProgressStore<P> reader = this.store.reader();
		beside(() -> {
			P start = reader.load(this.name);
			return new Loaded<>(reader, start, this.source.extent(start));
		});
	}

	@Override
	public List<E> handleDemand(long demand) {
		this.owed.add(demand);
		readOn();
		return List.of();
	}

	@Override
	public long withdrawDemand(long demand) {
		return this.owed.withdraw(Math.min(demand, this.owed.events() - this.reading));
	}

	@Override
	@SuppressWarnings("unchecked") // messages to itself
	public List<E> onInfo(Object message) throws Exception {
		if (message instanceof PendingFailure pending) {
			throw pending.arrive();
		}
		if (!(message instanceof Step)) {
			return ProducerStage.super.onInfo(message);
		}
		if (((Step<P, E>) message).hasReached()) {
			context().sourceUnavailable(null);
		}
		List<E> events = ((Step<P, E>) message).take(this);
		readOn();
		return events;
	}

	private List<E> loaded(ProgressStore<P> reader, @Nullable P start, @Nullable Extent<P> extent) {
		StageRef self = context().self();
		this.checkpoint = new Checkpoint<>(this.name, reader, start, extent, this.options.maxUnsettled(),
				(failed) -> self.tell(new Settled<>(failed)));
		return List.of();
	}

	private List<E> read(Page<P, E> page) {
		this.reading = 0;
		if (this.over) {
			return List.of();
		}
		List<Element<P, E>> elements = page.elements();
		this.ended = page.last();
		if (elements.isEmpty() && !this.ended) {
			pause();
			return List.of();
		}
		this.pause = SHORTEST_PAUSE;
		List<Place<P>> places = checkpoint()
			.locked((progress) -> elements.stream().map((element) -> progress.add(element.position())).toList());
		if (this.ended) {
			checkpoint().end();
		}
		return emit(places, elements.stream().map(Element::event).toList());
	}

	private List<E> readAgain(List<Place<P>> row, Page<P, E> page) {
		this.reading = 0;
		if (this.over) {
			return List.of();
		}
		Rereading.Found<P, E> found = this.rereading.find(row, page.elements());
		if (!found.gone().isEmpty()) {
			Checkpoint<P> current = checkpoint();
			current.forget(found.gone());
			beside(() -> {
				current.save();
				return new Settled<>(List.of());
			});
		}
		return emit(found.places(), found.events());
	}

	@SuppressWarnings("unchecked") // a delivery stands for an event of this type
	private List<E> emit(List<Place<P>> places, List<E> events) {
		List<Delivery<E>> deliveries = Delivery.ofAll(events, checkpoint(), checkpoint(), places);
		this.owed.meet(deliveries.size());
		return (List<E>) (List<?>) deliveries;
	}

	private void pause() {
		this.pausing = true;
		context().tellLater(nextPause(), (Step<P, E>) CheckpointedProducer::pauseIsOver);
		if (checkpoint().status().storeFailure() != null) {
			context().execute(context().executor(), checkpoint()::save);
		}
	}

	private Duration nextPause() {
		Duration next = this.pause;
		Duration doubled = next.multipliedBy(2);
		this.pause = (doubled.compareTo(LONGEST_PAUSE) < 0) ? doubled : LONGEST_PAUSE;
		return next;
	}

	private List<E> pauseIsOver() {
		this.pausing = false;
		return List.of();
	}

	private List<E> settled(List<Place<P>> failed) {
		if (!failed.isEmpty()) {
			context().tellLater(this.options.readAgainAfter(), new Due<>(failed));
		}
		return List.of();
	}

	private List<E> due(List<Place<P>> failed) {
		this.rereading.add(failed);
		return List.of();
	}

	private List<E> unavailable(SourceUnavailableException cause, Callable<Step<P, E>> work) {
		if (!this.over) {
			context().sourceUnavailable(cause);
			context().tellLater(nextPause(), new Retry<>(work));
		}
		return List.of();
	}

	private List<E> retry(Callable<Step<P, E>> work) {
		if (!this.over) {
			beside(work);
		}
		return List.of();
	}

	private List<E> failed(Throwable cause) {
		this.over = true;
		this.failure = PendingFailure.sendBehindEvents(context().self(), cause);
		return List.of();
	}

	/** Reads what is wanted and may be read now, if nothing is being read. */
	private void readOn() {
		Checkpoint<P> current = this.checkpoint;
		if (current == null || this.over || this.reading > 0) {
			return;
		}
		int wanted = (int) Math.min(this.owed.events(), MAX_PAGE);
		if (wanted > 0 && !this.rereading.isEmpty()) {
			List<Place<P>> row = this.rereading.take(wanted);
			this.reading = row.size();
			P before = row.get(0).before();
			beside(() -> new ReadAgain<>(row, this.source.read(before, row.size())));
			return;
		}
		if (this.ended) {
			completeIfDone(current);
			return;
		}
		int limit = current.locked((progress) -> Math.min(wanted, progress.room()));
		if (limit > 0 && !this.pausing) {
			this.reading = limit;
			P position = current.locked(Progress::readUpTo);
			beside(() -> new Read<>(bounded(this.source.read(position, limit), limit)));
		}
	}

	private static <P, E> Page<P, E> bounded(Page<P, E> page, int limit) {
		if (page.elements().size() > limit) {
			throw new IllegalStateException(
					"expected a page of at most %d elements, but it has %d".formatted(limit, page.elements().size()));
		}
		return page;
	}

	private void completeIfDone(Checkpoint<P> current) {
		if (current.isDone()) {
			this.over = true;
			context().complete();
		}
	}

	/** Does something that may block, which has a step as its result. */
	private void beside(Callable<Step<P, E>> work) {
		StageRef self = context().self();
		context().execute(context().executor(), () -> {
			Step<P, E> step;
			try {
				step = work.call();
			}
			catch (SourceUnavailableException ex) {
				step = new Unavailable<>(ex, work);
			}
			catch (Throwable ex) {
				step = new Broken<>(ex);
			}
			self.tell(step);
		});
	}

	/**
	 * Returns how much is settled of what there is. Of a source that counts events these
	 * are those that were settled in this run; of one that measures its positions it is
	 * the position that nothing unsettled is in front of, also from earlier runs.
	 */
	@Override
	public SourceProgress progress() {
		Checkpoint<P> current = this.checkpoint;
		return (current != null) ? current.progress() : SourceProgress.ofEvents(0, null);
	}

	@Override
	public void onDrain(StageContext context) {
		this.over = true;
		context.complete();
	}

	@Override
	public void onStop(ExitReason reason) {
		if (this.failure != null) {
			this.failure.reportUnlessArrived();
		}
	}

	private Checkpoint<P> checkpoint() {
		return Objects.requireNonNull(this.checkpoint, "not started");
	}

	private StageContext context() {
		return Objects.requireNonNull(this.context, "not started");
	}

	/**
	 * How far a source has come.
	 *
	 * @param saved the position from which it would go on after a restart; {@code null}
	 * for the beginning
	 * @param oldestUnsettled the position of the event for which the saved position
	 * waits, {@code null} if all that was read is settled
	 * @param unsettled how many events were read and are not settled
	 * @param settledAhead how many events are settled behind one that isn't
	 * @param atLimit whether no more are read before the oldest unsettled event is
	 * settled
	 * @param storeFailure why the last save has failed, {@code null} if it hasn't
	 * @param <P> the type of the positions
	 */
	public record Status<P>(@Nullable P saved, @Nullable P oldestUnsettled, int unsettled, int settledAhead,
			boolean atLimit, @Nullable Throwable storeFailure) {
	}

	/**
	 * The messages to itself.
	 */
	private interface Step<P, E> {

		List<E> take(CheckpointedProducer<P, E> producer);

		/** Returns whether the source, or the store, has answered. */
		default boolean hasReached() {
			return false;
		}

	}

	private record Loaded<P, E>(ProgressStore<P> reader, @Nullable P start,
			@Nullable Extent<P> extent) implements Step<P, E> {

		@Override
		public List<E> take(CheckpointedProducer<P, E> producer) {
			return producer.loaded(this.reader, this.start, this.extent);
		}

		@Override
		public boolean hasReached() {
			return true;
		}

	}

	private record Read<P, E>(Page<P, E> page) implements Step<P, E> {

		@Override
		public List<E> take(CheckpointedProducer<P, E> producer) {
			return producer.read(this.page);
		}

		@Override
		public boolean hasReached() {
			return true;
		}

	}

	private record ReadAgain<P, E>(List<Place<P>> row, Page<P, E> page) implements Step<P, E> {

		@Override
		public List<E> take(CheckpointedProducer<P, E> producer) {
			return producer.readAgain(this.row, this.page);
		}

		@Override
		public boolean hasReached() {
			return true;
		}

	}

	private record Settled<P, E>(List<Place<P>> failed) implements Step<P, E> {

		@Override
		public List<E> take(CheckpointedProducer<P, E> producer) {
			return producer.settled(this.failed);
		}

	}

	private record Due<P, E>(List<Place<P>> failed) implements Step<P, E> {

		@Override
		public List<E> take(CheckpointedProducer<P, E> producer) {
			return producer.due(this.failed);
		}

	}

	private record Unavailable<P, E>(SourceUnavailableException cause,
			Callable<Step<P, E>> work) implements Step<P, E> {

		@Override
		public List<E> take(CheckpointedProducer<P, E> producer) {
			return producer.unavailable(this.cause, this.work);
		}

	}

	private record Retry<P, E>(Callable<Step<P, E>> work) implements Step<P, E> {

		@Override
		public List<E> take(CheckpointedProducer<P, E> producer) {
			return producer.retry(this.work);
		}

	}

	private record Broken<P, E>(Throwable cause) implements Step<P, E> {

		@Override
		public List<E> take(CheckpointedProducer<P, E> producer) {
			return producer.failed(this.cause);
		}

	}

}
