package io.genstage.task;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * The tasks of a consumer that runs one for each event, all of them at the same time, and
 * asks for more as they end. For work that takes long or waits for others, where a
 * failure concerns one event only.
 *
 * <pre>{@code
 * Tasks<Order> tasks = Tasks.of(TaskOptions.defaults());
 * ConsumerStage<Order> shipping = (orders, from) -> carrier.ship(orders.get(0));
 * system.start("shipping", shipping, StageOptions.defaults().withTasks(tasks))
 * 	.subscribeTo(orders, SubscribeOptions.defaults().withMaxDemand(20));
 * }</pre>
 *
 * A task calls the {@code handleEvents} of the stage with a list of its one event, on a
 * thread of its own, where it may block. It is called by several threads at once, and
 * must not use the {@link io.genstage.StageContext}. To return is the one clean end; if
 * it throws, {@link TaskRestart} decides, or the
 * {@link io.genstage.failure.FailurePolicy} of the stage if it has one: then a failed
 * task waits for its retry, and an {@link Error} fails the stage. An interrupt means that
 * the task is to end soon, if need be by throwing {@link InterruptedException}. The other
 * callbacks of the stage are called as ever, beside its tasks.
 * <p>
 * Of each subscription at most {@code maxDemand} tasks run at a time. When
 * {@code minDemand} of them have ended (at least one), as many events are asked for
 * again: here it is the size of a refill. A task that has failed and is to be run again
 * keeps its place. If a producer sends more than it was asked for, that is logged and
 * tasks run for these events too; they are not asked for again.
 * <p>
 * An event is handled, for the {@linkplain io.genstage.StageStatus status} of the stage,
 * when its task has returned; the unfinished ones are its {@code backlog}. An event whose
 * task doesn't return in the end is {@code discarded}: it has failed and is not run
 * again, the executor has rejected it, it was terminated, or the stage stops.
 * <p>
 * When the stage stops it interrupts its tasks and waits for them, up to
 * {@link TaskOptions#patience()}, on the thread of the stage and before its
 * {@code onStop}. When it is drained its {@code onDrain} comes behind the last task.
 * <p>
 * The instances of a stage share this object. Any thread may use it.
 * <p>
 * Source: {@code ConsumerSupervisor}.
 *
 * @param <E> the type of the events
 */
public final class Tasks<E> {

	private final TaskOptions options;

	private final AtomicLong lastId = new AtomicLong();

	/** Those that go on, and perhaps some that have stopped and have no tasks. */
	private final List<TaskIntake<E>> runs = new CopyOnWriteArrayList<>();

	private Tasks(TaskOptions options) {
		this.options = options;
	}

	/**
	 * Creates tasks for one stage.
	 * @param options what becomes of tasks that fail, and how to end them
	 * @param <E> the type of the events
	 * @return the tasks, none yet
	 */
	public static <E> Tasks<E> of(TaskOptions options) {
		return new Tasks<>(Objects.requireNonNull(options, "options must not be null"));
	}

	/**
	 * Returns the options.
	 * @return what these were made with
	 */
	public TaskOptions options() {
		return this.options;
	}

	/**
	 * Starts a task for an event that nobody sent, in the instance that has the fewest.
	 * It takes no place of a subscription and leads to no demand. The subscription that
	 * its {@code handleEvents} gets is one of the stage to itself, which has ended. Any
	 * thread may call this, once the stage has started.
	 * <p>
	 * Source: {@code ConsumerSupervisor.start_child/2}.
	 * @param event what the task is to work on
	 * @param timeout how long to wait for the answer of the stage
	 * @return the id of the task; fails with {@link RejectedExecutionException} if the
	 * executor has rejected it and no policy is to try it again, with
	 * {@link IllegalStateException} if the stage drains, with
	 * {@link io.genstage.StageNotRunningException} if it has stopped, and with
	 * {@link TimeoutException} if it doesn't answer in time
	 * @throws IllegalStateException if no stage has been started with these tasks
	 */
	public CompletionStage<Long> startTask(E event, Duration timeout) {
		Objects.requireNonNull(event, "an event must not be null");
		return run((any) -> true).startByHand(event, timeout);
	}

	/**
	 * Interrupts a task, or ends the waiting of one for its restart. It is not run again,
	 * and makes room for another event. Any thread may call this, once the stage has
	 * started.
	 * <p>
	 * Source: {@code ConsumerSupervisor.terminate_child/2}.
	 * @param id the id of the task, see {@link #status()}
	 * @param timeout how long to wait for the answer; should be longer than the
	 * {@linkplain TaskOptions#patience() patience}
	 * @return {@code true} when the task has ended or the patience with it is over,
	 * {@code false} if there is no such task or it is being terminated already; fails
	 * with {@link io.genstage.StageNotRunningException} if the stage has stopped or stops
	 * meanwhile, and with {@link TimeoutException} if there is no answer in time
	 * @throws IllegalStateException if no stage has been started with these tasks
	 */
	public CompletionStage<Boolean> terminateTask(long id, Duration timeout) {
		return run((run) -> run.hasTask(id)).terminate(id, timeout);
	}

	/**
	 * Returns the unfinished tasks, without asking the stage. Any thread may call this.
	 * @return the tasks at this moment, none before the start and after the stop
	 */
	public TaskStatus<E> status() {
		return new TaskStatus<>(this.runs.stream()
			.flatMap((run) -> run.status().stream())
			.sorted(Comparator.comparingLong(TaskStatus.Task::id))
			.toList());
	}

	long nextId() {
		return this.lastId.incrementAndGet();
	}

	/** A run begins. */
	void join(TaskIntake<E> run) {
		this.runs.removeIf(TaskIntake::hasStopped);
		this.runs.add(run);
	}

	/** Returns a run that goes on, best of all a wanted one, or else the last one. */
	private TaskIntake<E> run(Predicate<TaskIntake<E>> wanted) {
		List<TaskIntake<E>> known = List.copyOf(this.runs);
		if (known.isEmpty()) {
			throw new IllegalStateException("no stage has been started with these tasks");
		}
		return known.stream()
			.filter((run) -> !run.hasStopped())
			.min(Comparator.comparing(wanted.negate()::test).thenComparingLong(TaskIntake::held))
			.orElse(known.get(known.size() - 1));
	}

}
