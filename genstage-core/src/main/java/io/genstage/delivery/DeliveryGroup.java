package io.genstage.delivery;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The shared parent of the outputs of a call with several events. Each output is a child
 * of every event of the call, by one count for all of them. Of the engine.
 */
public final class DeliveryGroup extends Node {

	/** Those that wait for the group, one as often as it is named. */
	private final List<Delivery<?>> members;

	private final Delivery<?> first;

	/** How many outputs were made in the call, which count when it is over. */
	private int outputs;

	private boolean closed;

	DeliveryGroup(List<? extends Delivery<?>> members, boolean accepting) {
		super(true);
		if (members.isEmpty()) {
			throw new IllegalArgumentException("expected at least one delivery");
		}
		this.members = new ArrayList<>(members.size());
		for (Delivery<?> member : members) {
			if (member.openChild(accepting)) {
				this.members.add(member);
			}
		}
		// Who has ended before doesn't wait for the group.
		this.first = (this.members.isEmpty() ? members : this.members).get(0);
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
	void handOn(Endings endings) {
		Verdict ending = ending();
		for (Delivery<?> member : this.members) {
			endings.childEnded(member, ending);
		}
	}

	@Override
	Above origin() {
		return this.first;
	}

}
