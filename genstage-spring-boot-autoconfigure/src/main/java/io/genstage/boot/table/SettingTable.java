package io.genstage.boot.table;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import io.genstage.StageKind;
import io.genstage.Watch;
import io.genstage.batch.BatchOptions;
import io.genstage.boot.table.Setting.Place;
import io.genstage.boot.table.Setting.Range;
import io.genstage.buffer.BufferKeep;
import io.genstage.dispatch.PartitionOptions;
import io.genstage.dispatch.Unserved;
import io.genstage.failure.FailurePolicy.Then;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.OutageGuard;
import io.genstage.failure.RetryOrder;
import io.genstage.intake.InFlight;
import io.genstage.pipeline.RestartPolicy;
import io.genstage.pipeline.StageDefinition;
import io.genstage.task.TaskOptions;
import io.genstage.task.TaskRestart;

/**
 * All settings of stages and subscriptions: what they are called, for whom they are, what
 * they may be and where they may be set. Whoever reads, refuses or describes a setting
 * does it by its row here.
 */
public final class SettingTable {

	private static final Range<Duration> TIME = Range.of(Duration.ZERO, Duration.ofDays(365));

	private static final Range<Duration> POSITIVE = Range.of(Duration.ofMillis(1), Duration.ofDays(365));

	private static final Range<Duration> PAUSE = Range.of(Duration.ofMillis(1), Duration.ofDays(1));

	private static final Range<Integer> COUNT = Range.of(0, Integer.MAX_VALUE);

	private static final Set<StageKind> ALL_KINDS = EnumSet.allOf(StageKind.class);

	private static final Set<StageKind> CONSUMING = EnumSet.of(StageKind.PRODUCER_CONSUMER, StageKind.CONSUMER);

	private static final Set<StageKind> PRODUCING = EnumSet.of(StageKind.PRODUCER, StageKind.PRODUCER_CONSUMER);

	private static final Set<StageKind> PRODUCER = EnumSet.of(StageKind.PRODUCER);

	private static final Set<StageKind> CONSUMER = EnumSet.of(StageKind.CONSUMER);

	private static final Set<Place> EVERYWHERE = EnumSet.allOf(Place.class);

	private static final Set<Place> STAGES = EnumSet.of(Place.ANNOTATION, Place.STAGE);

	private static final Set<Place> ALL_STAGES = EnumSet.of(Place.ANNOTATION, Place.STAGE, Place.DEFAULTS);

	private static final Set<Place> PROPERTIES = EnumSet.of(Place.STAGE, Place.DEFAULTS);

	public static final Setting<Integer> MAX_DEMAND = new Setting<>("max-demand", Integer.class, CONSUMING, EVERYWHERE,
			Range.of(1, 1_000_000), null, "1000; 10 for several instances or with a task for each event");

	public static final Setting<Integer> MIN_DEMAND = new Setting<>("min-demand", Integer.class, CONSUMING, EVERYWHERE,
			Range.of(0, 999_999).upTo("one less than the maximum demand"), null, "half of the maximum demand");

	public static final Setting<String> PARTITION = word("partition", CONSUMING,
			EnumSet.of(Place.SUBSCRIPTION_ANNOTATION, Place.SUBSCRIPTION), "all partitions");

	public static final Setting<String> SELECTOR = word("selector", CONSUMING,
			EnumSet.of(Place.SUBSCRIPTION_ANNOTATION), "all events");

	public static final Setting<Integer> BATCH_SIZE = new Setting<>("batch.size", Integer.class, CONSUMING, STAGES,
			Range.of(1, 1_000_000), BatchOptions.defaults().size());

	public static final Setting<Duration> BATCH_TIMEOUT = new Setting<>("batch.timeout", Duration.class, CONSUMING,
			STAGES, POSITIVE, BatchOptions.defaults().timeout());

	public static final Setting<String> BATCH_BY = word("batch.by", CONSUMING, STAGES, "one batch at a time");

	public static final Setting<Integer> BUFFER_SIZE = new Setting<>("buffer-size", Integer.class, PRODUCING,
			ALL_STAGES, COUNT, null, "10000; no limit for a producer-consumer");

	public static final Setting<BufferKeep> BUFFER_KEEP = new Setting<>("buffer-keep", BufferKeep.class, PRODUCING,
			ALL_STAGES, Range.any(), BufferKeep.LAST);

	public static final Setting<String> DISPATCHER = new Setting<>("dispatcher", String.class, PRODUCING, ALL_STAGES,
			Range.any(), "demand");

	public static final Setting<Integer> PARTITIONS = new Setting<>("partitions", Integer.class, PRODUCING, STAGES,
			Range.of(1, PartitionOptions.MAX_PARTITIONS), null, "none");

	public static final Setting<String> PARTITION_BY = word("partition-by", PRODUCING, STAGES, "the event");

	public static final Setting<Unserved> UNSERVED = new Setting<>("unserved", Unserved.class, PRODUCING, STAGES,
			Range.any(), Unserved.WAIT);

	public static final Setting<Integer> MAX_UNSETTLED = new Setting<>("max-unsettled", Integer.class, PRODUCER, STAGES,
			Range.of(1, 1_000_000), null, "as many as the stages behind it may have asked for");

	public static final Setting<Duration> POLL_PAUSE = new Setting<>("poll.pause", Duration.class, PRODUCER, true,
			STAGES, PAUSE, Duration.ofMillis(10), "10ms");

	public static final Setting<Duration> POLL_MAX_PAUSE = new Setting<>("poll.max-pause", Duration.class, PRODUCER,
			true, STAGES, PAUSE.notBelow(POLL_PAUSE), Duration.ofSeconds(1), "1s, or the pause if that is longer");

	public static final Setting<Boolean> TASKS = new Setting<>("task-per-event.enabled", Boolean.class, CONSUMER,
			STAGES, Range.any(), false, "true where the annotation is given, else false");

	public static final Setting<TaskRestart> TASK_RESTART = new Setting<>("task-per-event.restart", TaskRestart.class,
			CONSUMER, STAGES, Range.any(), TaskOptions.defaults().restart());

	public static final Setting<Integer> TASK_MAX_RESTARTS = new Setting<>("task-per-event.max-restarts", Integer.class,
			CONSUMER, STAGES, COUNT, TaskOptions.defaults().maxRestarts());

	public static final Setting<Duration> TASK_RESTART_PERIOD = new Setting<>("task-per-event.restart-period",
			Duration.class, CONSUMER, STAGES, POSITIVE, TaskOptions.defaults().restartPeriod());

	public static final Setting<Duration> TASK_PATIENCE = new Setting<>("task-per-event.patience", Duration.class,
			CONSUMER, STAGES, TIME, TaskOptions.defaults().patience());

	public static final Setting<Integer> IN_FLIGHT = new Setting<>("in-flight", Integer.class, CONSUMING, STAGES,
			Range.of(1, InFlight.MOST), 1);

	public static final Setting<InFlight.Order> IN_FLIGHT_ORDER = new Setting<>("in-flight-order", InFlight.Order.class,
			CONSUMING, STAGES, Range.any(), InFlight.Order.KEPT);

	public static final Setting<Integer> RATE_EVENTS = new Setting<>("rate.events", Integer.class, ALL_KINDS, STAGES,
			Range.of(1, Integer.MAX_VALUE), null, "no limit");

	public static final Setting<Duration> RATE_PERIOD = new Setting<>("rate.period", Duration.class, ALL_KINDS, STAGES,
			POSITIVE, Duration.ofSeconds(1));

	public static final Setting<Integer> RATE_BURST = new Setting<>("rate.burst", Integer.class, ALL_KINDS, STAGES,
			Range.of(1, Integer.MAX_VALUE), null, "as many as in a period");

	public static final Setting<Integer> CONCURRENCY = new Setting<>("concurrency", Integer.class, ALL_KINDS, STAGES,
			Range.of(1, StageDefinition.MAX_CONCURRENCY), 1);

	public static final Setting<Duration> RESTART_FIRST_DELAY = new Setting<>("restart.first-delay", Duration.class,
			ALL_KINDS, PROPERTIES, TIME, RestartPolicy.defaults().firstDelay());

	public static final Setting<Double> RESTART_MULTIPLIER = new Setting<>("restart.multiplier", Double.class,
			ALL_KINDS, PROPERTIES, Range.of(1.0, 1000.0), RestartPolicy.defaults().multiplier());

	public static final Setting<Duration> RESTART_MAX_DELAY = new Setting<>("restart.max-delay", Duration.class,
			ALL_KINDS, PROPERTIES, TIME.notBelow(RESTART_FIRST_DELAY), RestartPolicy.defaults().maxDelay());

	public static final Setting<Integer> RESTART_MAX_RESTARTS = new Setting<>("restart.max-restarts", Integer.class,
			ALL_KINDS, PROPERTIES, COUNT, RestartPolicy.defaults().maxRestarts());

	public static final Setting<Duration> RESTART_PERIOD = new Setting<>("restart.period", Duration.class, ALL_KINDS,
			PROPERTIES, POSITIVE, RestartPolicy.defaults().period());

	public static final Setting<Boolean> FAILURE = new Setting<>("failure.enabled", Boolean.class, CONSUMING,
			ALL_STAGES, Range.any(), true, "true, but for stages that report what they have handled");

	public static final Setting<Integer> MAX_RETRIES = new Setting<>("failure.retry.max-retries", Integer.class,
			CONSUMING, ALL_STAGES, Range.of(0, 1_000_000), 3);

	public static final Setting<Duration> RETRY_DELAY = new Setting<>("failure.retry.delay", Duration.class, CONSUMING,
			ALL_STAGES, TIME, Duration.ofSeconds(1));

	public static final Setting<Double> RETRY_MULTIPLIER = new Setting<>("failure.retry.multiplier", Double.class,
			CONSUMING, ALL_STAGES, Range.of(1.0, 1000.0), 2.0);

	public static final Setting<Duration> RETRY_MAX_DELAY = new Setting<>("failure.retry.max-delay", Duration.class,
			CONSUMING, ALL_STAGES, POSITIVE.notBelow(RETRY_DELAY), Duration.ofSeconds(30),
			"30s, or the delay if that is longer");

	public static final Setting<Duration> RETRY_JITTER = new Setting<>("failure.retry.jitter", Duration.class,
			CONSUMING, ALL_STAGES, TIME, Duration.ZERO);

	public static final Setting<String> RETRY_INCLUDES = new Setting<>("failure.retry.exception-includes", String.class,
			CONSUMING, ALL_STAGES, Range.any(), null, "all exceptions");

	public static final Setting<String> RETRY_EXCLUDES = new Setting<>("failure.retry.exception-excludes", String.class,
			CONSUMING, ALL_STAGES, Range.any(), null, "no exceptions");

	/** One of a few words, or a name. */
	public static final Setting<String> THEN = new Setting<>("failure.then", String.class, CONSUMING, ALL_STAGES,
			Range.any(), Setting.print(Then.DEAD_LETTER));

	public static final Setting<RetryOrder.Kind> RETRY_ORDER = new Setting<>("failure.order", RetryOrder.Kind.class,
			CONSUMING, ALL_STAGES, Range.any(), null, "by-key behind a partition-by, else none");

	public static final Setting<Boolean> ISOLATE = new Setting<>("failure.isolate", Boolean.class, CONSUMING,
			ALL_STAGES, Range.any(), false);

	public static final Setting<Integer> OUTAGE_FAILURES = new Setting<>("failure.outage.failures", Integer.class,
			CONSUMING, ALL_STAGES, Range.of(1, 10_000), OutageGuard.defaults().failures());

	public static final Setting<Duration> OUTAGE_PAUSE = new Setting<>("failure.outage.pause", Duration.class,
			CONSUMING, ALL_STAGES, PAUSE, OutageGuard.defaults().pause());

	public static final Setting<Duration> EXPIRE_AFTER = new Setting<>("failure.expire-after", Duration.class,
			CONSUMING, ALL_STAGES, POSITIVE, null, "never");

	public static final Setting<Duration> TIMEOUT = new Setting<>("failure.timeout", Duration.class, CONSUMING,
			ALL_STAGES, POSITIVE, null, "as long as it takes");

	public static final Setting<Duration> HOLD = new Setting<>("failure.hold", Duration.class, CONSUMING, ALL_STAGES,
			TIME, FailurePolicy.DEFAULT_HOLD);

	public static final Setting<String> DECIDER = word("failure.decider", CONSUMING, ALL_STAGES, "the settings alone");

	public static final Setting<Duration> HANDLE_WITHIN = new Setting<>("handle-within", Duration.class, CONSUMING,
			ALL_STAGES, TIME, Objects.requireNonNull(Watch.defaults().handleWithin()));

	public static final Setting<Duration> SETTLE_WITHIN = new Setting<>("settle-within", Duration.class, PRODUCING,
			ALL_STAGES, TIME, Objects.requireNonNull(Watch.defaults().settleWithin()));

	public static final Setting<String> EXECUTOR = word("executor", ALL_KINDS, ALL_STAGES, "genstageTaskExecutor");

	public static final Setting<Boolean> AUTO_STARTUP = new Setting<>("auto-startup", Boolean.class, ALL_KINDS,
			ALL_STAGES, Range.any(), true);

	/** All rows, in the order of the reference page. */
	public static final List<Setting<?>> ALL = List.of(MAX_DEMAND, MIN_DEMAND, PARTITION, SELECTOR, BATCH_SIZE,
			BATCH_TIMEOUT, BATCH_BY, BUFFER_SIZE, BUFFER_KEEP, DISPATCHER, PARTITIONS, PARTITION_BY, UNSERVED,
			MAX_UNSETTLED, POLL_PAUSE, POLL_MAX_PAUSE, TASKS, TASK_RESTART, TASK_MAX_RESTARTS, TASK_RESTART_PERIOD,
			TASK_PATIENCE, IN_FLIGHT, IN_FLIGHT_ORDER, RATE_EVENTS, RATE_PERIOD, RATE_BURST, CONCURRENCY,
			RESTART_FIRST_DELAY, RESTART_MULTIPLIER, RESTART_MAX_DELAY, RESTART_MAX_RESTARTS, RESTART_PERIOD, FAILURE,
			MAX_RETRIES, RETRY_DELAY, RETRY_MULTIPLIER, RETRY_MAX_DELAY, RETRY_JITTER, RETRY_INCLUDES, RETRY_EXCLUDES,
			THEN, RETRY_ORDER, ISOLATE, OUTAGE_FAILURES, OUTAGE_PAUSE, EXPIRE_AFTER, TIMEOUT, HOLD, DECIDER,
			HANDLE_WITHIN, SETTLE_WITHIN, EXECUTOR, AUTO_STARTUP);

	private SettingTable() {
	}

	private static Setting<String> word(String name, Set<StageKind> kinds, Set<Place> places, String otherwise) {
		return new Setting<>(name, String.class, kinds, places, Range.any(), null, otherwise);
	}

	/** Finds the row of a name as a property is written. */
	public static Optional<Setting<?>> named(String name) {
		return ALL.stream().filter((setting) -> setting.name().equals(name)).findFirst();
	}

}
