package io.genstage.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;

/**
 * A publisher that notes what is wanted of it and sends what the test says.
 */
final class RecordingPublisher implements Flow.Publisher<String>, Flow.Subscription {

	private final List<String> calls = new ArrayList<>();

	private Flow.Subscriber<? super String> subscriber;

	@Override
	public void subscribe(Flow.Subscriber<? super String> subscriber) {
		this.calls.add("subscribe");
		this.subscriber = subscriber;
	}

	/** Gives its subscriber the subscription. */
	RecordingPublisher accept() {
		this.subscriber.onSubscribe(this);
		return this;
	}

	@Override
	public void request(long demand) {
		this.calls.add("request " + demand);
	}

	@Override
	public void cancel() {
		this.calls.add("cancel");
	}

	void send(String... events) {
		for (String event : events) {
			this.subscriber.onNext(event);
		}
	}

	Flow.Subscriber<? super String> subscriber() {
		return this.subscriber;
	}

	/** Returns the calls since the last one. */
	List<String> heard() {
		List<String> heard = List.copyOf(this.calls);
		this.calls.clear();
		return heard;
	}

}
