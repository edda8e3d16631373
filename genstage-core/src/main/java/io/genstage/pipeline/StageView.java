package io.genstage.pipeline;

import java.util.ArrayList;
import java.util.List;

import io.genstage.EventCounts;
import io.genstage.StageKind;
import io.genstage.StageStatus;
import io.genstage.SubscriptionStatus;
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

	/** Returns the numbers of all runs of all instances, or null if there was none. */
	@Nullable StageStatus numbers() {
		return status().numbers();
	}

	private @Nullable StageStatus summedUp(List<StageStatus> numbers) {
		return numbers.isEmpty() ? null : SummedUp.of(this.name, this.kind, this.departed, numbers);
	}

	/** Returns how many events this stage waits for from instances of a producer. */
	long demand(StageView producer) {
		StageStatus numbers = numbers();
		long demand = 0;
		if (numbers != null) {
			for (SubscriptionStatus subscription : numbers.producers()) {
				demand += producer.has(subscription.producer()) ? subscription.demand() : 0;
			}
		}
		return demand;
	}

	private boolean has(String instance) {
		for (InstanceView view : this.instances) {
			if (view.name().equals(instance)) {
				return true;
			}
		}
		return false;
	}

}
