package io.genstage.delivery;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * One settled event, as the {@link Acknowledger} of its source gets it.
 */
public final class Settlement implements Above {

	private static final VarHandle QUEUE = Handles.of(MethodHandles.lookup(), "queue", SettlementQueue.class);

	private static final VarHandle REPORTED = Handles.of(MethodHandles.lookup(), "reported", boolean.class);

	private final Acknowledger<?> acknowledger;

	private final Object group;

	private final @Nullable Object reference;

	private final Delivery<?> delivery;

	private volatile @Nullable SettlementQueue queue;

	private volatile boolean reported;

	/** The one that was settled before, of the queue that this waits in. */
	@Nullable Object before;

	Settlement(Acknowledger<?> acknowledger, Object group, @Nullable Object reference, Delivery<?> delivery) {
		this.acknowledger = Objects.requireNonNull(acknowledger, "acknowledger must not be null");
		this.group = Objects.requireNonNull(group, "group must not be null");
		this.reference = reference;
		this.delivery = delivery;
	}

	/**
	 * Returns the event as its source has emitted it.
	 * @return the event
	 */
	public Object event() {
		return Delivery.payload(this.delivery);
	}

	/**
	 * Returns what the source has given with the event.
	 * @return the reference, or {@code null} if it has given none
	 */
	public @Nullable Object reference() {
		return this.reference;
	}

	/**
	 * Returns what has become of the event.
	 * @return the outcome
	 */
	public Outcome outcome() {
		return verdict().outcome();
	}

	/**
	 * Returns why.
	 * @return the reason in words, without data of the event, or {@code null}
	 */
	public @Nullable String reason() {
		return verdict().reason();
	}

	/**
	 * Returns what was thrown.
	 * @return the cause, or {@code null}
	 */
	public @Nullable Throwable cause() {
		return verdict().cause();
	}

	/**
	 * Returns how the handler wants the source to settle the event.
	 * @return the hint, or {@code null} if it has given none
	 */
	public @Nullable SourceHint hint() {
		return verdict().hint();
	}

	private Verdict verdict() {
		return this.delivery.ending();
	}

	Acknowledger<?> acknowledger() {
		return this.acknowledger;
	}

	Object group() {
		return this.group;
	}

	/** Returns false if it has entered before. */
	boolean enter(SettlementQueue queue) {
		if (!QUEUE.compareAndSet(this, null, queue)) {
			return false;
		}
		queue.countEntered();
		if (this.delivery.isSettled()) {
			report();
		}
		return true;
	}

	/**
	 * Called when the event is settled, and by one who has entered it later than that.
	 */
	void report() {
		SettlementQueue entered = this.queue;
		if (entered != null && !this.reported && REPORTED.compareAndSet(this, false, true)) {
			entered.add(this);
		}
	}

	void countLate() {
		SettlementQueue entered = this.queue;
		if (entered != null) {
			entered.countLate();
		}
	}

	/**
	 * Says what has become of the event, without the event, which is not for a log.
	 */
	@Override
	public String toString() {
		return (reason() != null) ? "%s: %s".formatted(outcome(), reason()) : outcome().toString();
	}

}
