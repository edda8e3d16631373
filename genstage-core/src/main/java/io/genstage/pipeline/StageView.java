package io.genstage.pipeline;

import java.util.ArrayList;
import java.util.List;

import io.genstage.EventCounts;
import io.genstage.StageKind;
import io.genstage.StageStatus;
import io.genstage.WaitingEvents;
import io.genstage.account.Activity;
import io.genstage.account.StageTimes;
import io.genstage.demand.Counter;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a stage at the end of a change of its pipeline. Any thread reads it,
 * and the numbers of its runs by it, without a lock, so that whoever looks often at many
 * stages doesn't hold up what happens to them.
 *
 * @param departed the numbers of instances that are forgotten
 * @param departedTimes what these have spent their time on
 * @param lostLater how many events were lost that no instance had any more
 * @param instances the other instances, also those that are being taken away
 */
record StageView(String name, StageKind kind, StageState state, boolean paused, EventCounts departed,
		StageTimes departedTimes, Counter lostLater, List<InstanceView> instances) {

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
		return numbers.isEmpty() ? null : SummedUp.of(this.name, this.kind, earlier(), this.departedTimes, numbers);
	}

	private EventCounts earlier() {
		long lost = this.lostLater.get();
		return (lost > 0) ? this.departed.plus(new EventCounts(0, 0, lost)) : this.departed;
	}

	/** Returns how many events this stage waits for from instances of a producer. */
	long demand(StageView producer) {
		long demand = 0;
		for (InstanceView instance : this.instances) {
			demand += instance.demand(producer);
		}
		return demand;
	}

	/**
	 * Returns whether one of its instances waits for no event of a producer, or has not
	 * asked it at all.
	 */
	boolean asksTooLittle(StageView producer) {
		for (InstanceView instance : this.instances) {
			if (instance.demand(producer) == 0) {
				return true;
			}
		}
		return this.instances.isEmpty();
	}

	/**
	 * Returns what all instances do that run, or null if they do different things, or
	 * nobody knows.
	 */
	@Nullable Activity activity() {
		Activity common = null;
		for (InstanceView instance : this.instances) {
			StageTimes times = instance.times();
			Activity one = (times != null) ? times.activity() : null;
			if (common != null && one != null && one != common) {
				return null;
			}
			common = (one != null) ? one : common;
		}
		return common;
	}

	/** Returns the counts of all runs of all instances. */
	EventCounts counts() {
		EventCounts counts = earlier();
		for (InstanceView instance : this.instances) {
			counts = counts.plus(instance.counts());
		}
		return counts;
	}

	/** Returns what all instances have spent their time on, or null if nobody knows. */
	@Nullable StageTimes times() {
		StageTimes sum = null;
		for (InstanceView instance : this.instances) {
			StageTimes times = instance.times();
			sum = (sum == null) ? times : (times != null) ? sum.plus(times) : sum;
		}
		return (sum != null) ? sum.after(this.departedTimes) : null;
	}

	/** Returns what all instances hold. */
	WaitingEvents waiting() {
		WaitingEvents waiting = WaitingEvents.NONE;
		for (InstanceView instance : this.instances) {
			waiting = waiting.plus(instance.waiting());
		}
		return waiting;
	}

	/** Returns how many events of all instances their sources have not heard of. */
	long unsettled() {
		long unsettled = 0;
		for (InstanceView instance : this.instances) {
			unsettled += instance.unsettled();
		}
		return unsettled;
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
