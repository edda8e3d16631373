package io.genstage.delivery;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Queue;
import java.util.Set;

/**
 * The shared parent of the outputs of a call with several events. Each output is a child
 * of every event of the call, by one count for all of them. Of the engine.
 */
public final class DeliveryGroup extends Node {

	/** Those that wait for the group. */
	private final List<Delivery<?>> members = new ArrayList<>();

	private final Delivery<?> first;

	DeliveryGroup(List<? extends Delivery<?>> members) {
		super(true);
		if (members.isEmpty()) {
			throw new IllegalArgumentException("expected at least one delivery");
		}
		this.first = members.get(0);
		Set<Delivery<?>> seen = Collections.newSetFromMap(new IdentityHashMap<>());
		for (Delivery<?> member : members) {
			if (seen.add(member) && member.openChild()) {
				this.members.add(member);
			}
		}
	}

	/**
	 * Makes an output of the call.
	 * @param output the output
	 * @param <O> the type of the output
	 * @return the delivery of the output
	 */
	public <O> Delivery<O> with(O output) {
		return Delivery.childOf(this, output);
	}

	/**
	 * Says that there are no more outputs to come. Without any the members don't wait.
	 * @return false if it was closed before
	 */
	public boolean close() {
		return settleOwnWork(Verdict.accepted());
	}

	/** Adds the members that have ended by the end of the outputs. */
	void handOn(Queue<Node> ended) {
		Verdict ending = ending();
		for (Delivery<?> member : this.members) {
			if (member.childEnded(ending)) {
				ended.add(member);
			}
		}
	}

	@Override
	Above origin() {
		return this.first;
	}

}
