package io.genstage;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A consumer that notes its callbacks, and runs a task when it gets a certain event.
 */
final class TestConsumer implements ConsumerStage<String> {

	private final Journal journal;

	private final Map<String, Runnable> tasks;

	@Nullable StageContext context;

	TestConsumer(Dialogue dialogue) {
		this(dialogue, Map.of());
	}

	TestConsumer(Dialogue dialogue, Map<String, Runnable> tasks) {
		this.journal = dialogue.journal();
		this.tasks = tasks;
	}

	@Override
	public void onStart(StageContext context) {
		this.context = context;
	}

	@Override
	public void handleEvents(List<String> events, Subscription from) {
		this.journal.note("handleEvents " + events);
		events.forEach((event) -> this.tasks.getOrDefault(event, () -> {
		}).run());
	}

	@Override
	public void onInfo(Object message) {
		if (message instanceof Runnable task) {
			task.run();
			return;
		}
		this.journal.note("onInfo " + message);
	}

	@Override
	public void onSubscribe(Peer peer, Subscription subscription) {
		this.journal.note("onSubscribe " + peer + " " + subscription.producer().name());
	}

	@Override
	public void onCancel(Subscription subscription, Cancellation cancellation) {
		this.journal.note("onCancel " + subscription.producer().name() + " (" + cancellation + ")");
	}

	@Override
	public void onStop(ExitReason reason) {
		this.journal.note("onStop " + reason);
	}

}
