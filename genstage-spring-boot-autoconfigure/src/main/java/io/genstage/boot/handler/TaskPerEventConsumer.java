package io.genstage.boot.handler;

import java.util.List;
import java.util.Objects;

import io.genstage.Caller;
import io.genstage.Cancellation;
import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.Peer;
import io.genstage.StageContext;
import io.genstage.Subscription;
import io.genstage.task.EventTask;
import io.genstage.task.TaskConsumer;
import io.genstage.task.TaskOptions;
import org.jspecify.annotations.Nullable;

/**
 * A consumer whose tasks know, beside their event, by which subscription it came.
 */
final class TaskPerEventConsumer implements ConsumerStage<Object> {

	private final TaskConsumer<TaskEvent> tasks;

	private @Nullable StageContext context;

	TaskPerEventConsumer(EventTask<TaskEvent> task, TaskOptions options) {
		this.tasks = new TaskConsumer<>(task, options);
	}

	@Override
	public void onStart(StageContext context) {
		this.context = context;
		this.tasks.onStart(context);
	}

	@Override
	public void handleEvents(List<Object> events, Subscription from) {
		StageContext started = Objects.requireNonNull(this.context, "not started");
		this.tasks.handleEvents(events.stream().map((event) -> new TaskEvent(event, from, started)).toList(), from);
	}

	@Override
	public boolean asksItself() {
		return this.tasks.asksItself();
	}

	@Override
	public boolean reportsHandled() {
		return this.tasks.reportsHandled();
	}

	@Override
	public boolean isRestartable() {
		return this.tasks.isRestartable();
	}

	@Override
	public long backlog() {
		return this.tasks.backlog();
	}

	@Override
	public void onSubscribe(Peer peer, Subscription subscription) {
		this.tasks.onSubscribe(peer, subscription);
	}

	@Override
	public void onRetune(Subscription subscription) {
		this.tasks.onRetune(subscription);
	}

	@Override
	public void onCancel(Subscription subscription, Cancellation cancellation) {
		this.tasks.onCancel(subscription, cancellation);
	}

	@Override
	public void onInfo(Object message) throws Exception {
		this.tasks.onInfo(message);
	}

	@Override
	public void onCall(Object request, Caller caller) throws Exception {
		this.tasks.onCall(request, caller);
	}

	@Override
	public void onFlush() throws Exception {
		this.tasks.onFlush();
	}

	@Override
	public void onDrain(StageContext context) {
		this.tasks.onDrain(context);
	}

	@Override
	public void onStop(ExitReason reason) {
		this.tasks.onStop(reason);
	}

}
