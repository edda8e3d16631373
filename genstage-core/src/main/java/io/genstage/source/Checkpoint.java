package io.genstage.source;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;

import io.genstage.SourceProgress;
import io.genstage.delivery.Acknowledger;
import io.genstage.delivery.Settlement;
import io.genstage.log.StageLog;
import io.genstage.source.CheckpointedProducer.Status;
import io.genstage.source.CheckpointedSource.Extent;
import io.genstage.source.Progress.Place;
import org.jspecify.annotations.Nullable;

/**
 * The progress of one run, which goes on while its last events are settled, also when the
 * stage has stopped.
 *
 * @param <P> the type of the positions
 */
final class Checkpoint<P> implements Acknowledger<Checkpoint<P>> {

	private static final System.Logger logger = StageLog.of(Checkpoint.class);

	private final String name;

	private final ProgressStore<P> store;

	/** Gets the elements that have failed, perhaps none, after others were settled. */
	private final Consumer<List<Place<P>>> bell;

	/** Held for moments only. */
	private final ReentrantLock lock = new ReentrantLock();

	private final Progress<P> progress;

	private @Nullable P saved;

	private @Nullable Throwable storeFailure;

	private boolean saving;

	private boolean closed;

	/** Whether there is nothing behind what was read. */
	private boolean ended;

	private final @Nullable Extent<P> extent;

	Checkpoint(String name, ProgressStore<P> store, @Nullable P start, @Nullable Extent<P> extent, int maxUnsettled,
			Consumer<List<Place<P>>> bell) {
		this.name = name;
		this.store = store;
		this.bell = bell;
		this.extent = extent;
		this.saved = start;
		this.progress = new Progress<>(start, maxUnsettled);
	}

	<T extends @Nullable Object> T locked(Function<Progress<P>, T> action) {
		this.lock.lock();
		try {
			return action.apply(this.progress);
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Saves nothing from now on: another run goes on from what is saved. */
	void close() {
		locked((progress) -> this.closed = true);
	}

	@Override
	public void settle(Checkpoint<P> group, List<Settlement> accepted, List<Settlement> failed) {
		note(places(accepted));
		save();
		this.bell.accept(places(failed));
	}

	@SuppressWarnings("unchecked") // given with the delivery
	private List<Place<P>> places(List<Settlement> settlements) {
		return settlements.stream()
			.map((settlement) -> (Place<P>) Objects.requireNonNull(settlement.reference()))
			.toList();
	}

	/** Lets elements count as settled that the source has no more; not saved yet. */
	void forget(List<Place<P>> gone) {
		logger.log(Level.WARNING,
				() -> "%d failed elements of '%s' can't be read again, since they no longer exist; they count as settled"
					.formatted(gone.size(), this.name));
		note(gone);
	}

	/** Notes that elements are settled, which is not saved yet. */
	private void note(List<Place<P>> settled) {
		locked((progress) -> {
			settled.forEach(progress::settle);
			return null;
		});
	}

	/**
	 * Saves how far all is settled, unless that is known to the store or is just being
	 * saved. Not under the lock, since it may take long.
	 */
	void save() {
		P next = locked((progress) -> this.saving ? null : next(progress));
		while (next != null) {
			P position = next;
			Exception failure = null;
			try {
				this.store.save(this.name, position);
			}
			catch (Exception ex) {
				failure = ex;
			}
			next = saved(position, failure);
		}
	}

	/** Returns what is to be saved now, which is then under way. */
	private @Nullable P next(Progress<P> progress) {
		P reached = progress.settledUpTo();
		this.saving = reached != null && !this.closed && !reached.equals(this.saved);
		return this.saving ? reached : null;
	}

	private @Nullable P saved(P position, @Nullable Exception failure) {
		boolean[] failedBefore = new boolean[1];
		P next = locked((progress) -> {
			failedBefore[0] = this.storeFailure != null;
			this.storeFailure = failure;
			if (failure != null) {
				this.saving = false;
				return null;
			}
			this.saved = position;
			return next(progress);
		});
		report(failedBefore[0], failure);
		return next;
	}

	/** Says once that saving fails, and once that it doesn't any more. */
	private void report(boolean failedBefore, @Nullable Exception failure) {
		if (failure == null && failedBefore) {
			logger.log(Level.INFO, () -> "the progress of '%s' is saved again".formatted(this.name));
		}
		if (failure != null && !failedBefore) {
			logger.log(Level.ERROR, () -> "the progress of '%s' could not be saved; it is tried again with the next one"
				.formatted(this.name), failure);
		}
	}

	/**
	 * Returns whether all that was read is settled, and saved as far as the store lets:
	 * before that a source must not complete, since the next run would read it again.
	 */
	boolean isDone() {
		return locked((progress) -> {
			P reached = progress.settledUpTo();
			return progress.unsettled() == 0 && !this.saving
					&& (reached == null || reached.equals(this.saved) || this.storeFailure != null);
		});
	}

	/** Notes that what was read is all that there is. */
	void end() {
		locked((progress) -> this.ended = true);
	}

	/** Returns how much is settled. Any thread may call this. */
	SourceProgress progress() {
		Extent<P> known = this.extent;
		ToLongFunction<? super P> measured = (known != null) ? known.measured() : null;
		Long total = (known != null) ? (Long) known.total() : null;
		if (measured == null) {
			return locked((progress) -> SourceProgress.ofEvents(progress.settled(),
					this.ended ? (Long) progress.read() : total));
		}
		// Not under the lock, since it is the source's.
		P reached = this.<@Nullable P>locked(Progress::settledUpTo);
		return new SourceProgress((reached != null) ? measured.applyAsLong(reached) : 0, total,
				SourceProgress.Measure.BYTES);
	}

	Status<P> status() {
		return locked((progress) -> new Status<>(this.saved, progress.oldestUnsettled(), progress.unsettled(),
				progress.settledAhead(), progress.room() == 0, this.storeFailure));
	}

}
