package io.genstage.boot.declaration;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import io.genstage.boot.table.Setting;
import io.genstage.boot.table.SettingTable;
import io.genstage.boot.table.SettingValues;
import io.genstage.buffer.BufferKeep;
import io.genstage.deadletter.MemoryDeadLetterStore;
import io.genstage.dispatch.Unserved;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.RetryOrder;
import io.genstage.intake.InFlight;
import io.genstage.pipeline.TimeKeeping;
import io.genstage.task.TaskRestart;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.DeprecatedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configuration of the stages. What is set for a stage by its name has precedence over
 * its annotation, which has precedence over the defaults here.
 *
 * @param defaults Settings of all stages that set nothing else.
 * @param stages Settings of single stages, by their names.
 * @param optionalStages Names of stages that may be absent, as in some profile, or '*'
 * for any; their properties are ignored then.
 * @param lifecycle How the pipelines start and stop with the application.
 * @param deadLetters Where events are kept that stages could not handle.
 * @param accounts How stages keep account of their time.
 * @param observation What surrounds the calls of handlers.
 * @param health When the health component reports the application as out of service.
 * @param progress How pipelines report how far they have come with finite sources.
 * @param links Stages whose events an engine outside of the JVM carries to those that
 * subscribe to them, by their names.
 * @param linksDefaults Settings of all links that set nothing else.
 */
@ConfigurationProperties("genstage")
public record GenStageProperties(@DefaultValue Defaults defaults, @DefaultValue Map<String, Stage> stages,
		@DefaultValue Set<String> optionalStages, @DefaultValue Lifecycle lifecycle,
		@DefaultValue DeadLetters deadLetters, @DefaultValue Accounts accounts, @DefaultValue Observation observation,
		@DefaultValue Health health, @DefaultValue Progress progress, @DefaultValue LinksDefaults linksDefaults,
		@DefaultValue Map<String, Link> links) {

	public GenStageProperties {
		stages = bound(stages);
		links = bound(links);
	}

	/** Leaves out what has a value where it should have properties. */
	private static <V> Map<String, V> bound(Map<String, V> values) {
		Map<String, V> bound = new LinkedHashMap<>(values);
		bound.values().removeIf(Objects::isNull);
		return Collections.unmodifiableMap(bound);
	}

	/**
	 * Limits of all stages that say nothing else.
	 *
	 * @param maxDemand Maximum number of events to have outstanding at each producer,
	 * from 1 to 1000000; by default 1000, or 10 for stages with several instances or a
	 * task for each event.
	 * @param minDemand Number of outstanding events at which to ask for more, from 0 to
	 * one less than the maximum demand, by default half of the maximum demand.
	 * @param bufferSize Number of emitted events to keep that nobody can take yet, at
	 * least 0, which keeps none; by default 10000, and no limit for producer-consumers.
	 * @param bufferKeep Events that a full buffer keeps; last by default.
	 * @param dispatcher Who gets which events: 'demand' by default, 'broadcast', or the
	 * name of a DispatcherFactory bean.
	 * @param restart What is done when a stage has failed.
	 * @param failure What becomes of events that a stage fails to handle.
	 * @param handleWithin Time after which a call of a handler that has not returned, or
	 * an event in flight or a task that is not done, is reported, from 0s to 365d; 1m by
	 * default. With 0s nothing is reported.
	 * @param settleWithin Time after which events that carry their settlement and are not
	 * settled are reported, from 0s to 365d; 5m by default. With 0s nothing is reported.
	 * @param autoStartup Whether to start with the application; true by default.
	 * @param executor Name of the Executor bean that runs the stages;
	 * 'genstageTaskExecutor' by default.
	 */
	public record Defaults(@Nullable Integer maxDemand, @Nullable Integer minDemand, @Nullable Integer bufferSize,
			@Nullable BufferKeep bufferKeep, @Nullable String dispatcher, @Nullable Restart restart,
			@Nullable Failure failure, @Nullable Duration handleWithin, @Nullable Duration settleWithin,
			@Nullable Boolean autoStartup, @Nullable String executor) {

		/** Returns what is set for all stages. */
		public SettingValues values() {
			SettingValues.Builder values = new SettingValues.Builder().say(SettingTable.MAX_DEMAND, this.maxDemand)
				.say(SettingTable.MIN_DEMAND, this.minDemand)
				.say(SettingTable.BUFFER_SIZE, this.bufferSize)
				.say(SettingTable.BUFFER_KEEP, this.bufferKeep)
				.say(SettingTable.DISPATCHER, this.dispatcher)
				.say(SettingTable.HANDLE_WITHIN, this.handleWithin)
				.say(SettingTable.SETTLE_WITHIN, this.settleWithin)
				.say(SettingTable.AUTO_STARTUP, this.autoStartup)
				.say(SettingTable.EXECUTOR, this.executor);
			if (this.restart != null) {
				this.restart.addTo(values);
			}
			if (this.failure != null) {
				this.failure.addTo(values);
			}
			return values.build();
		}

	}

	/**
	 * Limits of one stage.
	 *
	 * @param maxDemand Maximum number of events to have outstanding at each producer,
	 * from 1 to 1000000.
	 * @param minDemand Number of outstanding events at which to ask for more, from 0 to
	 * one less than the maximum demand.
	 * @param bufferSize Number of emitted events to keep that nobody can take yet, at
	 * least 0, which keeps none.
	 * @param bufferKeep Events that a full buffer keeps; last by default.
	 * @param dispatcher Who gets which events: 'demand' by default, 'broadcast',
	 * 'partition', or the name of a DispatcherFactory bean.
	 * @param partitions Number of partitions of the dispatcher 'partition', from 1 to
	 * 100000.
	 * @param partitionBy What decides to which partition an event belongs: the name of a
	 * method of the annotated bean that takes the event, of a Function, ToIntFunction or
	 * ToLongFunction bean, or of a property of the event.
	 * @param unserved What becomes of events of partitions that have no consumer, beyond
	 * as many as fit into the buffer, 10000 if it has no size: 'wait' by default, which
	 * holds up the other partitions in the end.
	 * @param maxUnsettled Number of events with a settlement that may be open between a
	 * producer and the end of its pipeline, from 1 to 1000000; as many as the stages
	 * behind it may have asked for by default.
	 * @param poll How long a producer that is polled waits after it had nothing.
	 * @param concurrency Number of instances that run at once, from 1 to 1000; 1 by
	 * default.
	 * @param inFlight Number of events whose futures may be incomplete at once, from 1 to
	 * 10000; 1 by default.
	 * @param inFlightOrder Order of the results of events in flight: 'kept' by default.
	 * @param restart What is done when an instance of the stage has failed.
	 * @param failure What becomes of events that the stage fails to handle.
	 * @param handleWithin Time after which a call of the handler that has not returned,
	 * or an event in flight or a task that is not done, is reported, from 0s to 365d; 1m
	 * by default. With 0s nothing is reported.
	 * @param settleWithin Time after which events of the stage that carry their
	 * settlement and are not settled are reported, from 0s to 365d; 5m by default. With
	 * 0s nothing is reported.
	 * @param rate Limit to how many events pass in some time.
	 * @param batch How to collect events before they are handled.
	 * @param autoStartup Whether to start with the application; true by default.
	 * @param executor Name of the Executor bean that runs the stage;
	 * 'genstageTaskExecutor' by default.
	 * @param taskPerEvent Task of its own for each event of a consumer.
	 * @param subscriptions Settings of single subscriptions, by the names of the
	 * producers.
	 */
	public record Stage(@Nullable Integer maxDemand, @Nullable Integer minDemand, @Nullable Integer bufferSize,
			@Nullable BufferKeep bufferKeep, @Nullable String dispatcher, @Nullable Integer partitions,
			@Nullable String partitionBy, @Nullable Unserved unserved, @Nullable Integer maxUnsettled,
			@Nullable Poll poll, @Nullable Integer concurrency, @Nullable Integer inFlight,
			InFlight.@Nullable Order inFlightOrder, @Nullable Restart restart, @Nullable Failure failure,
			@Nullable Duration handleWithin, @Nullable Duration settleWithin, @Nullable Rate rate,
			@Nullable Batch batch, @Nullable Boolean autoStartup, @Nullable String executor,
			@Nullable TaskPerEvent taskPerEvent, @DefaultValue Map<String, Subscription> subscriptions) {

		public Stage {
			subscriptions = bound(subscriptions);
		}

		/** Returns what is set for the stage, but for its subscriptions. */
		public SettingValues values() {
			SettingValues.Builder values = new SettingValues.Builder().say(SettingTable.MAX_DEMAND, this.maxDemand)
				.say(SettingTable.MIN_DEMAND, this.minDemand)
				.say(SettingTable.BUFFER_SIZE, this.bufferSize)
				.say(SettingTable.BUFFER_KEEP, this.bufferKeep)
				.say(SettingTable.DISPATCHER, this.dispatcher)
				.say(SettingTable.PARTITIONS, this.partitions)
				.say(SettingTable.PARTITION_BY, this.partitionBy)
				.say(SettingTable.UNSERVED, this.unserved)
				.say(SettingTable.MAX_UNSETTLED, this.maxUnsettled)
				.say(SettingTable.CONCURRENCY, this.concurrency)
				.say(SettingTable.IN_FLIGHT, this.inFlight)
				.say(SettingTable.IN_FLIGHT_ORDER, this.inFlightOrder)
				.say(SettingTable.HANDLE_WITHIN, this.handleWithin)
				.say(SettingTable.SETTLE_WITHIN, this.settleWithin)
				.say(SettingTable.AUTO_STARTUP, this.autoStartup)
				.say(SettingTable.EXECUTOR, this.executor);
			if (this.restart != null) {
				this.restart.addTo(values);
			}
			if (this.failure != null) {
				this.failure.addTo(values);
			}
			if (this.poll != null) {
				this.poll.addTo(values);
			}
			if (this.rate != null) {
				this.rate.addTo(values);
			}
			if (this.batch != null) {
				this.batch.addTo(values);
			}
			if (this.taskPerEvent != null) {
				this.taskPerEvent.addTo(values);
			}
			return values.build();
		}

	}

	/**
	 * What is done when an instance of a stage has failed: it is started again after a
	 * pause, until it has failed too often.
	 *
	 * @param firstDelay Pause before the first restart, from 0s to 365d; 100ms by
	 * default.
	 * @param multiplier Factor by which each further pause is longer, from 1 to 1000; 2
	 * by default.
	 * @param maxDelay Longest pause, from the first delay to 365d; 10s by default.
	 * @param maxRestarts Number of restarts within the period after which a failure is
	 * final, at least 0 for no restarts; 5 by default.
	 * @param period Time after which a restart is forgotten, from 1ms to 365d; 1m by
	 * default.
	 */
	public record Restart(@Nullable Duration firstDelay, @Nullable Double multiplier, @Nullable Duration maxDelay,
			@Nullable Integer maxRestarts, @Nullable Duration period) {

		private void addTo(SettingValues.Builder values) {
			values.say(SettingTable.RESTART_FIRST_DELAY, this.firstDelay)
				.say(SettingTable.RESTART_MULTIPLIER, this.multiplier)
				.say(SettingTable.RESTART_MAX_DELAY, this.maxDelay)
				.say(SettingTable.RESTART_MAX_RESTARTS, this.maxRestarts)
				.say(SettingTable.RESTART_PERIOD, this.period);
		}

	}

	/**
	 * What becomes of events that a stage fails to handle. The failure of one event
	 * concerns that event only.
	 *
	 * @param enabled Whether a failure concerns one event, as it does by default.
	 * Otherwise a stage fails with its handler.
	 * @param retry Further attempts.
	 * @param then What becomes of an event when no attempt is left: 'dead-letter' by
	 * default, 'skip', 'fail', or the name of an EventQueue stage or a DeadLetterStore
	 * bean that it goes to.
	 * @param order Which events wait while another one waits for its retry: those with
	 * the same key by default, if the producer of the stage has a partition-by, else
	 * none. Those with the same key also wait behind its dead letters.
	 * @param isolate Whether a list or batch that has failed as a whole is halved, when
	 * its attempts are used up, until the events at fault are known; false by default.
	 * @param outage When failures are taken for an outage, and not for the fault of
	 * events.
	 * @param expireAfter Time after its first failure in which an event is worth an
	 * attempt, from 1ms to 365d; always by default. A later one is skipped.
	 * @param timeout Time that an attempt may take, from 1ms to 365d; as long as it takes
	 * by default. The handler is interrupted then, and the attempt has failed.
	 * @param hold Time that an event waits in the stage for its next attempt, from 0s to
	 * 365d; 1m by default. One that has to wait longer is given back to its source, if
	 * that keeps it.
	 * @param decider Name of the FailureDecider bean that is asked about each failure
	 * first; none by default.
	 */
	public record Failure(@Nullable Boolean enabled, @Nullable Retry retry, @Nullable String then,
			RetryOrder.@Nullable Kind order, @Nullable Boolean isolate, @Nullable Outage outage,
			@Nullable Duration expireAfter, @Nullable Duration timeout, @Nullable Duration hold,
			@Nullable String decider) {

		private void addTo(SettingValues.Builder values) {
			values.say(SettingTable.FAILURE, this.enabled)
				.say(SettingTable.THEN, this.then)
				.say(SettingTable.RETRY_ORDER, this.order)
				.say(SettingTable.ISOLATE, this.isolate)
				.say(SettingTable.EXPIRE_AFTER, this.expireAfter)
				.say(SettingTable.TIMEOUT, this.timeout)
				.say(SettingTable.HOLD, this.hold)
				.say(SettingTable.DECIDER, this.decider);
			if (this.retry != null) {
				this.retry.addTo(values);
			}
			if (this.outage != null) {
				this.outage.addTo(values);
			}
		}

	}

	/**
	 * Further attempts with an event that a stage has failed to handle.
	 *
	 * @param maxRetries Number of attempts after the first, from 0 to 1000000; 3 by
	 * default.
	 * @param delay Wait before the first retry, from 0s to 365d; 1s by default.
	 * @param multiplier Factor by which each further wait is longer, from 1 to 1000; 2 by
	 * default.
	 * @param maxDelay Longest wait, from the first delay to 365d; 30s by default, or the
	 * delay if that is longer.
	 * @param jitter Difference by which the first wait may be longer or shorter by
	 * chance, a longer one in proportion, from 0s to 365d; 0s by default.
	 * @param exceptionIncludes Exceptions that are worth a retry, also as a cause of
	 * others; all by default.
	 * @param exceptionExcludes Exceptions that are not worth a retry, also as a cause of
	 * others; none by default.
	 */
	public record Retry(@Nullable Integer maxRetries, @Nullable Duration delay, @Nullable Double multiplier,
			@Nullable Duration maxDelay, @Nullable Duration jitter, @Nullable List<String> exceptionIncludes,
			@Nullable List<String> exceptionExcludes) {

		private void addTo(SettingValues.Builder values) {
			values.say(SettingTable.MAX_RETRIES, this.maxRetries)
				.say(SettingTable.RETRY_DELAY, this.delay)
				.say(SettingTable.RETRY_MULTIPLIER, this.multiplier)
				.say(SettingTable.RETRY_MAX_DELAY, this.maxDelay)
				.say(SettingTable.RETRY_JITTER, this.jitter)
				.say(SettingTable.RETRY_INCLUDES, joined(this.exceptionIncludes))
				.say(SettingTable.RETRY_EXCLUDES, joined(this.exceptionExcludes));
		}

		private static @Nullable String joined(@Nullable List<String> names) {
			return (names != null) ? String.join(",", names) : null;
		}

	}

	/**
	 * When to take it that not the events are at fault but something that all of them
	 * need: the stage pauses then, and tries one event after each pause.
	 *
	 * @param failures Number of different events that fail alike, with no success
	 * between, from 1 to 10000; 5 by default.
	 * @param pause Time to wait before each try, from 1ms to 1d; 30s by default.
	 */
	public record Outage(@Nullable Integer failures, @Nullable Duration pause) {

		private void addTo(SettingValues.Builder values) {
			values.say(SettingTable.OUTAGE_FAILURES, this.failures).say(SettingTable.OUTAGE_PAUSE, this.pause);
		}

	}

	/**
	 * How long a producer that is polled waits after it had nothing, twice as long each
	 * time there is nothing again.
	 *
	 * @param pause First pause after there was something, from 1ms to 1d; 10ms by
	 * default.
	 * @param maxPause Longest pause, from the first one to 1d; 1s by default, or the
	 * first one if that is longer.
	 */
	public record Poll(@Nullable Duration pause, @Nullable Duration maxPause) {

		private void addTo(SettingValues.Builder values) {
			values.say(SettingTable.POLL_PAUSE, this.pause).say(SettingTable.POLL_MAX_PAUSE, this.maxPause);
		}

	}

	/**
	 * Limit to how many events pass in some time, through all instances of a stage.
	 *
	 * @param events Number of events that pass in a period, at least 1.
	 * @param period Period, from 1ms to 365d; 1s by default.
	 * @param burst Number of events that may pass at once after a time without any, at
	 * least 1; as many as in a period by default.
	 */
	public record Rate(@Nullable Integer events, @Nullable Duration period, @Nullable Integer burst) {

		private void addTo(SettingValues.Builder values) {
			values.say(SettingTable.RATE_EVENTS, this.events)
				.say(SettingTable.RATE_PERIOD, this.period)
				.say(SettingTable.RATE_BURST, this.burst);
		}

	}

	/**
	 * How each instance of a stage collects events before it handles them.
	 *
	 * @param size Number of events that a batch has at most, from 1 to 1000000 and to the
	 * maximum demand of each subscription; 100 by default.
	 * @param timeout Time that the first event of a batch waits for others at most, from
	 * 1ms to 365d; 1s by default.
	 * @param by What the events of a batch have in common: the name of a method of the
	 * annotated bean that takes one event, of a Function, ToIntFunction or ToLongFunction
	 * bean, or of a property of the event; nothing by default.
	 */
	public record Batch(@Nullable Integer size, @Nullable Duration timeout, @Nullable String by) {

		private void addTo(SettingValues.Builder values) {
			values.say(SettingTable.BATCH_SIZE, this.size)
				.say(SettingTable.BATCH_TIMEOUT, this.timeout)
				.say(SettingTable.BATCH_BY, this.by);
		}

	}

	/**
	 * Task of its own for each event of a consumer, many of them at the same time.
	 *
	 * @param enabled Whether each event has a task.
	 * @param restart What becomes of a task that has failed; temporary by default. If it
	 * is set, the stage has no failure policy.
	 * @param maxRestarts Number of tasks that may be run again within the restart period,
	 * at least 0; 3 by default. With one more the stage fails.
	 * @param restartPeriod Time for which a restart counts, from 1ms to 365d; 5s by
	 * default.
	 * @param patience Time to wait for tasks that have been interrupted because the stage
	 * stops, from 0s to 365d; 5s by default.
	 */
	public record TaskPerEvent(@Nullable Boolean enabled, @Nullable TaskRestart restart, @Nullable Integer maxRestarts,
			@Nullable Duration restartPeriod, @Nullable Duration patience) {

		private static final String OWN_RESTARTS = "A failure policy decides about tasks that fail.";

		/** Returns what becomes of a task that has failed. */
		@Override
		@DeprecatedConfigurationProperty(replacement = "genstage.stages.*.failure", reason = OWN_RESTARTS,
				since = "0.1.0")
		public @Nullable TaskRestart restart() {
			return this.restart;
		}

		/** Returns how many tasks may be run again within the period. */
		@Override
		@DeprecatedConfigurationProperty(replacement = "genstage.stages.*.failure.retry.max-retries",
				reason = OWN_RESTARTS, since = "0.1.0")
		public @Nullable Integer maxRestarts() {
			return this.maxRestarts;
		}

		/** Returns for how long a restart counts. */
		@Override
		@DeprecatedConfigurationProperty(replacement = "genstage.stages.*.failure.retry.delay", reason = OWN_RESTARTS,
				since = "0.1.0")
		public @Nullable Duration restartPeriod() {
			return this.restartPeriod;
		}

		private void addTo(SettingValues.Builder values) {
			values.say(SettingTable.TASKS, this.enabled)
				.say(SettingTable.TASK_RESTART, this.restart)
				.say(SettingTable.TASK_MAX_RESTARTS, this.maxRestarts)
				.say(SettingTable.TASK_RESTART_PERIOD, this.restartPeriod)
				.say(SettingTable.TASK_PATIENCE, this.patience);
		}

	}

	/**
	 * Limits of one subscription of a stage.
	 *
	 * @param maxDemand Maximum number of events to have outstanding at this producer,
	 * from 1 to 1000000.
	 * @param minDemand Number of outstanding events at which to ask this producer for
	 * more, from 0 to one less than the maximum demand.
	 * @param partition Partition to get events of, from 0, if the dispatcher of the
	 * producer is 'partition'.
	 */
	public record Subscription(@Nullable Integer maxDemand, @Nullable Integer minDemand, @Nullable String partition) {

		/** Returns what is set for the subscription. */
		public SettingValues values() {
			return new SettingValues.Builder().say(SettingTable.MAX_DEMAND, this.maxDemand)
				.say(SettingTable.MIN_DEMAND, this.minDemand)
				.say(SettingTable.PARTITION, this.partition)
				.build();
		}

	}

	/**
	 * Where events are kept that stages could not handle.
	 *
	 * @param store Where dead letters are kept, unless there is a DeadLetterStore bean.
	 * @param capacity Number of dead letters that are kept in memory, from 1 to 1000000.
	 * When there are more, the oldest ones are lost.
	 * @param retention Time after their last failure for which dead letters are kept in a
	 * database, from 0s to 3650d. With 0s they are kept for good.
	 * @param maxPerKey Number of dead letters of one key behind which a later event of
	 * the key may become another one, from 0 to 1000000. When there are as many, such
	 * events wait in their stage. With 0 they are handled though dead letters of their
	 * key wait.
	 * @param showPayload When the 'genstagedeadletters' endpoint shows data of events:
	 * the event itself, its key, and the message of its failure.
	 */
	public record DeadLetters(@DefaultValue("memory") LetterStore store,
			@DefaultValue("" + MemoryDeadLetterStore.DEFAULT_CAPACITY) int capacity,
			@DefaultValue("30d") Duration retention,
			@DefaultValue("" + FailurePolicy.DEFAULT_MAX_PER_KEY) int maxPerKey,
			@DefaultValue("never") ShowPayload showPayload) {

		private static final Duration LONGEST_RETENTION = Duration.ofDays(3650);

		/** Returns what is wrong. */
		public List<WiringProblem> problems() {
			List<WiringProblem> problems = new ArrayList<>();
			Setting.Range.problemOf(this.capacity, 1, MemoryDeadLetterStore.MAX_CAPACITY, "")
				.map((problem) -> WiringProblem.ofProperty("genstage.dead-letters.capacity", problem))
				.ifPresent(problems::add);
			if (this.retention.isNegative() || this.retention.compareTo(LONGEST_RETENTION) > 0) {
				problems
					.add(WiringProblem.ofProperty("genstage.dead-letters.retention", "must be from 0s to %s, but is %s"
						.formatted(Setting.print(LONGEST_RETENTION), Setting.print(this.retention))));
			}
			maxPerKeyProblem().map((problem) -> WiringProblem.ofProperty("genstage.dead-letters.max-per-key", problem))
				.ifPresent(problems::add);
			return problems;
		}

		private Optional<String> maxPerKeyProblem() {
			return Setting.Range.problemOf(this.maxPerKey, 0, FailurePolicy.MOST_PER_KEY, "");
		}

		/** Returns how many letters a key may have, also if that is not said well. */
		public int lettersPerKey() {
			return maxPerKeyProblem().isEmpty() ? this.maxPerKey : FailurePolicy.DEFAULT_MAX_PER_KEY;
		}

	}

	/**
	 * What is known of the time that stages spend.
	 *
	 * @param enabled Whether to keep accounts of what stages spend their time on, from
	 * which follows what limits a pipeline.
	 * @param interval Time after which what limits a pipeline is looked at again while
	 * somebody wants to know, from 10ms to 1h.
	 */
	public record Accounts(@DefaultValue("true") boolean enabled, @DefaultValue("1s") Duration interval) {

		/** Returns what is wrong, if anything is. */
		public Optional<WiringProblem> problem() {
			try {
				TimeKeeping unused = new TimeKeeping(this.enabled, this.interval);
				return Optional.empty();
			}
			catch (IllegalArgumentException ex) {
				return Optional.of(WiringProblem.ofProperty("genstage.accounts.interval",
						"it must be from 10ms to 1h, but is " + Setting.print(this.interval)));
			}
		}

		/**
		 * Returns how the pipelines keep accounts, or the defaults if something is wrong.
		 */
		public TimeKeeping timeKeeping() {
			return problem().isEmpty() ? new TimeKeeping(this.enabled, this.interval) : TimeKeeping.DEFAULT;
		}

	}

	/**
	 * What surrounds the calls of handlers.
	 *
	 * @param enabled Whether to observe each call of a handler and each event that is put
	 * into an event queue, for traces and timers, if there is an ObservationRegistry.
	 * @param propagateContext Whether handlers see the thread-locals that were set where
	 * their event was put into an event queue, of those that are registered with
	 * Micrometer's context propagation.
	 * @param mdc Whether what a handler logs has the keys genstage.stage and
	 * genstage.attempt.
	 */
	public record Observation(@DefaultValue("false") boolean enabled, @DefaultValue("false") boolean propagateContext,
			@DefaultValue("false") boolean mdc) {
	}

	/**
	 * When health doesn't find an application in service any more.
	 *
	 * @param saturatedAt Number of events from which on a stage that holds them puts the
	 * application out of service, 1 or more. By default there is no limit.
	 * @param discardingAt Number of events from which on a stage that has lost them
	 * within a minute puts the application out of service, 1 or more. By default there is
	 * no limit.
	 */
	public record Health(@Nullable Long saturatedAt, @Nullable Long discardingAt) {

		/** Returns what is wrong, which may be nothing. */
		public List<WiringProblem> problems() {
			List<WiringProblem> problems = new ArrayList<>();
			check("saturated-at", this.saturatedAt, problems);
			check("discarding-at", this.discardingAt, problems);
			return problems;
		}

		private static void check(String property, @Nullable Long limit, List<WiringProblem> problems) {
			if (limit != null && limit < 1) {
				problems.add(WiringProblem.ofProperty("genstage.health." + property,
						"must be 1 or more, but is %d".formatted(limit)));
			}
		}

	}

	/**
	 * How pipelines report how far they have come with finite sources.
	 *
	 * @param logEvery Shortest time between two lines in the log about a source whose
	 * total is known, at least 100ms; there is one for each further tenth that is done.
	 * With 0s nothing is logged.
	 * @param console Whether to draw a line of progress on the console, if that is a
	 * terminal. For jobs on the command line.
	 */
	public record Progress(@DefaultValue("10s") Duration logEvery, @DefaultValue("false") boolean console) {

		private static final Duration SHORTEST = Duration.ofMillis(100);

		/** Returns what is wrong, which may be nothing. */
		public List<WiringProblem> problems() {
			boolean usable = this.logEvery.isZero() || this.logEvery.compareTo(SHORTEST) >= 0;
			return usable ? List.of() : List.of(WiringProblem.ofProperty("genstage.progress.log-every",
					"must be 0s or 100ms or more, but is %s".formatted(Setting.print(this.logEvery))));
		}

	}

	/**
	 * What holds for all links that say nothing else.
	 *
	 * @param type What carries them: 'memory', 'jdbc', 'kafka', or the type of a
	 * LinkProvider of your own; nothing by default, so that each link has to say it.
	 * @param converter Name of the LinkConverter bean that makes messages of events, and
	 * events of messages; the only one by default.
	 * @param maxAttempts Number of times that an event that fails is delivered before it
	 * is rejected, from 1 to 1000; 5 by default.
	 * @param retryAfter Time after which an event that has failed is delivered again,
	 * from 0s to 365d; 30s by default.
	 */
	public record LinksDefaults(@Nullable String type, @Nullable String converter, @Nullable Integer maxAttempts,
			@Nullable Duration retryAfter) {
	}

	/**
	 * A stage whose events an engine outside of the JVM carries to those that subscribe
	 * to it.
	 *
	 * @param type What carries them: 'memory', 'jdbc', 'kafka', or the type of another
	 * LinkProvider bean.
	 * @param destination What the engine calls it: a topic, a queue, a name in a table;
	 * the name of the stage by default.
	 * @param key What keeps the order of events: the name of a method of the annotated
	 * bean that takes one event, of a Function, ToIntFunction or ToLongFunction bean, or
	 * of a property of the event. By default it is what the stage partitions its events
	 * by, if it does.
	 * @param converter Name of the LinkConverter bean that makes messages of events, and
	 * events of messages; the only one by default.
	 * @param eventType Full name of the class of the events. By default it is what the
	 * stages take that subscribe to the stage.
	 * @param gone What becomes of a message without a payload, which says that there is
	 * nothing any more: 'skip' by default.
	 * @param maxUnsettled Number of messages that may be delivered to this application
	 * and not be settled, from 1 to 1000000; as many as the stages behind the link may
	 * have asked for by default.
	 * @param maxAttempts Number of times that an event that fails is delivered before it
	 * is rejected, from 1 to 1000; 5 by default.
	 * @param retryAfter Time after which an event that has failed is delivered again,
	 * from 0s to 365d; 30s by default.
	 * @param transactional Whether each call of the handler behind the link and the
	 * removal of its messages are one transaction, with a link of the type 'jdbc'; false
	 * by default.
	 * @param seen Whether events are recognized when they come again.
	 * @param properties Settings of the provider.
	 */
	public record Link(@Nullable String type, @Nullable String destination, @Nullable String key,
			@Nullable String converter, @Nullable String eventType, @Nullable Gone gone, @Nullable Integer maxUnsettled,
			@Nullable Integer maxAttempts, @Nullable Duration retryAfter, @Nullable Boolean transactional,
			@Nullable Seen seen, @DefaultValue Map<String, String> properties) {

		/** Returns the same, with what only the other one says. */
		public Link orElse(Link other) {
			Map<String, String> both = new LinkedHashMap<>(other.properties);
			both.putAll(this.properties);
			return new Link(first(this.type, other.type), first(this.destination, other.destination),
					first(this.key, other.key), first(this.converter, other.converter),
					first(this.eventType, other.eventType), first(this.gone, other.gone),
					first(this.maxUnsettled, other.maxUnsettled), first(this.maxAttempts, other.maxAttempts),
					first(this.retryAfter, other.retryAfter), first(this.transactional, other.transactional),
					first(this.seen, other.seen), both);
		}

		/** Returns the same, with the defaults of all links where it says nothing. */
		public Link orElse(LinksDefaults defaults) {
			return orElse(new Link(defaults.type, null, null, defaults.converter, null, null, null,
					defaults.maxAttempts, defaults.retryAfter, null, null, Map.of()));
		}

		private static <T> @Nullable T first(@Nullable T one, @Nullable T other) {
			return (one != null) ? one : other;
		}

	}

	/**
	 * Whether the events of a link are recognized when they come again, by their ids in
	 * the table genstage_seen of the application's database.
	 *
	 * @param enabled Whether each call of the handler behind the link is a transaction,
	 * in which the ids of its events are remembered; false by default.
	 * @param keepFor How long the id of an event is remembered, from 1s to 3650d; 7d by
	 * default.
	 */
	public record Seen(@Nullable Boolean enabled, @Nullable Duration keepFor) {

		/** How long ids are remembered unless something else is said. */
		public static final Duration DEFAULT_KEEP_FOR = Duration.ofDays(7);

	}

	/**
	 * What becomes of a message without a payload.
	 */
	public enum Gone {

		/**
		 * It is left out, and done for the engine.
		 */
		SKIP,

		/**
		 * The converter of the link makes an event of it.
		 */
		CONVERT

	}

	/**
	 * Where dead letters are kept.
	 */
	public enum LetterStore {

		/**
		 * In memory, until the process ends.
		 */
		MEMORY,

		/**
		 * In a database, with genstage-jdbc.
		 */
		JDBC

	}

	/**
	 * To whom data of events is shown.
	 */
	public enum ShowPayload {

		/**
		 * To nobody.
		 */
		NEVER,

		/**
		 * To those who are authenticated, and have one of the roles if there are any.
		 */
		WHEN_AUTHORIZED,

		/**
		 * To everybody who can read the endpoint.
		 */
		ALWAYS

	}

	/**
	 * How the pipelines start and stop with the application.
	 *
	 * @param autoStartup Whether to start the pipelines with the application.
	 * @param drainTimeout Time that a pipeline may take to finish what is under way when
	 * the application stops.
	 * @param startOn Moment at which the pipelines start.
	 * @param exitOnCompletion Name of a pipeline, or of a stage of it; none by default.
	 * When it has completed, the application context is closed with exit code 0; when it
	 * has failed, or more events were discarded than may be, with 1.
	 * @param maxDiscarded Number of events that may be discarded in a run of the pipeline
	 * of 'exit-on-completion' whose exit code is 0.
	 * @param keepAlive Whether the application goes on as long as a pipeline can run,
	 * also without any other thread that keeps it alive.
	 * @param phase Phase in which the pipelines start and stop. The default is before the
	 * web server on start and after it on stop.
	 * @param fedBy For the name of an EventQueue, the names of stages of other pipelines
	 * whose own threads put events into it, beside those whose bean depends on the queue.
	 * While the application stops, the queue takes events of any thread until these
	 * stages have nothing in hand.
	 */
	public record Lifecycle(@DefaultValue("true") boolean autoStartup, @DefaultValue("20s") Duration drainTimeout,
			@DefaultValue("refresh") StartOn startOn, @Nullable String exitOnCompletion,
			@DefaultValue("0") long maxDiscarded, @DefaultValue("true") boolean keepAlive,
			@DefaultValue("" + DEFAULT_PHASE) int phase, @DefaultValue Map<String, Set<String>> fedBy) {

		/**
		 * The default phase: {@code Integer.MAX_VALUE - 4096}. The web server starts
		 * after the pipelines and has stopped taking requests when they drain; pools and
		 * data sources are closed later.
		 */
		public static final int DEFAULT_PHASE = Integer.MAX_VALUE - 4096;

	}

	/**
	 * When the pipelines of an application start.
	 */
	public enum StartOn {

		/**
		 * With the application context, before the web server.
		 */
		REFRESH,

		/**
		 * When the application is ready: the web server takes requests, and all runners
		 * have been called.
		 */
		READY

	}

}
