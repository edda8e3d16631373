package io.genstage.task;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;

import io.genstage.intake.Handling;
import io.genstage.intake.InFlightEvent;
import io.genstage.intake.Inlet;
import io.genstage.intake.Intake;
import io.genstage.intake.Lasting;
import io.genstage.log.StageLog;
import org.jspecify.annotations.Nullable;

/**
 * Lets a stage work on each event in a task of its own, hears of their ends, and asks for
 * as many events as places have become free.
 *
 * @param <E> the type of the events
 */
public final class TaskIntake<E> implements Intake<E> {

	private static final System.Logger logger = StageLog.of(TaskIntake.class);

	private static final String TERMINATED = "its task was terminated";

	private final Tasks<E> all;

	private final TaskOptions options;

	private final Handling<E> handling;

	private final TaskStage stage;

	/** Whether a failure policy decides about tasks, and not their options. */
	private final boolean byPolicy;

	private final TaskTable<E> tasks = new TaskTable<>();

	private final Map<Inlet, TaskSlots> slots = new HashMap<>();

	/** Subscriptions that have ended before the tasks of their events were over. */
	private final Set<Inlet> ending = new LinkedHashSet<>();

	/** How many restarts there were within the period. */
	private int restarts;

	private boolean draining;

	private boolean drained;

	public TaskIntake(Tasks<E> all, Handling<E> handling, TaskStage stage, boolean byPolicy) {
		this.all = all;
		this.options = all.options();
		this.handling = handling;
		this.stage = stage;
		this.byPolicy = byPolicy;
	}

	@Override
	public void started() {
		this.all.join(this);
	}

	// For any thread

	boolean hasStopped() {
		return this.stage.hasStopped();
	}

	boolean hasTask(long id) {
		return this.tasks.find(id) != null;
	}

	List<TaskStatus.Task<E>> status() {
		return this.tasks.status();
	}

	@Override
	public long held() {
		return this.tasks.count();
	}

	CompletionStage<Long> startByHand(E event, Duration timeout) {
		return this.stage.<CompletionStage<Long>>ask((answer) -> answer.accept(startUnlessDraining(event)), timeout)
			.thenCompose(Function.identity());
	}

	CompletionStage<Boolean> terminate(long id, Duration timeout) {
		return this.stage.ask((answer) -> terminate(id, answer), timeout);
	}

	// Demand

	@Override
	public boolean asksByItself() {
		return true;
	}

	@Override
	public void subscribe(Inlet inlet) {
		this.slots.put(inlet, new TaskSlots(inlet.maxDemand(), inlet.minDemand()));
		askIfWanted(inlet);
	}

	@Override
	public void withdraw(Inlet inlet, long demand) {
		TaskSlots asked = this.slots.get(inlet);
		if (asked != null) {
			asked.withdraw(demand);
		}
	}

	@Override
	public void unfinished(Inlet inlet, int change) {
		// An event keeps its place until its task is over.
	}

	@Override
	public void retune(Inlet inlet) {
		TaskSlots changed = this.slots.get(inlet);
		if (changed != null) {
			changed.retune(inlet.maxDemand(), inlet.minDemand());
			askIfWanted(inlet);
		}
	}

	/**
	 * Asks nothing any more by a subscription; the tasks of its events go on, and if a
	 * policy promises to bring them to an end they are waited for.
	 */
	@Override
	public void end(Inlet inlet, boolean last) throws Exception {
		this.slots.remove(inlet);
		if (!this.byPolicy) {
			this.handling.ended(inlet);
			return;
		}
		this.ending.add(inlet);
		endFinished();
		if (last) {
			this.handling.lastBegun();
		}
	}

	private void endFinished() throws Exception {
		for (Iterator<Inlet> each = this.ending.iterator(); each.hasNext() && this.handling.goesOn();) {
			Inlet inlet = each.next();
			if (this.tasks.all().stream().noneMatch((task) -> inlet.equals(task.inlet()))) {
				each.remove();
				this.handling.ended(inlet);
			}
		}
	}

	private void askIfWanted(@Nullable Inlet inlet) {
		TaskSlots free = (inlet != null) ? this.slots.get(inlet) : null;
		if (inlet != null && free != null && !this.draining) {
			inlet.ask(free.ask());
		}
	}

	// Starts

	@Override
	public void receive(Inlet inlet, List<E> events) throws Exception {
		TaskSlots taken = this.slots.get(inlet);
		int excess = (taken != null) ? taken.take(events.size()) : 0;
		if (excess > 0) {
			logger.log(Level.ERROR,
					() -> "stage '%s' got %d events in excess of what it had asked for by %s, and runs tasks for them too"
						.formatted(this.stage.name(), excess, inlet));
		}
		for (E event : events) {
			if (this.byPolicy) {
				begin(newTask(event, inlet));
			}
			else {
				startOrDiscard(event, inlet);
			}
		}
		askIfWanted(inlet);
		endIfDrained();
	}

	/** Lets the policy begin a task, now or when its event need not wait any more. */
	private void begin(SupervisedTask<E> task) throws Exception {
		Inlet inlet = task.inlet();
		DecidedTask decided = new DecidedTask(task);
		InFlightEvent<E> inFlight = new InFlightEvent<>(decided, (inlet != null) ? inlet : this.handling.nobody(),
				task.event(), decided);
		task.decideBy(inFlight);
		this.handling.begin(inFlight.inlet(), task.event(), inFlight);
	}

	private void startOrDiscard(E event, Inlet inlet) {
		SupervisedTask<E> task = newTask(event, inlet);
		try {
			launch(task);
		}
		catch (RejectedExecutionException ex) {
			logger.log(Level.ERROR, () -> "%s could not start".formatted(describe(task)), ex);
			remove(task);
			discard(task, "its task could not start", ex);
		}
	}

	/** Returns the id of a task outside of any demand, or why it could not start. */
	private CompletionStage<Long> startUnlessDraining(E event) {
		if (this.draining) {
			return CompletableFuture.failedStage(
					new IllegalStateException("stage '%s' drains and starts no tasks".formatted(this.stage.name())));
		}
		SupervisedTask<E> task = newTask(event, null);
		if (this.byPolicy) {
			this.stage.inTurn(() -> beginUnlessTerminated(task));
			return CompletableFuture.completedStage(task.id());
		}
		try {
			launch(task);
		}
		catch (RejectedExecutionException ex) {
			remove(task);
			return CompletableFuture.failedStage(ex);
		}
		return CompletableFuture.completedStage(task.id());
	}

	private void beginUnlessTerminated(SupervisedTask<E> task) throws Exception {
		if (this.tasks.contains(task)) {
			begin(task);
		}
	}

	private SupervisedTask<E> newTask(E event, @Nullable Inlet inlet) {
		SupervisedTask<E> task = new SupervisedTask<>(this.all.nextId(), event, inlet);
		this.tasks.add(task);
		return task;
	}

	private void launch(SupervisedTask<E> task) {
		// An executor of the user's has threads that don't know that of the application.
		ClassLoader loader = Thread.currentThread().getContextClassLoader();
		int number = task.attempts() + 1;
		Attempt attempt = new Attempt(() -> work(task, number, loader),
				(ended) -> this.stage.inTurn(() -> attemptEnded(task, ended)));
		task.begin(attempt);
		this.stage.execute(this.options.executor(), attempt);
	}

	private void work(SupervisedTask<E> task, int attempt, @Nullable ClassLoader contextClassLoader) throws Exception {
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		thread.setContextClassLoader(contextClassLoader);
		try {
			this.handling.work(task.inlet(), task.event(), attempt);
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}

	// Ends

	private void attemptEnded(SupervisedTask<E> task, Attempt attempt) throws Exception {
		if (!this.tasks.contains(task)) {
			return;
		}
		Throwable failure = attempt.failure();
		InFlightEvent.Answer answer = task.answer();
		if (failure == null) {
			count(task);
			end(task);
			if (answer != null) {
				answer.answer(null);
			}
		}
		else if (task.isTerminated()) {
			logUnfinished(task);
			withdraw(task);
			lose(task, TERMINATED, null);
		}
		else if (answer != null && failure instanceof Exception) {
			task.awaitRestart();
			answer.answer(failure);
		}
		else if (answer != null) {
			logger.log(Level.ERROR, () -> "%s has failed, and the stage with it".formatted(describe(task)), failure);
			withdraw(task);
			lose(task, "its task has failed", failure);
			this.stage.stop(failure);
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
				.formatted(this.stage.name(), this.options.maxRestarts(), this.options.restartPeriod()));
			this.stage.stop(this.options.failsOverLimit() ? failure : null);
			return;
		}
		this.restarts++;
		this.stage.inTurn(this.options.restartPeriod(), () -> this.restarts--);
		try {
			launch(task);
		}
		catch (RejectedExecutionException ex) {
			logger.log(Level.ERROR, () -> "%s could not be run again yet".formatted(describe(task)), ex);
			task.awaitRestart();
			this.stage.inTurn(() -> restartAgain(task, ex));
		}
	}

	private void restartAgain(SupervisedTask<E> task, Throwable failure) {
		if (this.tasks.contains(task)) {
			restart(task, failure);
		}
	}

	private void lose(SupervisedTask<E> task, String reason, @Nullable Throwable cause) {
		discard(task, reason, cause);
		end(task);
	}

	/**
	 * Returns whether a task is over at once, and not when its letter is written.
	 */
	private boolean withdraw(SupervisedTask<E> task) {
		InFlightEvent<E> inFlight = task.inFlight();
		return inFlight == null || this.handling.withdraw(inFlight);
	}

	private void end(SupervisedTask<E> task) {
		remove(task);
		task.answerTerminator();
		askIfWanted(task.inlet());
	}

	/** Counts the event of a task as handled, unless nobody has sent it. */
	private void count(SupervisedTask<E> task) {
		if (task.inlet() != null) {
			this.handling.finished(task.inlet(), task.event());
		}
	}

	private void discard(SupervisedTask<E> task, String reason, @Nullable Throwable cause) {
		// An error of the JVM concerns who ran the task, not the stage.
		this.handling.lost(task.inlet(), List.of(task.event()), reason,
				(cause instanceof VirtualMachineError) ? null : cause);
	}

	private void remove(SupervisedTask<E> task) {
		this.tasks.remove(task);
		TaskSlots taken = (task.inlet() != null) ? this.slots.get(task.inlet()) : null;
		if (taken != null && !task.hasNoSlot()) {
			taken.release();
		}
	}

	@Override
	public void drain() throws Exception {
		this.draining = true;
		this.handling.lastBegun();
		endIfDrained();
	}

	@Override
	public void wake() throws Exception {
		endFinished();
		endIfDrained();
	}

	private void endIfDrained() throws Exception {
		if (this.draining && !this.drained && !isBusy() && !this.handling.hasFailed()) {
			this.drained = true;
			this.handling.drained();
		}
	}

	@Override
	public List<Lasting> lasting(long now) {
		List<Lasting> all = new ArrayList<>();
		for (SupervisedTask<E> task : this.tasks.all()) {
			Attempt attempt = task.attempt();
			Thread thread = (attempt != null) ? attempt.thread() : null;
			if (attempt != null && thread != null) {
				all.add(new RunningTask(task.lasts(attempt, now), thread));
			}
		}
		return all;
	}

	@Override
	public int places() {
		int places = 0;
		for (TaskSlots all : this.slots.values()) {
			places += all.places();
		}
		return places;
	}

	@Override
	public int placesTaken() {
		return this.tasks.count();
	}

	@Override
	public boolean isBusy() {
		return !this.tasks.isEmpty();
	}

	// Termination

	/** Terminates a task, and answers whether there was one to terminate. */
	private void terminate(long id, Consumer<Boolean> answer) {
		SupervisedTask<E> task = this.tasks.find(id);
		if (task == null || task.isTerminated()) {
			answer.accept(false);
			return;
		}
		task.terminate(answer);
		if (task.attempt() == null) {
			if (withdraw(task)) {
				lose(task, TERMINATED, null);
			}
		}
		else if (!this.options.patience().equals(TaskOptions.UNLIMITED)) {
			this.stage.inTurn(this.options.patience(), () -> giveUp(task));
		}
	}

	private void giveUp(SupervisedTask<E> task) {
		if (this.tasks.contains(task)) {
			logUnfinished(task);
			withdraw(task);
			lose(task, TERMINATED, null);
		}
	}

	/** Ends all tasks, within the patience, because the stage stops. */
	@Override
	public void endWork() {
		Attempt.endAll(this.tasks.attempts(), this.options.patience());
		Map<@Nullable Inlet, List<E>> lost = new LinkedHashMap<>();
		for (SupervisedTask<E> task : this.tasks.all()) {
			if (task.hasReturned()) {
				count(task);
			}
			else {
				logUnfinished(task);
				lost.computeIfAbsent(task.inlet(), (inlet) -> new ArrayList<>()).add(task.event());
			}
		}
		this.tasks.clear();
		lost.forEach((inlet, events) -> this.handling.lost(inlet, events, "their tasks had not ended when it stopped",
				null));
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

	private String describe(SupervisedTask<E> task) {
		return "task %d of stage '%s'".formatted(task.id(), this.stage.name());
	}

	@Override
	public void flush() {
		// Nothing waits for more events.
	}

	@Override
	public void finish() {
		// What is worked on can't be handled at once.
	}

	@Override
	public void close() {
		// All tasks have ended before.
	}

	/**
	 * A task whose attempts are begun by a policy, which knows what its failures mean.
	 */
	private final class DecidedTask implements InFlightEvent.Owner<E>, InFlightEvent.Work {

		private final SupervisedTask<E> task;

		DecidedTask(SupervisedTask<E> task) {
			this.task = task;
		}

		@Override
		public void begin(InFlightEvent.Answer answer) throws Exception {
			this.task.answerTo(answer);
			try {
				launch(this.task);
			}
			catch (RejectedExecutionException ex) {
				this.task.awaitRestart();
				answer.answer(ex);
			}
		}

		/** Its event has got its last word without having been handled. */
		@Override
		public void completed(InFlightEvent<E> event) throws Exception {
			if (TaskIntake.this.tasks.contains(this.task)) {
				end(this.task);
				endFinished();
				endIfDrained();
			}
		}

		@Override
		public void madeRoom(InFlightEvent<E> event) {
			Inlet inlet = this.task.inlet();
			TaskSlots taken = (inlet != null) ? TaskIntake.this.slots.get(inlet) : null;
			if (taken != null) {
				taken.release();
				askIfWanted(inlet);
			}
		}

	}

}
