package io.genstage;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

import org.jspecify.annotations.Nullable;

/**
 * A producer that notes its callbacks. A list that it is told is emitted; a task that it
 * is told is run as a callback.
 */
final class TestProducer implements ProducerStage<String> {

	private final Journal journal;

	private final LongFunction<List<String>> answer;

	/** What the next cancel callback emits. */
	List<String> parting = List.of();

	/** Whether the built-in warning about discarded events is wanted. */
	boolean warn = true;

	@Nullable StageContext context;

	/** Emits nothing on demand. */
	TestProducer(Dialogue dialogue) {
		this(dialogue, (demand) -> List.of());
	}

	TestProducer(Dialogue dialogue, LongFunction<List<String>> answer) {
		this.journal = dialogue.journal();
		this.answer = answer;
	}

	/** Emits 0, 1, 2 and so on, as many as are wanted. */
	static TestProducer counting(Dialogue dialogue) {
		int[] next = { 0 };
		return new TestProducer(dialogue, (demand) -> {
			List<String> events = new ArrayList<>();
			for (long i = 0; i < demand; i++) {
				events.add(String.valueOf(next[0]++));
			}
			return events;
		});
	}

	@Override
	public void onStart(StageContext context) {
		this.context = context;
	}

	@Override
	public List<String> handleDemand(long demand) {
		this.journal.note("handleDemand " + demand);
		return this.answer.apply(demand);
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
		this.journal.note("onSubscribe " + peer + " " + subscription.consumer().name());
	}

	@Override
	public List<String> onCancel(Subscription subscription, Cancellation cancellation) {
		this.journal.note("onCancel " + subscription.consumer().name() + " (" + cancellation + ")");
		return this.parting;
	}

	@Override
	public boolean onDiscard(List<String> events) {
		this.journal.note("onDiscard " + events);
		return this.warn;
	}

	@Override
	public void onStop(ExitReason reason) {
		this.journal.note("onStop " + reason);
	}

}
