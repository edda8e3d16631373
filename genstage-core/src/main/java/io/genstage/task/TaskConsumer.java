package io.genstage.task;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import io.genstage.Caller;
import io.genstage.Cancellation;
import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.Peer;
import io.genstage.StageContext;
import io.genstage.StageNotRunningException;
import io.genstage.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * A consumer that runs one task for each event, all of them at the same time, and asks
 * for more as they end. For work that takes long or waits for others, where a failure
 * concerns one event only.
 *
 * <pre>{@code
 * TaskConsumer<Order> shipping = new TaskConsumer<>((order) -> carrier.ship(order));
 * system.start("shipping", shipping).subscribeTo(orders, SubscribeOptions.defaults().withMaxDemand(20));
 * }</pre>
 *
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
 * {@link TaskOptions#patience()}, on the thread of the stage. When it is drained it
 * completes after the last task. An instance can be started again when it has stopped.
 * <p>
 * Source: {@code ConsumerSupervisor}.
 *
 * @param <E> the type of the events
 */
public final class TaskConsumer<E> implements ConsumerStage<E> {

	private final EventTask<? super E> task;

	private final TaskOptions options;

	/** The current run, or the last one. */
	private volatile @Nullable TaskSupervisor<E> supervisor;

	/**
	 * Creates a consumer whose tasks are not run again.
	 * @param task what to do for an event; called by several threads
	 */
	public TaskConsumer(EventTask<? super E> task) {
		this(task, TaskOptions.defaults());
	}

	/**
	 * Creates a consumer.
	 * @param task what to do for an event; called by several threads
	 * @param options what becomes of tasks that fail, and how to end them
	 */
	public TaskConsumer(EventTask<? super E> task, TaskOptions options) {
		this.task = Objects.requireNonNull(task, "task must not be null");
		this.options = Objects.requireNonNull(options, "options must not be null");
	}

	/**
	 * Starts a task for an event that nobody sent. It takes no place of a subscription
	 * and leads to no demand. Any thread may call this, once the stage has started.
	 * <p>
	 * Source: {@code ConsumerSupervisor.start_child/2}.
	 * @param event what the task is to work on
	 * @param timeout how long to wait for the answer of the stage
	 * @return the id of the task; fails with {@link RejectedExecutionException} if the
	 * executor has rejected it, with {@link IllegalStateException} if the stage drains,
	 * with {@link StageNotRunningException} if it has stopped, and with
	 * {@link TimeoutException} if it doesn't answer in time
	 * @throws IllegalStateException if the stage has not been started
	 */
	public CompletionStage<Long> startTask(E event, Duration timeout) {
		Objects.requireNonNull(event, "an event must not be null");
		TaskSupervisor<E> started = started();
		Request request = new Request((caller) -> caller.reply(started.startByHand(event)));
		return started.self().call(request, timeout).thenCompose(TaskConsumer::id);
	}

	@SuppressWarnings("unchecked") // the answer of startByHand
	private static CompletionStage<Long> id(@Nullable Object answer) {
		return (CompletionStage<Long>) Objects.requireNonNull(answer);
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
	 * with {@link StageNotRunningException} if the stage has stopped or stops meanwhile,
	 * and with {@link TimeoutException} if there is no answer in time
	 * @throws IllegalStateException if the stage has not been started
	 */
	public CompletionStage<Boolean> terminateTask(long id, Duration timeout) {
		TaskSupervisor<E> started = started();
		Request request = new Request((caller) -> started.terminate(id, caller));
		return started.self().call(request, timeout).thenApply(Boolean.TRUE::equals);
	}

	/**
	 * Returns the unfinished tasks, without asking the stage. Any thread may call this.
	 * @return the tasks at this moment, none before the start and after the stop
	 */
	public TaskStatus<E> status() {
		TaskSupervisor<E> current = this.supervisor;
		return (current != null) ? current.status() : new TaskStatus<>(List.of());
	}

	@Override
	public long backlog() {
		TaskSupervisor<E> current = this.supervisor;
		return (current != null) ? current.unfinished() : 0;
	}

	@Override
	public boolean asksItself() {
		return true;
	}

	@Override
	public boolean reportsHandled() {
		return true;
	}

	@Override
	public void onStart(StageContext context) {
		this.supervisor = new TaskSupervisor<>(this.task, this.options, context);
	}

	@Override
	public void onSubscribe(Peer peer, Subscription subscription) {
		started().join(subscription);
	}

	@Override
	public void onRetune(Subscription subscription) {
		started().retune(subscription);
	}

	@Override
	public void handleEvents(List<E> events, Subscription from) {
		started().startAll(events, from);
	}

	@Override
	public void onCancel(Subscription subscription, Cancellation cancellation) {
		started().leave(subscription);
	}

	@Override
	public void onInfo(Object message) throws Exception {
		if (message instanceof TaskSupervisor.Step step) {
			step.action().run();
		}
		else {
			ConsumerStage.super.onInfo(message);
		}
	}

	@Override
	public void onCall(Object request, Caller caller) throws Exception {
		if (request instanceof Request wish) {
			wish.answer().accept(caller);
		}
		else {
			ConsumerStage.super.onCall(request, caller);
		}
	}

	@Override
	public void onDrain(StageContext context) {
		started().drain();
	}

	@Override
	public void onStop(ExitReason reason) {
		started().terminateAll();
	}

	private TaskSupervisor<E> started() {
		TaskSupervisor<E> current = this.supervisor;
		if (current == null) {
			throw new IllegalStateException("the task consumer has not been started");
		}
		return current;
	}

	/**
	 * What other threads want of the stage, to be done in its own turn.
	 */
	private record Request(Consumer<Caller> answer) {
	}

}
