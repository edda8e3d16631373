package io.genstage.delivery;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * One settled event, as the {@link Acknowledger} of its source gets it.
 */
public final class Settlement extends Settled implements Above {

	private final Acknowledger<?> acknowledger;

	private final Object group;

	private final @Nullable Object reference;

	private final Delivery<?> delivery;

	/** How it has come in, to be read only if the delivery has entered. */
	private @Nullable Entry entry;

	/** With which others it is settled, to be read only if the delivery is in a row. */
	private @Nullable SourceRow row;

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

	/**
	 * Returns what the source is to keep, if the event is given back for another attempt
	 * after the delay of the {@linkplain #hint() hint}, and has not failed for good.
	 * @return what {@link Acknowledger#heldRetry} is to return when the event comes
	 * again; {@code null} if it isn't given back, as always unless the source
	 * {@linkplain Acknowledger#keepsRetries() keeps} retries
	 */
	public @Nullable HeldRetry retry() {
		return verdict().retry();
	}

	/** Returns what its source has kept of attempts before. */
	@Nullable HeldRetry retryBefore() {
		return this.acknowledger.heldRetry(this.reference);
	}

	private Verdict verdict() {
		return this.delivery.ending();
	}

	Acknowledger<?> acknowledger() {
		return this.acknowledger;
	}

	/**
	 * Returns what the source has said can be settled together. Of the engine.
	 * @return the group that the event was delivered with
	 */
	public Object group() {
		return this.group;
	}

	Delivery<?> delivery() {
		return this.delivery;
	}

	/**
	 * Gets to know where it goes, and with which others, with the lock of these.
	 * @return false if it has entered before, or has to go there alone
	 */
	boolean joins(SourceRow row, int place, Entry entry) {
		if (this.delivery.hasEntered() || this.delivery.isListenedTo()) {
			return false;
		}
		this.entry = entry;
		this.row = row;
		// From now on others see both.
		if (!this.delivery.joinRow(place)) {
			return false;
		}
		if (this.delivery.isListenedTo()) {
			row.release(place);
		}
		return true;
	}

	/**
	 * It is in a row, which knows what has happened to it. Called before anybody else
	 * sees it.
	 */
	void begin(SourceRow row, int place, Entry entry) {
		this.entry = entry;
		this.row = row;
		this.delivery.beginInRow(place);
	}

	/** Called if the delivery is or was in a row. */
	@Nullable SourceRow row() {
		return this.row;
	}

	void leaveRow(int place) {
		Objects.requireNonNull(this.row).release(place);
	}

	/**
	 * Gets to know where it goes, by one thread at a time.
	 * @param endings get it if it is settled already
	 * @return false if it has entered before
	 */
	boolean enter(Entry entry, Endings endings) {
		if (this.delivery.hasEntered()) {
			return false;
		}
		this.entry = entry;
		// From now on others see both.
		return this.delivery.enter(endings);
	}

	/** The delivery has entered, and it has ended. */
	void settled(Endings endings) {
		endings.settled(this, this, Objects.requireNonNull(this.entry).queue());
	}

	/** Returns whether it is known when it has entered. */
	boolean hasAge() {
		Entry entered = this.entry;
		return entered != null && entered.stretch() != null;
	}

	/** It isn't overdue until then. Called if the delivery is in no row. */
	void extend(long until) {
		Entry entered = this.delivery.hasEntered() ? this.entry : null;
		if (entered != null && entered.stretch() != null) {
			entered.queue().extend(this, until);
		}
	}

	boolean hasEnded() {
		return this.delivery.hasEnded();
	}

	/** Returns with which others it has entered, if it {@link #hasAge has an age}. */
	Stretch stretch() {
		return Objects.requireNonNull(Objects.requireNonNull(this.entry).stretch());
	}

	/** Its source knows of it, or never will. */
	void leave() {
		Entry entered = this.entry;
		if (entered != null && entered.stretch() != null) {
			entered.stretch().settle(1);
			entered.queue().forgetExtension(this);
		}
	}

	void countLate() {
		Entry entered = this.delivery.hasEntered() ? this.entry : null;
		if (entered != null) {
			entered.queue().countLate();
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
