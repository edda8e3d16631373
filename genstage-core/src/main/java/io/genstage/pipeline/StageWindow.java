package io.genstage.pipeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import io.genstage.EventCounts;
import io.genstage.StageStatus;
import io.genstage.account.Activity;
import io.genstage.account.StageTimes;
import org.jspecify.annotations.Nullable;

/**
 * What the instances of a stage have spent their time on between two looks.
 *
 * @param stage the stage at the second look
 * @param instances those of its instances whose times are known
 */
record StageWindow(ManagedStageStatus stage, List<Share> instances) {

	static StageWindow of(@Nullable ManagedStageStatus before, ManagedStageStatus after) {
		List<Share> shares = new ArrayList<>();
		for (InstanceStatus instance : after.instances()) {
			StageStatus numbers = instance.numbers();
			if (numbers != null && numbers.times() != null) {
				StageStatus earlier = numbersOf(before, instance.name());
				StageTimes then = (earlier != null) ? earlier.times() : null;
				EventCounts counted = (earlier != null) ? earlier.counts() : EventCounts.NONE;
				shares.add(new Share(instance.name(), numbers.times().since((then != null) ? then : StageTimes.NONE),
						numbers.counts().since(counted)));
			}
		}
		return new StageWindow(after, shares);
	}

	private static @Nullable StageStatus numbersOf(@Nullable ManagedStageStatus stage, String instance) {
		if (stage == null) {
			return null;
		}
		return stage.instances()
			.stream()
			.filter((one) -> one.name().equals(instance))
			.findFirst()
			.map(InstanceStatus::numbers)
			.orElse(null);
	}

	String name() {
		return this.stage.name();
	}

	boolean isSource() {
		return !this.stage.kind().consumes();
	}

	boolean isKnown() {
		return !this.instances.isEmpty();
	}

	/** Returns the part of their time that all instances have spent on an activity. */
	double share(Activity activity) {
		return this.instances.stream()
			.map(Share::times)
			.reduce(StageTimes.NONE, StageTimes::plus)
			.spent()
			.share(activity);
	}

	/** Returns the instance that has had most to do; there has to be one. */
	Share busiest() {
		return this.instances.stream().max(Comparator.comparingDouble(Share::busy)).orElseThrow();
	}

	/** Returns the instance that has had least to do; there has to be one. */
	Share leastBusy() {
		return this.instances.stream().min(Comparator.comparingDouble(Share::busy)).orElseThrow();
	}

	/** Returns how many events all instances have handled. */
	long handled() {
		return this.instances.stream().mapToLong((share) -> share.counts().in()).sum();
	}

	/** Returns how many events all instances have taken in, settled or emitted. */
	long moved() {
		return this.instances.stream().map(Share::counts).mapToLong(StageWindow::moved).sum();
	}

	private static long moved(EventCounts counts) {
		return counts.in() + counts.out() + counts.discarded() + counts.deadLettered() + counts.skipped()
				+ counts.retried();
	}

	/** Returns how many events it can have in hand without anything waiting. */
	long places() {
		return this.instances.stream().mapToLong((share) -> Math.max(share.times().places().total(), 1)).sum();
	}

	/**
	 * What one instance has done between two looks.
	 */
	record Share(String instance, StageTimes times, EventCounts counts) {

		double busy() {
			return this.times.busyShare();
		}

		double of(Activity activity) {
			return this.times.spent().share(activity);
		}

		/** Returns what it was busy with most. */
		Activity business() {
			Activity most = Activity.HANDLING;
			for (Activity one : List.of(Activity.WAITING, Activity.RETRYING)) {
				most = (of(one) > of(most)) ? one : most;
			}
			return most;
		}

	}

}
