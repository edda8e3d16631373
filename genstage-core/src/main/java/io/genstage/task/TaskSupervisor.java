package io.genstage.task;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import io.genstage.Caller;
import io.genstage.ExitReason;
import io.genstage.StageContext;
import io.genstage.StageRef;
import io.genstage.Subscription;
import io.genstage.log.StageLog;
import org.jspecify.annotations.Nullable;

/**
 * One run of a {@link TaskConsumer}: starts its tasks, hears of their ends, and asks for
 * more. Used by the stage's callbacks only, but for the status.
 *
 * @param <E> the type of the events
 */
final class TaskSupervisor<E> {

	private static final System.Logger logger = StageLog.of(TaskSupervisor.class);

	private static final String TERMINATED = "its task was terminated";

	private final EventTask<? super E> work;

	private final TaskOptions options;

	private final StageContext context;

	private final Executor executor;

	private final @Nullable ClassLoader contextClassLoader = Thread.currentThread().getContextClassLoader();

	private final TaskTable<E> tasks = new TaskTable<>();

	private final Map<Subscription, TaskSlots> slots = new HashMap<>();

	private long lastId;

	/** How many restarts there were within the period. */
	private int restarts;

	private boolean draining;

	TaskSupervisor(EventTask<? super E> work, TaskOptions options, StageContext context) {
		this.work = work;
		this.options = options;
		this.context = context;
		this.executor = Objects.requireNonNullElse(options.executor(), context.executor());
	}

	StageRef self() {
		return this.context.self();
	}

	/** For any thread. */
	TaskStatus<E> status() {
		return this.tasks.status();
	}

	/** For any thread. */
	int unfinished() {
		return this.tasks.count();
	}

	// Demand

	void join(Subscription subscription) {
		this.slots.put(subscription, new TaskSlots(subscription.options()));
		askIfWanted(subscription);
	}

	void retune(Subscription subscription) {
		TaskSlots changed = this.slots.get(subscription);
		if (changed != null) {
			changed.retune(subscription.options());
			askIfWanted(subscription);
		}
	}

	/** Asks nothing any more by a subscription; the tasks of its events go on. */
	void leave(Subscription subscription) {
		this.slots.remove(subscription);
	}

	void startAll(List<E> events, Subscription source) {
		TaskSlots taken = this.slots.get(source);
		int excess = (taken != null) ? taken.take(events.size()) : 0;
		if (excess > 0) {
			logger.log(Level.ERROR,
					() -> "stage '%s' got %d events in excess of what it had asked for by %s, and runs tasks for them too"
						.formatted(name(), excess, source));
		}
		events.forEach((event) -> startOrDiscard(event, source));
		settle(source);
	}

	private void askIfWanted(Subscription subscription) {
		TaskSlots free = this.slots.get(subscription);
		if (free != null && !this.draining) {
			subscription.ask(free.ask());
		}
	}

	// Starts

	private void startOrDiscard(E event, Subscription source) {
		SupervisedTask<E> task = newTask(event, source);
		try {
			launch(task);
		}
		catch (RejectedExecutionException ex) {
			logger.log(Level.ERROR, () -> "%s could not start".formatted(describe(task)), ex);
			remove(task);
			discard(task, "its task could not start", ex);
		}
	}

	/**
	 * Starts a task outside of any demand.
	 * @return the id of the task, or why it could not start
	 */
	CompletionStage<Long> startByHand(E event) {
		if (this.draining) {
			return CompletableFuture
				.failedStage(new IllegalStateException("stage '%s' drains and starts no tasks".formatted(name())));
		}
		SupervisedTask<E> task = newTask(event, null);
		try {
			launch(task);
		}
		catch (RejectedExecutionException ex) {
			remove(task);
			return CompletableFuture.failedStage(ex);
		}
		return CompletableFuture.completedStage(task.id());
	}

	private SupervisedTask<E> newTask(E event, @Nullable Subscription source) {
		SupervisedTask<E> task = new SupervisedTask<>(++this.lastId, event, source);
		this.tasks.add(task);
		return task;
	}

	private void launch(SupervisedTask<E> task) {
		Attempt attempt = new Attempt(() -> work(task.event()), (ended) -> tellSelf(() -> attemptEnded(task, ended)));
		task.begin(attempt);
		this.context.execute(this.executor, attempt);
	}

	/** An executor of the user's has threads that don't know the stage's class loader. */
	private void work(E event) throws Exception {
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		thread.setContextClassLoader(this.contextClassLoader);
		try {
			this.work.run(event);
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}

	// Ends

	private void attemptEnded(SupervisedTask<E> task, Attempt attempt) {
		if (!this.tasks.contains(task)) {
			return;
		}
		Throwable failure = attempt.failure();
		if (failure == null) {
			finish(task);
		}
		else if (task.isTerminated()) {
			logUnfinished(task);
			lose(task, TERMINATED, null);
		}
		else if (this.options.restart() == TaskRestart.TRANSIENT) {
			logger.log(Level.ERROR,
					() -> "%s has failed in attempt %d and is run again".formatted(describe(task), task.attempts()),
					failure);
			restart(task, failure);
		}
		else {
			logger.log(Level.ERROR, () -> "%s has failed".formatted(describe(task)), failure);
			lose(task, "its task has failed", failure);
		}
	}

	private void restart(SupervisedTask<E> task, Throwable failure) {
		task.awaitRestart();
		if (this.restarts == this.options.maxRestarts()) {
			logger.log(Level.ERROR, () -> "stage '%s' stops: its tasks fail too often, maxRestarts is %d within %s"
				.formatted(name(), this.options.maxRestarts(), this.options.restartPeriod()));
			this.context.stop(this.options.failsOverLimit() ? ExitReason.failure(failure) : ExitReason.SHUTDOWN);
			return;
		}
		this.restarts++;
		this.context.tellLater(this.options.restartPeriod(), new Step(() -> this.restarts--));
		try {
			launch(task);
		}
		catch (RejectedExecutionException ex) {
			logger.log(Level.ERROR, () -> "%s could not be run again yet".formatted(describe(task)), ex);
			task.awaitRestart();
			tellSelf(() -> restartAgain(task, ex));
		}
	}

	private void restartAgain(SupervisedTask<E> task, Throwable failure) {
		if (this.tasks.contains(task)) {
			restart(task, failure);
		}
	}

	private void finish(SupervisedTask<E> task) {
		report(task);
		end(task);
	}

	private void lose(SupervisedTask<E> task, String reason, @Nullable Throwable cause) {
		discard(task, reason, cause);
		end(task);
	}

	private void end(SupervisedTask<E> task) {
		remove(task);
		task.answerTerminator();
		settle(task.source());
	}

	/** Counts the event of a task as handled, unless nobody has sent it. */
	private void report(SupervisedTask<E> task) {
		if (task.source() != null) {
			this.context.handled(task.source(), List.of(task.event()));
		}
	}

	private void discard(SupervisedTask<E> task, String reason, @Nullable Throwable cause) {
		// An error of the JVM concerns who ran the task, not the stage.
		discard(task.source(), List.of(task.event()), reason, (cause instanceof VirtualMachineError) ? null : cause);
	}

	private void discard(@Nullable Subscription source, List<E> events, String reason, @Nullable Throwable cause) {
		if (source != null) {
			this.context.discard(source, events, reason, cause);
		}
		else {
			this.context.discard(events, reason, cause);
		}
	}

	private void remove(SupervisedTask<E> task) {
		this.tasks.remove(task);
		TaskSlots taken = (task.source() != null) ? this.slots.get(task.source()) : null;
		if (taken != null) {
			taken.release();
		}
	}

	/** Does what the end of tasks makes possible. */
	private void settle(@Nullable Subscription source) {
		if (source != null) {
			askIfWanted(source);
		}
		completeIfDrained();
	}

	void drain() {
		this.draining = true;
		completeIfDrained();
	}

	private void completeIfDrained() {
		if (this.draining && this.tasks.isEmpty()) {
			this.context.complete();
		}
	}

	// Termination

	/** Terminates a task, and answers whether there was one to terminate. */
	void terminate(long id, Caller caller) {
		SupervisedTask<E> task = this.tasks.find(id);
		if (task == null || task.isTerminated()) {
			caller.reply(false);
			return;
		}
		task.terminate(caller);
		if (task.attempt() == null) {
			lose(task, TERMINATED, null);
		}
		else if (!this.options.patience().equals(TaskOptions.UNLIMITED)) {
			this.context.tellLater(this.options.patience(), new Step(() -> giveUp(task)));
		}
	}

	private void giveUp(SupervisedTask<E> task) {
		if (this.tasks.contains(task)) {
			logUnfinished(task);
			lose(task, TERMINATED, null);
		}
	}

	/** Ends all tasks, within the patience, because the stage stops. */
	void terminateAll() {
		Attempt.endAll(this.tasks.attempts(), this.options.patience());
		List<SupervisedTask<E>> done = new ArrayList<>();
		List<SupervisedTask<E>> lost = new ArrayList<>();
		this.tasks.all().forEach((task) -> (task.hasReturned() ? done : lost).add(task));
		this.tasks.clear();
		done.forEach(this::report);
		lost.forEach(this::logUnfinished);
		Map<@Nullable Subscription, List<E>> events = new LinkedHashMap<>();
		lost.forEach((task) -> events.computeIfAbsent(task.source(), (source) -> new ArrayList<>()).add(task.event()));
		events.forEach((source, all) -> discard(source, all, "their tasks had not ended when it stopped", null));
	}

	/** Logs what is unusual about a task that was interrupted and has not returned. */
	private void logUnfinished(SupervisedTask<E> task) {
		Attempt attempt = task.attempt();
		if (attempt == null) {
			return;
		}
		Throwable failure = attempt.hasEnded() ? attempt.failure() : null;
		if (failure instanceof InterruptedException || failure instanceof CancellationException) {
			return;
		}
		if (failure != null) {
			logger.log(Level.ERROR, () -> "%s has failed after it was interrupted".formatted(describe(task)), failure);
		}
		else if (!this.options.patience().isZero()) {
			logger.log(Level.ERROR, () -> "%s still runs %s after it was interrupted, and is given up"
				.formatted(describe(task), this.options.patience()));
		}
	}

	private void tellSelf(Runnable step) {
		self().tell(new Step(step));
	}

	private String describe(SupervisedTask<E> task) {
		return "task %d of stage '%s'".formatted(task.id(), name());
	}

	private String name() {
		return self().name();
	}

	/**
	 * What the stage sends itself to do in its own turn.
	 */
	record Step(Runnable action) {
	}

}
