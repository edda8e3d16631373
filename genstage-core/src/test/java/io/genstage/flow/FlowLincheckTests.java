package io.genstage.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.genstage.LincheckFaults;
import io.genstage.LincheckOrders;
import org.junit.jupiter.api.Test;

/**
 * What foreign threads and a stage may do to each other at a bridge, in the orders that
 * Lincheck tries. The stage is one thread that takes its turns while it has messages.
 */
class FlowLincheckTests {

	private static final int INVOCATIONS = 400;

	@Test
	void fetchesAllThatAPublisherSendsBeforeItsEnd() {
		LincheckOrders.check(INVOCATIONS, () -> publish(FlowLincheckTests::look));
	}

	@Test
	void findsTheFaultOfAStageThatAnswersAfterItHasLooked() {
		LincheckFaults.assertFound("forgotten", INVOCATIONS, () -> publish(FlowLincheckTests::lookTooEarly));
	}

	private static void publish(Look look) {
		Messages messages = new Messages();
		Doorbell doorbell = new Doorbell(messages);
		Upstream<String> upstream = new Upstream<>(doorbell);
		upstream.onSubscribe(NoSubscription.INSTANCE);
		upstream.request(2);
		List<String> seen = new ArrayList<>();
		Runnable turn = () -> look.take(doorbell, upstream, seen);
		runBeside(() -> {
			upstream.onNext("a");
			upstream.onNext("b");
			upstream.onComplete();
		}, () -> messages.takeTurns(turn));
		messages.takeTurns(turn);
		check(seen, List.of("a", "b", "end"));
	}

	/** Looks as the producer does. */
	private static void look(Doorbell doorbell, Upstream<String> upstream, List<String> seen) {
		doorbell.answer();
		note(upstream.fetch(Long.MAX_VALUE), doorbell, seen);
	}

	/** Looks as the producer must not. */
	private static void lookTooEarly(Doorbell doorbell, Upstream<String> upstream, List<String> seen) {
		Upstream.Arrival<String> arrival = upstream.fetch(Long.MAX_VALUE);
		doorbell.answer();
		note(arrival, doorbell, seen);
	}

	private static void note(Upstream.Arrival<String> arrival, Doorbell doorbell, List<String> seen) {
		seen.addAll(arrival.events());
		if (!arrival.events().isEmpty()) {
			doorbell.ring();
		}
		else if (arrival.end() != null && !seen.contains("end")) {
			seen.add("end");
		}
	}

	@Test
	void cancelsASubscriptionOnceThatComesWhileTheStageStops() {
		LincheckOrders.check(INVOCATIONS, () -> {
			Upstream<String> upstream = new Upstream<>(new Doorbell(new Messages()));
			RecordingPublisher publisher = new RecordingPublisher();
			runBeside(() -> upstream.onSubscribe(publisher), upstream::cancel);
			check(publisher.heard(), List.of("cancel"));
		});
	}

	@Test
	void hearsTheRequestsOfTwoThreads() {
		LincheckOrders.check(INVOCATIONS, () -> {
			Messages messages = new Messages();
			Doorbell doorbell = new Doorbell(messages);
			StageSubscription subscription = new StageSubscription((reason) -> {
			}, doorbell);
			List<String> given = new ArrayList<>();
			Runnable turn = () -> {
				doorbell.answer();
				while (subscription.take()) {
					given.add("event");
				}
			};
			runBeside(() -> subscription.request(1), () -> {
				subscription.request(1);
				messages.takeTurns(turn);
			});
			messages.takeTurns(turn);
			check(given, List.of("event", "event"));
		});
	}

	private static void runBeside(Runnable otherThread, Runnable thisThread) {
		Thread other = new Thread(otherThread);
		other.start();
		thisThread.run();
		try {
			other.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void check(List<String> actual, List<String> expected) {
		if (!expected.equals(actual)) {
			throw new IllegalStateException("forgotten: expected " + expected + ", but got " + actual);
		}
	}

	/**
	 * One turn of a stage.
	 */
	private interface Look {

		void take(Doorbell doorbell, Upstream<String> upstream, List<String> seen);

	}

	/**
	 * The messages that wait for the stage.
	 */
	private static final class Messages implements Consumer<Object> {

		private final AtomicInteger waiting = new AtomicInteger();

		@Override
		public void accept(Object message) {
			this.waiting.incrementAndGet();
		}

		void takeTurns(Runnable turn) {
			while (this.waiting.get() > 0) {
				this.waiting.decrementAndGet();
				turn.run();
			}
		}

	}

}
