package io.genstage.delivery;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

/**
 * An event that carries its settlement: whoever it came from gets to know what has become
 * of it, and of all that was made from it.
 * <p>
 * A source emits deliveries in the place of its events. Handlers get the events, unless
 * they take a delivery; their outputs are children of the deliveries that they were made
 * from. A delivery is settled when its own handling and all of its children are, with the
 * worst outcome of all.
 *
 * <pre>{@code
 * return records.stream()
 *     .map((record) -> Delivery.of(record.value(), this.acknowledger, record.partition(), record.offset()))
 *     .toList();
 * }</pre>
 *
 * It may be used by any thread. Only {@link #of}, {@link #event}, {@link #with} and
 * {@link #end} are for applications; the engine calls the rest.
 *
 * @param <E> the type of the event
 */
public final class Delivery<E> extends Node {

	private static final VarHandle END = Handles.of(MethodHandles.lookup(), "end", CompletableFuture.class);

	private final E event;

	private final Above above;

	/** Made only for those who ask. */
	private volatile @Nullable CompletableFuture<Outcome> end;

	private Delivery(E event, Node parent) {
		super(parent.openChild());
		this.event = event;
		this.above = parent;
	}

	private Delivery(E event, Acknowledger<?> acknowledger, Object group, @Nullable Object reference) {
		super(true);
		this.event = Objects.requireNonNull(event, "event must not be null");
		this.above = new Settlement(acknowledger, group, reference, this);
	}

	/**
	 * Makes a delivery of an event of a source.
	 * @param event the event
	 * @param acknowledger is called when the event is settled
	 * @param group what can be settled together, compared by {@code equals}: a channel, a
	 * partition, a page
	 * @param <E> the type of the event
	 * @param <G> the type of the group
	 * @return the delivery, to be emitted once
	 */
	public static <E, G> Delivery<E> of(E event, Acknowledger<? super G> acknowledger, G group) {
		return new Delivery<>(event, acknowledger, group, null);
	}

	/**
	 * Makes a delivery of an event by which its source knows something.
	 * @param event the event
	 * @param acknowledger is called when the event is settled
	 * @param group what can be settled together, compared by {@code equals}: a channel, a
	 * partition, a page
	 * @param reference what the acknowledger finds in the {@link Settlement} beside the
	 * event: an offset, a delivery tag
	 * @param <E> the type of the event
	 * @param <G> the type of the group
	 * @return the delivery, to be emitted once
	 */
	public static <E, G> Delivery<E> of(E event, Acknowledger<? super G> acknowledger, G group, Object reference) {
		return new Delivery<>(event, acknowledger, group, reference);
	}

	/**
	 * Returns the event.
	 * @return the event
	 */
	public E event() {
		return this.event;
	}

	/**
	 * Makes a child: an output of the handling of this event, whose outcome counts for
	 * this one as well. It must be emitted; a child that isn't leaves this delivery open.
	 * A child of a delivery that is settled already has an end of its own and changes
	 * nothing.
	 * @param output the output
	 * @param <O> the type of the output
	 * @return the delivery of the output
	 */
	public <O> Delivery<O> with(O output) {
		return childOf(this, output);
	}

	static <O> Delivery<O> childOf(Node parent, O output) {
		return new Delivery<>(Objects.requireNonNull(output, "output must not be null"), parent);
	}

	/**
	 * Returns the end of this delivery.
	 * @return a stage that is completed with the outcome, by the thread that settles the
	 * last part
	 */
	public CompletionStage<Outcome> end() {
		CompletableFuture<Outcome> known = this.end;
		if (known == null) {
			END.compareAndSet(this, null, new CompletableFuture<Outcome>());
			known = Objects.requireNonNull(this.end);
		}
		if (hasEnded()) {
			known.complete(ending().outcome());
		}
		return known.minimalCompletionStage();
	}

	/**
	 * Settles what was to be done for the event itself; the delivery ends when its
	 * children have, too. The first outcome counts, a later one is counted as late.
	 * @param verdict what has become of it
	 * @return whether this is the first one
	 */
	public boolean settle(Verdict verdict) {
		return countIfLate(settleOwnWork(verdict));
	}

	/**
	 * Ends the delivery before its children: its outcome is this one, whatever becomes of
	 * them.
	 * @param verdict what has become of it
	 * @return false, and counted as late, if it has ended already
	 */
	public boolean settleNow(Verdict verdict) {
		return countIfLate(endNow(verdict));
	}

	private boolean countIfLate(boolean first) {
		if (!first) {
			countLate();
		}
		return first;
	}

	/**
	 * Returns whether the delivery has ended.
	 * @return whether its outcome is known
	 */
	public boolean isSettled() {
		return hasEnded();
	}

	/**
	 * Returns whether what was to be done for the event itself has an outcome, while
	 * children may be open.
	 * @return whether {@link #settle} would come too late
	 */
	public boolean isHandled() {
		return isOwnWorkSettled();
	}

	/**
	 * Returns how the delivery has ended.
	 * @return the verdict, or {@code null} as long as it is open
	 */
	public @Nullable Verdict verdict() {
		return hasEnded() ? ending() : null;
	}

	/**
	 * Makes the deliveries of the same event for several consumers, whose worst outcome
	 * is that of this one. Nothing else is to be done for this one then: with no consumer
	 * it is accepted. For one consumer there is no need of another delivery.
	 * @param consumers how many there are, at least 0
	 * @return as many deliveries
	 */
	public List<Delivery<E>> fork(int consumers) {
		if (consumers == 1) {
			return List.of(this);
		}
		List<Delivery<E>> copies = new ArrayList<>(consumers);
		for (int copy = 0; copy < consumers; copy++) {
			copies.add(with(this.event));
		}
		settle(Verdict.accepted());
		return copies;
	}

	/**
	 * Takes a delivery of a source into the engine, which is where it is reported from
	 * when it ends. Those that were made from another one come with it.
	 * @param queue where its settlement goes
	 * @return false if it was taken already: a source has emitted it twice
	 */
	public boolean enter(SettlementQueue queue) {
		return !(this.above instanceof Settlement settlement) || settlement.enter(queue);
	}

	/**
	 * Returns whether this is the event of a dead letter that is being replayed: it
	 * {@linkplain Acknowledger#takesBack goes back} when it fails again, and it doesn't
	 * wait behind letters of its key. Its children are events like others.
	 * @return whether its source takes it back
	 */
	public boolean isReplayed() {
		return this.above instanceof Settlement settlement && settlement.acknowledger().takesBack();
	}

	/**
	 * Returns the shared parent of the outputs of a call with several events: each output
	 * is a child of every one of them.
	 * @param members the deliveries of the call
	 * @return their group, which keeps them open until it is
	 * {@linkplain DeliveryGroup#close closed} and its outputs have ended
	 */
	public static DeliveryGroup group(List<? extends Delivery<?>> members) {
		return new DeliveryGroup(members);
	}

	/**
	 * Returns the event that a stage's code is to see.
	 * @param event an event, or the delivery of one
	 * @return the event itself
	 */
	public static Object payload(Object event) {
		return (event instanceof Delivery<?> delivery) ? Objects.requireNonNull((Object) delivery.event) : event;
	}

	/**
	 * Returns whether there is a delivery among events. Makes no objects if the list is
	 * of {@linkplain RandomAccess random access}.
	 * @param events the events
	 * @return whether at least one is a delivery
	 */
	public static boolean isAmong(List<?> events) {
		if (events instanceof RandomAccess) {
			for (int place = 0; place < events.size(); place++) {
				if (events.get(place) instanceof Delivery<?>) {
					return true;
				}
			}
			return false;
		}
		for (Object event : events) {
			if (event instanceof Delivery<?>) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Returns what has ended by the end of this one, or nothing if more is open there.
	 */
	@Nullable Node handOn() {
		CompletableFuture<Outcome> known = this.end;
		if (known != null) {
			Completions.complete(known, ending().outcome());
		}
		if (isLoose()) {
			return null;
		}
		if (this.above instanceof Settlement settlement) {
			settlement.report();
			return null;
		}
		Node parent = (Node) this.above;
		return parent.childEnded(ending()) ? parent : null;
	}

	@Override
	Above origin() {
		return this.above;
	}

	/**
	 * Says how it stands, without the event, which is not for a log.
	 */
	@Override
	public String toString() {
		return hasEnded() ? "delivery, " + ending().outcome() : "delivery, open";
	}

}
