package io.genstage.boot.actuate;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import io.genstage.EventCounts;
import io.genstage.StageStatus;
import io.genstage.account.Activity;
import io.genstage.account.HandlingTimes;
import io.genstage.account.QueueTimes;
import io.genstage.account.StageTimes;
import io.genstage.pipeline.InstanceStatus;
import io.genstage.pipeline.ManagedStageStatus;
import io.genstage.pipeline.PipelineWindow;
import org.jspecify.annotations.Nullable;

/**
 * What an instance of a stage spends its time on.
 *
 * @param name its name
 * @param state its actual state
 * @param activity what it does now, if it runs
 * @param seconds how many seconds it has spent on what, up to now
 * @param places how many events it may have in flight, if several
 * @param placesTaken how many of these places are taken now, if it has some
 * @param calls how often its handler was called and all went well
 * @param failedCalls how often it was called and something has failed
 * @param meanMillis how many milliseconds an event takes, if that is known
 * @param deviationMillis the standard deviation of that, if it is known
 * @param queue how long events were in it, or {@code null} if none has come
 * @param last what has happened in the last interval, or {@code null} if it was not
 * looked at for that long
 */
record InstanceDescriptor(String name, String state, @Nullable String activity, Map<String, Double> seconds,
		@Nullable Integer places, @Nullable Integer placesTaken, long calls, long failedCalls,
		@Nullable Double meanMillis, @Nullable Double deviationMillis, @Nullable QueueDescriptor queue,
		@Nullable LastInterval last) {

	private static final double NANOS_PER_SECOND = 1e9;

	private static final double NANOS_PER_MILLI = 1e6;

	/**
	 * Describes the instances of a stage.
	 * @param window the last interval, if there is one
	 * @return those whose times are known
	 */
	static List<InstanceDescriptor> of(ManagedStageStatus stage, Optional<PipelineWindow> window) {
		return stage.instances()
			.stream()
			.filter((instance) -> timesOf(instance.numbers()) != null)
			.map((instance) -> of(instance,
					window.map((last) -> LastInterval.of(last, stage.name(), instance.name())).orElse(null)))
			.toList();
	}

	private static InstanceDescriptor of(InstanceStatus instance, @Nullable LastInterval last) {
		StageTimes known = timesOf(instance.numbers());
		StageTimes times = (known != null) ? known : StageTimes.NONE;
		HandlingTimes handling = times.handling();
		boolean hasPlaces = times.places().total() > 0;
		return new InstanceDescriptor(instance.name(), instance.state().name(),
				(times.activity() != null) ? nameOf(times.activity()) : null, seconds(times),
				hasPlaces ? times.places().total() : null, hasPlaces ? times.places().taken() : null, handling.calls(),
				handling.failed(), millis(handling.mean()), millis(handling.deviation()),
				QueueDescriptor.of(times.queue()), last);
	}

	private static @Nullable StageTimes timesOf(@Nullable StageStatus numbers) {
		return (numbers != null) ? numbers.times() : null;
	}

	/** Returns the name of an activity, as it is in meters. */
	static String nameOf(Activity activity) {
		return activity.name().toLowerCase(Locale.ROOT);
	}

	private static Map<String, Double> seconds(StageTimes times) {
		Map<String, Double> seconds = new LinkedHashMap<>();
		for (Activity activity : Activity.values()) {
			long nanos = times.spent().nanos(activity);
			if (nanos > 0) {
				seconds.put(nameOf(activity), nanos / NANOS_PER_SECOND);
			}
		}
		return seconds;
	}

	private static @Nullable Double millis(double nanos) {
		return Double.isNaN(nanos) ? null : nanos / NANOS_PER_MILLI;
	}

	/**
	 * How long events were in an instance, from when they were sent to it until it was
	 * done with them.
	 *
	 * @param events how many it was done with
	 * @param meanMillis how many milliseconds they were there, if there were any
	 * @param oldestMillis how many milliseconds the oldest event is there with which it
	 * is not done, if there is one
	 * @param within how many were there no longer than so many seconds: the bounds that
	 * are needed to count all of them, but those beyond the last bound
	 */
	record QueueDescriptor(long events, @Nullable Double meanMillis, @Nullable Long oldestMillis,
			Map<String, Long> within) {

		static @Nullable QueueDescriptor of(QueueTimes queue) {
			if (queue.equals(QueueTimes.NONE)) {
				return null;
			}
			Map<String, Long> within = new LinkedHashMap<>();
			for (int bound = 0; bound < QueueTimes.BOUNDS.size(); bound++) {
				boolean needed = bound == 0 || queue.within(bound - 1) < queue.events();
				if (needed && queue.within(bound) > 0) {
					within.put(secondsOf(QueueTimes.BOUNDS.get(bound)), queue.within(bound));
				}
			}
			return new QueueDescriptor(queue.events(), millis(queue.mean()),
					(queue.oldest() > 0) ? (long) (queue.oldest() / NANOS_PER_MILLI) : null, within);
		}

	}

	/** Returns a time in seconds, as it is in meters: without zeros at its end. */
	static String secondsOf(long nanos) {
		return BigDecimal.valueOf(nanos, 9).stripTrailingZeros().toPlainString();
	}

	/**
	 * What has happened in the last interval.
	 *
	 * @param seconds how long it was
	 * @param inPerSecond how many events were handled in a second
	 * @param outPerSecond how many events were emitted in a second
	 * @param share which part of the time was spent on what, from 0 to 1
	 * @param busy how much of the time the instance could do nothing more, from 0 to 1
	 */
	record LastInterval(double seconds, double inPerSecond, double outPerSecond, Map<String, Double> share,
			double busy) {

		static @Nullable LastInterval of(PipelineWindow window, String stage, String instance) {
			StageStatus before = find(window.before().stage(stage), instance);
			StageStatus after = find(window.after().stage(stage), instance);
			if (before == null || after == null || before.times() == null || after.times() == null) {
				return null;
			}
			EventCounts counts = after.counts().since(before.counts());
			StageTimes times = after.times().since(before.times());
			double seconds = seconds(window.length());
			return new LastInterval(seconds, counts.in() / seconds, counts.out() / seconds, shares(times),
					times.busyShare());
		}

		private static @Nullable StageStatus find(Optional<ManagedStageStatus> stage, String instance) {
			return stage.stream()
				.flatMap((one) -> one.instances().stream())
				.filter((one) -> one.name().equals(instance))
				.findFirst()
				.map(InstanceStatus::numbers)
				.orElse(null);
		}

		private static double seconds(Duration length) {
			return length.toNanos() / NANOS_PER_SECOND;
		}

		private static Map<String, Double> shares(StageTimes times) {
			Map<String, Double> shares = new LinkedHashMap<>();
			for (Activity activity : Activity.values()) {
				double share = times.spent().share(activity);
				if (share > 0) {
					shares.put(nameOf(activity), share);
				}
			}
			return shares;
		}

	}

}
