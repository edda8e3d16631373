package io.genstage;

import java.util.List;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * A producer-consumer that notes its callbacks. A list that it is told is emitted; a task
 * that it is told is run as a callback.
 */
final class TestProducerConsumer implements ProducerConsumerStage<String, String> {

	private final Journal journal;

	private final UnaryOperator<List<String>> function;

	/** What the next cancel callback emits. */
	List<String> parting = List.of();

	@Nullable StageContext context;

	/** Emits what it gets. */
	TestProducerConsumer(Dialogue dialogue) {
		this(dialogue, UnaryOperator.identity());
	}

	TestProducerConsumer(Dialogue dialogue, UnaryOperator<List<String>> function) {
		this.journal = dialogue.journal();
		this.function = function;
	}

	@Override
	public void onStart(StageContext context) {
		this.context = context;
	}

	@Override
	public List<String> handleEvents(List<String> events, Subscription from) {
		this.journal.note("handleEvents " + events);
		return this.function.apply(events);
	}

	@Override
	@SuppressWarnings("unchecked") // the test tells lists of strings
	public List<String> onInfo(Object message) {
		if (message instanceof Runnable task) {
			task.run();
			return List.of();
		}
		return (List<String>) message;
	}

	@Override
	public void onSubscribe(Peer peer, Subscription subscription) {
		this.journal.note("onSubscribe " + peer + " " + other(peer, subscription).name());
	}

	@Override
	public List<String> onCancel(Peer peer, Subscription subscription, Cancellation cancellation) {
		this.journal.note("onCancel " + peer + " " + other(peer, subscription).name() + " (" + cancellation + ")");
		return this.parting;
	}

	private static StageRef other(Peer peer, Subscription subscription) {
		return (peer == Peer.PRODUCER) ? subscription.producer() : subscription.consumer();
	}

	@Override
	public boolean onDiscard(List<String> events) {
		this.journal.note("onDiscard " + events);
		return true;
	}

	@Override
	public void onStop(ExitReason reason) {
		this.journal.note("onStop " + reason);
	}

}
