package io.genstage.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/**
 * A subscriber that notes its signals and leaves the requesting to the test, which may
 * also say what to do with its subscription.
 */
final class RecordingSubscriber implements Flow.Subscriber<Object> {

	final List<String> signals = new ArrayList<>();

	Flow.Subscription subscription;

	/** What {@code onError} got. */
	Throwable error;

	/** What it does with its subscription at first. */
	Consumer<Flow.Subscription> onSubscribed = (subscription) -> {
	};

	/** What it does with its subscription for each event. */
	Consumer<Flow.Subscription> onEach = (subscription) -> {
	};

	@Override
	public void onSubscribe(Flow.Subscription subscription) {
		this.subscription = subscription;
		this.signals.add("onSubscribe");
		this.onSubscribed.accept(subscription);
	}

	@Override
	public void onNext(Object event) {
		this.signals.add("onNext " + event);
		this.onEach.accept(this.subscription);
	}

	@Override
	public void onError(Throwable error) {
		this.error = error;
		this.signals.add("onError");
	}

	@Override
	public void onComplete() {
		this.signals.add("onComplete");
	}

	/** Returns the signals since the last call. */
	List<String> heard() {
		List<String> heard = List.copyOf(this.signals);
		this.signals.clear();
		return heard;
	}

}
