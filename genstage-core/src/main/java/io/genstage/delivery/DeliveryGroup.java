package io.genstage.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * The shared parent of the outputs of a call with several events. Each output is a child
 * of every event of the call, by one count for all of them. Of the engine.
 */
public final class DeliveryGroup extends Node {

	/** Those that wait for the group, one as often as it is named. */
	private final List<Delivery<?>> members;

	/** In the place of members those of a stretch, or null. */
	private final @Nullable DeliveryRow row;

	private final Places places;

	/** The first member, null in front of a row. */
	private final @Nullable Delivery<?> first;

	/** How many outputs were made in the call, which count when it is over. */
	private int outputs;

	private boolean closed;

	DeliveryGroup(List<? extends Delivery<?>> members, boolean accepting) {
		super(true);
		this.row = null;
		this.places = Places.between(0, 0);
		if (members.isEmpty()) {
			throw new IllegalArgumentException("expected at least one delivery");
		}
		List<Delivery<?>> open = new ArrayList<>(members.size());
		for (Delivery<?> member : members) {
			if (member.openChild(accepting)) {
				open.add(member);
			}
		}
		this.members = open;
		// Who has ended before doesn't wait for the group.
		this.first = (open.isEmpty() ? members : open).get(0);
	}

	/** Made for those of a stretch that wait for it already. */
	private DeliveryGroup(DeliveryRow row, Places places) {
		super(true);
		this.row = row;
		this.places = places;
		this.members = List.of();
		this.first = null;
	}

	/**
	 * Returns the shared parent of the outputs of a call with a stretch of deliveries,
	 * which are accepted.
	 * @param row the deliveries
	 * @param from the place of the first
	 * @param to the place behind the last
	 * @return the group, or {@code null} if they are not all open
	 */
	public static @Nullable DeliveryGroup accepting(DeliveryRow row, int from, int to) {
		Places places = Places.between(from, to);
		return row.await(places) ? new DeliveryGroup(row, places) : null;
	}

	/**
	 * Makes outputs of the call. Called by the thread of the call.
	 * @param events an array with the outputs, which nobody may change
	 * @param start the index of the first
	 * @param size how many there are
	 * @return their deliveries, or {@code null} if the group is closed
	 */
	public @Nullable DeliveryRow outputs(@Nullable Object[] events, int start, int size) {
		if (this.closed) {
			return null;
		}
		checkRoom(this.outputs, size);
		this.outputs += size;
		return new OutputRow(this, events, start, size);
	}

	/**
	 * Makes an output of the call. Called by the thread of the call.
	 * @param output the output
	 * @param <O> the type of the output
	 * @return the delivery of the output
	 */
	public <O> Delivery<O> with(O output) {
		return with(output, null);
	}

	/**
	 * Makes an output of the call that carries a context. Called by the thread of the
	 * call.
	 * @param output the output
	 * @param context what the output carries, {@code null} for nothing
	 * @param <O> the type of the output
	 * @return the delivery of the output
	 */
	public <O> Delivery<O> with(O output, @Nullable Object context) {
		if (this.closed) {
			return Delivery.childOf(this, output, context, openChild(false));
		}
		checkRoom(this.outputs, 1);
		this.outputs++;
		return Delivery.childOf(this, output, context, true);
	}

	/**
	 * Says that there are no more outputs to come. Without any the members don't wait.
	 * Called by the thread of the call.
	 * @return false if it was closed before
	 */
	public boolean close() {
		if (this.closed) {
			return false;
		}
		this.closed = true;
		Endings endings = new Endings();
		finishOwnWork(this.outputs, endings);
		endings.report();
		return true;
	}

	@Override
	void end(Endings endings, boolean entered) {
		endings.rising(this);
	}

	@Override
	public void handOn(Endings endings) {
		Verdict ending = ending();
		if (this.row != null) {
			this.row.partEnded(this.places, ending, endings);
		}
		for (Delivery<?> member : this.members) {
			endings.childEnded(member, ending);
		}
	}

	@Override
	void extend(long until) {
		if (this.row != null) {
			for (int index = 0; index < this.places.size(); index++) {
				this.row.get(this.places.get(index)).extend(until);
			}
		}
		this.members.forEach((member) -> member.extend(until));
	}

	@Override
	Above origin() {
		return (this.row != null) ? this.row.get(this.places.get(0)) : Objects.requireNonNull(this.first);
	}

	@Override
	void leaveRow(int place) {
		throw new IllegalStateException("a group is in no row");
	}

}
