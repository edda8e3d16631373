package io.genstage.pipeline;

import java.util.ArrayList;
import java.util.List;

import io.genstage.EventCounts;
import io.genstage.StageKind;
import io.genstage.StageStatus;
import io.genstage.WaitingEvents;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a stage at the end of a change of its pipeline. Any thread reads it,
 * and the numbers of its runs by it, without a lock, so that whoever looks often at many
 * stages doesn't hold up what happens to them.
 *
 * @param departed the numbers of instances that are forgotten
 * @param instances the other instances, also those that are being taken away
 */
record StageView(String name, StageKind kind, StageState state, boolean paused, EventCounts departed,
		List<InstanceView> instances) {

	// Loops, since meters ask each stage again and again.

	ManagedStageStatus status() {
		List<InstanceStatus> statuses = new ArrayList<>(this.instances.size());
		List<StageStatus> numbers = new ArrayList<>(this.instances.size());
		for (InstanceView instance : this.instances) {
			InstanceStatus status = instance.status();
			statuses.add(status);
			if (status.numbers() != null) {
				numbers.add(status.numbers());
			}
		}
		return new ManagedStageStatus(this.name, this.kind, this.state, this.paused, summedUp(numbers), statuses);
	}

	private @Nullable StageStatus summedUp(List<StageStatus> numbers) {
		return numbers.isEmpty() ? null : SummedUp.of(this.name, this.kind, this.departed, numbers);
	}

	/** Returns how many events this stage waits for from instances of a producer. */
	long demand(StageView producer) {
		long demand = 0;
		for (InstanceView instance : this.instances) {
			demand += instance.demand(producer);
		}
		return demand;
	}

	/** Returns the counts of all runs of all instances. */
	EventCounts counts() {
		EventCounts counts = this.departed;
		for (InstanceView instance : this.instances) {
			counts = counts.plus(instance.counts());
		}
		return counts;
	}

	/** Returns what all instances hold. */
	WaitingEvents waiting() {
		WaitingEvents waiting = WaitingEvents.NONE;
		for (InstanceView instance : this.instances) {
			waiting = waiting.plus(instance.waiting());
		}
		return waiting;
	}

	/** Returns whether it has an instance of a name. */
	boolean has(String instance) {
		for (InstanceView view : this.instances) {
			if (view.name().equals(instance)) {
				return true;
			}
		}
		return false;
	}

}
