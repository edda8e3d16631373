package io.genstage.delivery;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * One settled event, as the {@link Acknowledger} of its source gets it.
 */
public final class Settlement implements Above {

	private final Acknowledger<?> acknowledger;

	private final Object group;

	private final @Nullable Object reference;

	private final Delivery<?> delivery;

	/** Where it goes, to be read only if the delivery has entered. */
	private @Nullable SettlementQueue queue;

	/** When it entered, if anybody wants to know. */
	private @Nullable Stretch stretch;

	/** The next one of those that wait with it, in one direction or the other. */
	@Nullable Object neighbour;

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

	/**
	 * Gets to know where it goes, by one thread at a time.
	 * @param stretch when it enters, if anybody wants to know
	 * @param endings get it if it is settled already
	 * @return false if it has entered before
	 */
	boolean enter(SettlementQueue queue, @Nullable Stretch stretch, Endings endings) {
		if (this.delivery.hasEntered()) {
			return false;
		}
		this.queue = queue;
		this.stretch = stretch;
		// From now on others see both.
		return this.delivery.enter(endings);
	}

	/** The delivery has entered, and it has ended. */
	void settled(Endings endings) {
		endings.settled(this, Objects.requireNonNull(this.queue));
	}

	/** Its source knows of it, or never will. */
	void leave() {
		Stretch entered = this.stretch;
		if (entered != null) {
			entered.settle();
		}
	}

	void countLate() {
		SettlementQueue entered = this.delivery.hasEntered() ? this.queue : null;
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
