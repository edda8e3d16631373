package io.genstage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

import io.genstage.batch.Batching;
import io.genstage.buffer.BufferKeep;
import io.genstage.buffer.EventBuffer;
import io.genstage.delivery.Delivery;
import io.genstage.dispatch.DispatcherFactory;
import io.genstage.dispatch.Unserved;
import io.genstage.failure.FailurePolicy;
import io.genstage.intake.InFlight;
import io.genstage.rate.RateAccount;
import io.genstage.task.Tasks;
import org.jspecify.annotations.Nullable;

/**
 * Options of a stage. A {@code null} component means the default of the stage's kind; one
 * that the kind doesn't have is refused when the stage is started.
 * <p>
 * Source: the options that {@code init/1} answers in GenStage.
 *
 * @param demandMode producers only: whether to act on demand at once (default
 * {@link DemandMode#FORWARD})
 * @param dispatcher producers and producer-consumers: who gets which events (default
 * {@link io.genstage.dispatch.Dispatchers#demand()})
 * @param dispatcherName producers and producer-consumers: what a
 * {@link io.genstage.pipeline.PipelineGraph#drawing() drawing} calls the dispatcher; it
 * means nothing to the stage (default: what the dispatcher is)
 * @param bufferSize producers and producer-consumers: how many events to keep that nobody
 * can take yet, 0 to keep none, {@link #UNLIMITED} for no limit (default 10,000 for a
 * producer, no limit for a producer-consumer, which takes no more than it was asked for)
 * @param bufferKeep producers and producer-consumers: which events to keep when the
 * buffer is full (default {@link BufferKeep#LAST}); the others are discarded, which is
 * counted, logged and reported to the stage and the listener
 * @param unserved producers and producer-consumers: what becomes of events for partitions
 * that have no consumer, once as many wait as the {@code bufferSize} says (10,000 if it
 * says nothing or has no limit); up to that they hold nobody up. By default each of them
 * takes up demand at once, as in GenStage; in a {@link io.genstage.pipeline.Pipeline
 * pipeline} it is {@link Unserved#WAIT}
 * @param batching producer-consumers and consumers: how to collect events before they are
 * handled (default: not at all)
 * @param inFlight {@linkplain AsyncConsumerStage asynchronous} consumers and
 * {@linkplain AsyncProducerConsumerStage producer-consumers}: how many events to work on
 * at once (default 1)
 * @param tasks consumers: to work on each event in a task of its own, beside the turns of
 * the stage (default: none); not together with {@code batching} or {@code inFlight}. If
 * there is a {@code failure} policy, it decides about those that fail
 * @param rate how many events may pass in how much time, shared with all stages that are
 * started with the same account (default: no limit). A consumer or producer-consumer asks
 * for no more events than may pass, so that the rest waits upstream, and a producer gets
 * no more demand. Tokens that come within 10 ms are used together. Events come too early
 * if several producers send what they were asked for at the same time, or if the limit is
 * lowered meanwhile; they are held back and count as backlog. When the stage is drained
 * they still pass by the limit; when it stops in good order since a producer has ended,
 * at once; if it stops otherwise they are discarded. What a producer emits without demand
 * passes at once, and is made up for by less demand later
 * @param maxUnsettled producers: how many events with a {@linkplain Delivery settlement}
 * may be open between the stage and the end of its pipeline, at least 1 (default: no
 * limit but that of the demand and the buffers behind it). The stage gets no more demand
 * meanwhile. Events without a settlement, and those of an earlier run, don't count; what
 * it emits without demand passes, and is made up for by less demand
 * @param failure consumers and producer-consumers: what becomes of events that the stage
 * fails to handle; not for one that {@linkplain ConsumerStage#reportsHandled reports
 * itself} what it has handled (default: the stage fails)
 * @param watch how long something may take before it is reported (default: nothing is
 * reported)
 * @param executor what runs the callbacks of this stage, which may block its threads, and
 * is not closed (default: the executor of the system)
 * @param listeners get to know what happens to this stage, as those of the system do
 * (default: none)
 * @param accounts whether to keep an account of what the stage spends its time on, which
 * costs it some looks at the clock for each message (default: no; the stages of a
 * {@link io.genstage.pipeline.Pipeline pipeline} keep one unless that is switched off)
 * @param scope consumers: what surrounds each call of the handler (default: nothing); not
 * together with {@code inFlight} or {@code tasks}
 */
public record StageOptions(@Nullable DemandMode demandMode, @Nullable DispatcherFactory<?> dispatcher,
		@Nullable String dispatcherName, @Nullable Integer bufferSize, @Nullable BufferKeep bufferKeep,
		@Nullable Unserved unserved, @Nullable Batching<?> batching, @Nullable InFlight inFlight,
		@Nullable Tasks<?> tasks, @Nullable RateAccount rate, @Nullable Integer maxUnsettled,
		@Nullable FailurePolicy failure, @Nullable Watch watch, @Nullable Executor executor,
		List<StageListener> listeners, boolean accounts, @Nullable CallScope scope) {

	/**
	 * The {@code bufferSize} of a buffer without a limit.
	 */
	public static final int UNLIMITED = EventBuffer.UNLIMITED;

	private static final StageOptions DEFAULTS = new StageOptions(null, null, null, null, null, null, null, null, null,
			null, null, null, null, null, List.of(), false, null);

	public StageOptions {
		listeners = List.copyOf(listeners);
		if (bufferSize != null && bufferSize < 0) {
			throw new IllegalArgumentException("bufferSize must be >= 0, was " + bufferSize);
		}
		if (maxUnsettled != null && maxUnsettled < 1) {
			throw new IllegalArgumentException("maxUnsettled must be >= 1, was " + maxUnsettled);
		}
	}

	/**
	 * Returns the options that apply when nothing is said.
	 * @return the defaults of the stage's kind
	 */
	public static StageOptions defaults() {
		return DEFAULTS;
	}

	/**
	 * Returns these options with another demand mode.
	 * @param demandMode the mode that a producer starts in
	 * @return the changed options
	 */
	public StageOptions withDemandMode(DemandMode demandMode) {
		return new StageOptions(demandMode, this.dispatcher, this.dispatcherName, this.bufferSize, this.bufferKeep,
				this.unserved, this.batching, this.inFlight, this.tasks, this.rate, this.maxUnsettled, this.failure,
				this.watch, this.executor, this.listeners, this.accounts, this.scope);
	}

	/**
	 * Returns these options with another dispatcher.
	 * @param dispatcher creates the dispatcher when the stage starts
	 * @return the changed options
	 */
	public StageOptions withDispatcher(DispatcherFactory<?> dispatcher) {
		return new StageOptions(this.demandMode, dispatcher, null, this.bufferSize, this.bufferKeep, this.unserved,
				this.batching, this.inFlight, this.tasks, this.rate, this.maxUnsettled, this.failure, this.watch,
				this.executor, this.listeners, this.accounts, this.scope);
	}

	/**
	 * Returns these options with another dispatcher, which drawings call by a name.
	 * @param name the name to draw
	 * @param dispatcher creates the dispatcher when the stage starts
	 * @return the changed options
	 */
	public StageOptions withDispatcher(String name, DispatcherFactory<?> dispatcher) {
		return new StageOptions(this.demandMode, dispatcher, name, this.bufferSize, this.bufferKeep, this.unserved,
				this.batching, this.inFlight, this.tasks, this.rate, this.maxUnsettled, this.failure, this.watch,
				this.executor, this.listeners, this.accounts, this.scope);
	}

	/**
	 * Returns these options with another buffer size.
	 * @param bufferSize at least 0
	 * @return the changed options
	 */
	public StageOptions withBufferSize(int bufferSize) {
		return new StageOptions(this.demandMode, this.dispatcher, this.dispatcherName, bufferSize, this.bufferKeep,
				this.unserved, this.batching, this.inFlight, this.tasks, this.rate, this.maxUnsettled, this.failure,
				this.watch, this.executor, this.listeners, this.accounts, this.scope);
	}

	/**
	 * Returns these options with another rule for a full buffer.
	 * @param bufferKeep which events to keep
	 * @return the changed options
	 */
	public StageOptions withBufferKeep(BufferKeep bufferKeep) {
		return new StageOptions(this.demandMode, this.dispatcher, this.dispatcherName, this.bufferSize, bufferKeep,
				this.unserved, this.batching, this.inFlight, this.tasks, this.rate, this.maxUnsettled, this.failure,
				this.watch, this.executor, this.listeners, this.accounts, this.scope);
	}

	/**
	 * Returns these options with a rule for events of partitions without a consumer.
	 * @param unserved what becomes of them beyond the buffer size
	 * @return the changed options
	 */
	public StageOptions withUnserved(Unserved unserved) {
		return new StageOptions(this.demandMode, this.dispatcher, this.dispatcherName, this.bufferSize, this.bufferKeep,
				unserved, this.batching, this.inFlight, this.tasks, this.rate, this.maxUnsettled, this.failure,
				this.watch, this.executor, this.listeners, this.accounts, this.scope);
	}

	/**
	 * Returns these options with a batching.
	 * @param batching how to collect events
	 * @return the changed options
	 */
	public StageOptions withBatching(Batching<?> batching) {
		return new StageOptions(this.demandMode, this.dispatcher, this.dispatcherName, this.bufferSize, this.bufferKeep,
				this.unserved, batching, this.inFlight, this.tasks, this.rate, this.maxUnsettled, this.failure,
				this.watch, this.executor, this.listeners, this.accounts, this.scope);
	}

	/**
	 * Returns these options with another number of events in flight.
	 * @param inFlight how many events an asynchronous stage works on at once
	 * @return the changed options
	 */
	public StageOptions withInFlight(InFlight inFlight) {
		return new StageOptions(this.demandMode, this.dispatcher, this.dispatcherName, this.bufferSize, this.bufferKeep,
				this.unserved, this.batching, inFlight, this.tasks, this.rate, this.maxUnsettled, this.failure,
				this.watch, this.executor, this.listeners, this.accounts, this.scope);
	}

	/**
	 * Returns these options with a task for each event.
	 * @param tasks the tasks of the stage
	 * @return the changed options
	 */
	public StageOptions withTasks(Tasks<?> tasks) {
		return new StageOptions(this.demandMode, this.dispatcher, this.dispatcherName, this.bufferSize, this.bufferKeep,
				this.unserved, this.batching, this.inFlight, tasks, this.rate, this.maxUnsettled, this.failure,
				this.watch, this.executor, this.listeners, this.accounts, this.scope);
	}

	/**
	 * Returns these options with a rate. All stages that are started with the same
	 * account share it, such as the instances of a stage in a pipeline.
	 * @param rate the account of the rate
	 * @return the changed options
	 */
	public StageOptions withRate(RateAccount rate) {
		return new StageOptions(this.demandMode, this.dispatcher, this.dispatcherName, this.bufferSize, this.bufferKeep,
				this.unserved, this.batching, this.inFlight, this.tasks, rate, this.maxUnsettled, this.failure,
				this.watch, this.executor, this.listeners, this.accounts, this.scope);
	}

	/**
	 * Returns these options with another limit of events that are open.
	 * @param maxUnsettled how many events with a settlement a producer may have open, at
	 * least 1
	 * @return the changed options
	 */
	public StageOptions withMaxUnsettled(int maxUnsettled) {
		return new StageOptions(this.demandMode, this.dispatcher, this.dispatcherName, this.bufferSize, this.bufferKeep,
				this.unserved, this.batching, this.inFlight, this.tasks, this.rate, maxUnsettled, this.failure,
				this.watch, this.executor, this.listeners, this.accounts, this.scope);
	}

	/**
	 * Returns these options with another failure policy.
	 * @param failure what becomes of events that the stage fails to handle, or
	 * {@code null} to let the stage fail
	 * @return the changed options
	 */
	public StageOptions withFailure(@Nullable FailurePolicy failure) {
		return new StageOptions(this.demandMode, this.dispatcher, this.dispatcherName, this.bufferSize, this.bufferKeep,
				this.unserved, this.batching, this.inFlight, this.tasks, this.rate, this.maxUnsettled, failure,
				this.watch, this.executor, this.listeners, this.accounts, this.scope);
	}

	/**
	 * Returns these options with another watch.
	 * @param watch how long something may take before it is reported
	 * @return the changed options
	 */
	public StageOptions withWatch(Watch watch) {
		return new StageOptions(this.demandMode, this.dispatcher, this.dispatcherName, this.bufferSize, this.bufferKeep,
				this.unserved, this.batching, this.inFlight, this.tasks, this.rate, this.maxUnsettled, this.failure,
				watch, this.executor, this.listeners, this.accounts, this.scope);
	}

	/** Returns how many events may wait for partitions without holding up others. */
	int unservedSize() {
		return (this.bufferSize != null && this.bufferSize != UNLIMITED) ? this.bufferSize
				: ProducerActor.DEFAULT_BUFFER_SIZE;
	}

	/**
	 * Returns these options with an executor of the stage's own, such as one that a stage
	 * shares with nobody, or one with a bound.
	 * @param executor runs tasks of some batches each; a task that it rejects is offered
	 * again
	 * @return the changed options
	 */
	public StageOptions withExecutor(Executor executor) {
		return new StageOptions(this.demandMode, this.dispatcher, this.dispatcherName, this.bufferSize, this.bufferKeep,
				this.unserved, this.batching, this.inFlight, this.tasks, this.rate, this.maxUnsettled, this.failure,
				this.watch, executor, this.listeners, this.accounts, this.scope);
	}

	/**
	 * Returns these options with one more listener.
	 * @param listener gets to know what happens to this stage
	 * @return the changed options
	 */
	public StageOptions withListener(StageListener listener) {
		List<StageListener> all = new ArrayList<>(this.listeners);
		all.add(listener);
		return new StageOptions(this.demandMode, this.dispatcher, this.dispatcherName, this.bufferSize, this.bufferKeep,
				this.unserved, this.batching, this.inFlight, this.tasks, this.rate, this.maxUnsettled, this.failure,
				this.watch, this.executor, all, this.accounts, this.scope);
	}

	/**
	 * Returns these options with or without an account of times.
	 * @param accounts whether to keep an account of what the stage spends its time on
	 * @return the changed options
	 * @see StageStatus#times()
	 */
	public StageOptions withAccounts(boolean accounts) {
		return new StageOptions(this.demandMode, this.dispatcher, this.dispatcherName, this.bufferSize, this.bufferKeep,
				this.unserved, this.batching, this.inFlight, this.tasks, this.rate, this.maxUnsettled, this.failure,
				this.watch, this.executor, this.listeners, accounts, this.scope);
	}

	/**
	 * Returns these options with what surrounds each call of the handler.
	 * @param scope surrounds the calls, or {@code null} for nothing
	 * @return the changed options
	 */
	public StageOptions withScope(@Nullable CallScope scope) {
		return new StageOptions(this.demandMode, this.dispatcher, this.dispatcherName, this.bufferSize, this.bufferKeep,
				this.unserved, this.batching, this.inFlight, this.tasks, this.rate, this.maxUnsettled, this.failure,
				this.watch, this.executor, this.listeners, this.accounts, scope);
	}

	/** Checks that all options that are set belong to a kind of stage. */
	void checkFor(String name, StageKind kind) {
		List<String> misplaced = new ArrayList<>();
		if (this.demandMode != null && kind != StageKind.PRODUCER) {
			misplaced.add("demandMode");
		}
		if (this.dispatcher != null && !kind.produces()) {
			misplaced.add("dispatcher");
		}
		if (this.bufferSize != null && !kind.produces()) {
			misplaced.add("bufferSize");
		}
		if (this.bufferKeep != null && !kind.produces()) {
			misplaced.add("bufferKeep");
		}
		if (this.unserved != null && !kind.produces()) {
			misplaced.add("unserved");
		}
		if (this.batching != null && !kind.consumes()) {
			misplaced.add("batching");
		}
		if (this.inFlight != null && !kind.consumes()) {
			misplaced.add("inFlight");
		}
		if (this.tasks != null && kind != StageKind.CONSUMER) {
			misplaced.add("tasks");
		}
		if (this.maxUnsettled != null && kind != StageKind.PRODUCER) {
			misplaced.add("maxUnsettled");
		}
		if (this.failure != null && !kind.consumes()) {
			misplaced.add("failure");
		}
		if (this.scope != null && kind != StageKind.CONSUMER) {
			misplaced.add("scope");
		}
		if (!misplaced.isEmpty()) {
			throw new IllegalArgumentException(
					"stage '%s' is a %s, which has no option %s".formatted(name, kind, String.join(", ", misplaced)));
		}
	}

}
