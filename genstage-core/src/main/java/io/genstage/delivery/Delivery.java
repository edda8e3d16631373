package io.genstage.delivery;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
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

	/** For how many places of a row there is room before they are known. */
	private static final int FIRST_PLACES = 64;

	/*
	 * Plain on purpose: whoever has got a delivery sees what the thread that made it had
	 * written before.
	 */
	private static boolean made;

	private static final VarHandle END = Handles.of(MethodHandles.lookup(), "end", CompletableFuture.class);

	private final E event;

	private final Above above;

	/** Made only for those who ask. */
	private volatile @Nullable CompletableFuture<Outcome> end;

	private Delivery(E event, Above above, boolean open) {
		super(open);
		this.event = event;
		this.above = above;
		noteMade();
	}

	private Delivery(E event, Acknowledger<?> acknowledger, Object group, @Nullable Object reference,
			@Nullable Object context) {
		super(true);
		this.event = Objects.requireNonNull(event, "event must not be null");
		this.above = Carried.with(new Settlement(acknowledger, group, reference, this), context);
		noteMade();
	}

	private static void noteMade() {
		// Read first: what all threads write, no processor keeps.
		if (!made) {
			made = true;
		}
	}

	/**
	 * Returns whether any delivery has been made in this JVM, so that plain events need
	 * not be searched for deliveries where there are none. Of the engine.
	 * @return {@code false} only if the calling thread has got none
	 */
	public static boolean areMade() {
		return made;
	}

	/**
	 * Makes a delivery of an event that came without one, for a stage that takes
	 * deliveries. Nobody waits for it. Of the engine.
	 * @param event the event
	 * @param <E> the type of the event
	 * @return the delivery
	 */
	public static <E> Delivery<E> ofPlain(E event) {
		return new Delivery<>(Objects.requireNonNull(event, "event must not be null"), Nobody.INSTANCE, false);
	}

	/**
	 * Makes a delivery of an event for which nobody waits, but which carries a context.
	 * Of the engine.
	 * @param event the event
	 * @param context what the event carries
	 * @param <E> the type of the event
	 * @return the delivery
	 */
	public static <E> Delivery<E> carrying(E event, Object context) {
		return new Delivery<>(Objects.requireNonNull(event, "event must not be null"),
				new Carried(Nobody.INSTANCE, context), false);
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
		return new Delivery<>(event, acknowledger, group, null, null);
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
		return new Delivery<>(event, acknowledger, group, reference, null);
	}

	/**
	 * Makes deliveries of all events of a page, which cost far less together than one by
	 * one: as long as they stay together, none of them is an object of its own.
	 * @param events the events, which are copied
	 * @param acknowledger is called when events are settled
	 * @param group what can be settled together, compared by {@code equals}: a channel, a
	 * partition, a page
	 * @param <E> the type of the events
	 * @param <G> the type of the group
	 * @return the deliveries in the same order, each to be emitted once; the list can't
	 * be changed
	 * @throws NullPointerException if an event is {@code null}
	 */
	public static <E, G> List<Delivery<E>> ofAll(Collection<? extends E> events, Acknowledger<? super G> acknowledger,
			G group) {
		return page(events.toArray(), acknowledger, group, null);
	}

	/**
	 * Makes deliveries of all events of a page, each of which its source knows by
	 * something.
	 * @param events the events, which are copied
	 * @param acknowledger is called when events are settled
	 * @param group what can be settled together, compared by {@code equals}: a channel, a
	 * partition, a page
	 * @param references what the acknowledger finds in the {@link Settlement} beside each
	 * event, as many as there are events
	 * @param <E> the type of the events
	 * @param <G> the type of the group
	 * @return the deliveries in the same order, each to be emitted once; the list can't
	 * be changed
	 * @throws IllegalArgumentException if there are not as many references as events
	 * @throws NullPointerException if an event is {@code null}
	 */
	public static <E, G> List<Delivery<E>> ofAll(Collection<? extends E> events, Acknowledger<? super G> acknowledger,
			G group, Collection<?> references) {
		if (references.size() != events.size()) {
			throw new IllegalArgumentException(
					"there are %d references for %d events".formatted(references.size(), events.size()));
		}
		return page(events.toArray(), acknowledger, group, new ArrayList<>(references));
	}

	private static <E> List<Delivery<E>> page(Object[] events, Acknowledger<?> acknowledger, Object group,
			@Nullable List<?> references) {
		Objects.requireNonNull(acknowledger, "acknowledger must not be null");
		Objects.requireNonNull(group, "group must not be null");
		for (Object event : events) {
			Objects.requireNonNull(event, "event must not be null");
		}
		if (events.length > MOST_PLACES) {
			throw new IllegalArgumentException("a page has at most %d events".formatted(MOST_PLACES));
		}
		return new DeliveryPage<>(new SourceRow(events, new SourceRow.Origin(acknowledger, group, references)));
	}

	static Settlement settlementOf(Object event, Acknowledger<?> acknowledger, Object group,
			@Nullable Object reference) {
		Delivery<Object> delivery = new Delivery<>(event, acknowledger, group, reference, null);
		return Objects.requireNonNull(delivery.settlement());
	}

	/**
	 * Makes a delivery of an event of a source that carries the context of its sender. Of
	 * the engine.
	 * @param event the event
	 * @param acknowledger is called when the event is settled
	 * @param group what can be settled together, compared by {@code equals}
	 * @param reference what the acknowledger finds in the {@link Settlement}
	 * @param context what the event carries, {@code null} for nothing
	 * @param <E> the type of the event
	 * @param <G> the type of the group
	 * @return the delivery, to be emitted once
	 */
	public static <E, G> Delivery<E> of(E event, Acknowledger<? super G> acknowledger, G group, Object reference,
			@Nullable Object context) {
		return new Delivery<>(event, acknowledger, group, reference, context);
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
		return childOf(this, output, null, openChild(false));
	}

	/**
	 * Makes a child that carries a context of its own. Of the engine.
	 * @param output the output
	 * @param context what the child carries; {@code null} for what this one carries
	 * @param <O> the type of the output
	 * @return the delivery of the output, for which nobody waits if nobody waits for this
	 * one
	 */
	public <O> Delivery<O> with(O output, @Nullable Object context) {
		// Who is known to wait for nothing is not kept for its context only.
		return (context != null && !hasSource()) ? carrying(output, context)
				: childOf(this, output, context, openChild(false));
	}

	/**
	 * Makes a child.
	 * @param context what the child carries, null for what its parent does
	 * @param open whether the parent waits for it
	 */
	static <O> Delivery<O> childOf(Node parent, O output, @Nullable Object context, boolean open) {
		return new Delivery<>(Objects.requireNonNull(output, "output must not be null"), Carried.with(parent, context),
				open);
	}

	/**
	 * Returns the context that the event carries: its own or the nearest of those that it
	 * was made from. What was made of several events together has none of theirs. Of the
	 * engine.
	 * @return what {@link io.genstage.StageObserver} has given, or {@code null}
	 */
	public @Nullable Object context() {
		Delivery<?> delivery = this;
		while (true) {
			if (delivery.above instanceof Carried carried) {
				return carried.context();
			}
			if (!(delivery.above instanceof Delivery<?> parent)) {
				return null;
			}
			delivery = parent;
		}
	}

	/**
	 * Returns the context that an event carries. Of the engine.
	 * @param event an event, or the delivery of one
	 * @return its context, or {@code null} if it carries none
	 */
	public static @Nullable Object contextOf(Object event) {
		return (event instanceof Delivery<?> delivery) ? delivery.context() : null;
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
	 * Says how the source is to settle the event if it fails. The last call counts; what
	 * comes when the delivery has ended is for nobody.
	 * @param hint what the source is to do
	 */
	public void hint(SourceHint hint) {
		if (!hasEnded()) {
			noteHint(hint);
		}
	}

	/**
	 * Says that the work takes longer: until then a source that waits for the delivery
	 * doesn't take it for forgotten. Of several times the latest counts. Of the engine.
	 * Any thread may call this.
	 * @param until the time in nanoseconds, by the clock of the engine
	 */
	@Override
	public void extend(long until) {
		if (isLoose() || hasEnded()) {
			return;
		}
		Above above = origin();
		if (above instanceof Settlement settlement) {
			settlement.extend(until);
		}
		else if (above instanceof Node node) {
			node.extend(until);
		}
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
	 * Settles what was to be done for several events together, which is cheaper than one
	 * by one. What is settled already stays as it is. Of the engine.
	 * @param events the events, of which those are settled that are deliveries
	 * @param verdict what has become of each
	 */
	public static void settleAll(List<?> events, Verdict verdict) {
		Endings endings = new Endings();
		if (verdict.isPlain()) {
			acceptAll(events, endings);
		}
		else {
			for (Object event : events) {
				if (event instanceof Delivery<?> delivery) {
					delivery.settleOwnWork(verdict, endings);
				}
			}
		}
		endings.report();
	}

	/**
	 * Accepts what was to be done for a stretch of deliveries, as far as it is not
	 * settled. Of the engine.
	 * @param row the deliveries
	 * @param from the place of the first
	 * @param to the place behind the last
	 */
	public static void acceptAll(DeliveryRow row, int from, int to) {
		Endings endings = new Endings();
		row.accept(Places.between(from, to), endings);
		endings.report();
	}

	/** Those of one row, one after the other, cost one lock of it. */
	@SuppressWarnings("ReferenceEquality") // rows are what they are
	private static void acceptAll(List<?> events, Endings endings) {
		int place = 0;
		while (place < events.size()) {
			SourceRow row = rowOf(events.get(place));
			if (row == null) {
				if (events.get(place++) instanceof Delivery<?> delivery) {
					delivery.settleOwnWork(Verdict.accepted(), endings);
				}
			}
			else {
				place = acceptOf(row, events, place, endings);
			}
		}
	}

	/** Returns the place behind those of the row. */
	@SuppressWarnings("ReferenceEquality")
	private static int acceptOf(SourceRow row, List<?> events, int start, Endings endings) {
		int[] accepted = new int[Math.min(events.size() - start, FIRST_PLACES)];
		int count = 0;
		int place = start;
		row.lock();
		try {
			for (; place < events.size() && rowOf(events.get(place)) == row; place++) {
				int inRow = ((Delivery<?>) events.get(place)).placeInRow();
				if (inRow >= 0 && row.acceptOne(inRow)) {
					accepted = (count < accepted.length) ? accepted : Arrays.copyOf(accepted, 2 * count);
					accepted[count++] = inRow;
				}
			}
		}
		finally {
			row.unlock();
		}
		if (count > 0) {
			row.ended(Places.of(accepted, count), endings);
		}
		return place;
	}

	private static @Nullable SourceRow rowOf(Object event) {
		if (event instanceof Delivery<?> delivery && delivery.placeInRow() >= 0) {
			Settlement settlement = delivery.settlement();
			return (settlement != null) ? settlement.row() : null;
		}
		return null;
	}

	/** Returns whether somebody wants to know its end from it. */
	boolean isListenedTo() {
		return this.end != null;
	}

	@Override
	void leaveRow(int place) {
		((Settlement) origin()).leaveRow(place);
	}

	/** Returns what its source is to hear of it, if it comes from a source. */
	@Nullable Settlement settlement() {
		return (origin() instanceof Settlement settlement) ? settlement : null;
	}

	/**
	 * Returns whether a source waits for it, so that it has to be settled: not if it was
	 * made of an event that came without a settlement, or that was settled before.
	 * @return whether somebody gets to know how it ends
	 */
	public boolean hasSource() {
		Above above = this;
		while (above instanceof Node node) {
			if (node.isLoose() || (node != this && node.hasEnded())) {
				return false;
			}
			above = node.origin();
		}
		return above instanceof Settlement;
	}

	/**
	 * Returns whether this is the event of a dead letter that is being replayed: it
	 * {@linkplain Acknowledger#takesBack goes back} when it fails again, and it doesn't
	 * wait behind letters of its key. Its children are events like others.
	 * @return whether its source takes it back
	 */
	public boolean isReplayed() {
		return origin() instanceof Settlement settlement && settlement.acknowledger().takesBack();
	}

	/**
	 * Returns what the source of the event has kept of attempts before, from which it was
	 * given back. Of the engine.
	 * @return what was kept, by whichever stage, or {@code null} if there is nothing
	 */
	public @Nullable HeldRetry heldRetry() {
		Settlement settlement = sourceSettlement();
		return (settlement != null) ? settlement.retryBefore() : null;
	}

	/**
	 * Returns what the source of the event, or of what it was made from, gets when that
	 * has ended, to find out which one it is. What was made of several events together
	 * has no such source. Of the engine.
	 * @return the settlement, whose outcome is not to be asked for, or {@code null} if
	 * there is none
	 */
	public @Nullable Settlement sourceSettlement() {
		Above above = this;
		while (above instanceof Delivery<?> delivery) {
			above = delivery.origin();
		}
		return (above instanceof Settlement settlement) ? settlement : null;
	}

	/**
	 * Returns whether the source of the event keeps it for another attempt, which would
	 * repeat no other event: it comes from a source that
	 * {@linkplain Acknowledger#keepsRetries keeps} retries, and of each event that it was
	 * made from nothing else was made so far. Of the engine.
	 * @return whether it may be given back
	 */
	public boolean isKeptForRetries() {
		if (isLoose() || isHandled()) {
			return false;
		}
		Above above = origin();
		while (above instanceof Delivery<?> parent) {
			if (parent.isLoose() || parent.hasEnded() || parent.hadSeveralChildren()) {
				return false;
			}
			above = parent.origin();
		}
		return above instanceof Settlement settlement && settlement.acknowledger().keepsRetries();
	}

	/**
	 * Returns whether nothing else is made of the events that this one was made from, as
	 * they are handled. Of the engine.
	 * @return false as long as a handler of one of them may still do so
	 */
	public boolean isMadeInFull() {
		Above above = origin();
		while (above instanceof Delivery<?> parent) {
			if (!parent.isOwnWorkDone()) {
				return false;
			}
			above = parent.origin();
		}
		return true;
	}

	/**
	 * Returns the shared parent of the outputs of a call with several events: each output
	 * is a child of every one of them.
	 * @param members the deliveries of the call
	 * @param accepting whether what was to be done for them is accepted now
	 * @return their group, which keeps them open until it is
	 * {@linkplain DeliveryGroup#close closed} and its outputs have ended
	 */
	public static DeliveryGroup group(List<? extends Delivery<?>> members, boolean accepting) {
		return new DeliveryGroup(members, accepting);
	}

	/**
	 * Returns the event that a stage's code is to see.
	 * @param event an event, or the delivery of one
	 * @return the event itself
	 */
	public static Object payload(Object event) {
		return (event instanceof Delivery<?> delivery) ? Objects.requireNonNull((Object) delivery.event) : event;
	}

	@Override
	void end(Endings endings, boolean entered) {
		CompletableFuture<Outcome> known = this.end;
		if (known != null) {
			Completions.complete(known, ending().outcome());
		}
		if (isLoose()) {
			return;
		}
		if (origin() instanceof Settlement settlement) {
			if (entered) {
				settlement.settled(endings);
			}
		}
		else {
			endings.rising(this);
		}
	}

	@Override
	public void handOn(Endings endings) {
		endings.childEnded((Node) origin(), ending());
	}

	@Override
	Above origin() {
		return (this.above instanceof Carried carried) ? carried.above() : this.above;
	}

	/**
	 * Says how it stands, without the event, which is not for a log.
	 */
	@Override
	public String toString() {
		return hasEnded() ? "delivery, " + ending().outcome() : "delivery, open";
	}

}
