package io.genstage.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.genstage.ConsumerStage;
import io.genstage.LincheckOrders;
import io.genstage.ProducerStage;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import org.junit.jupiter.api.Test;

/**
 * What a reader and the threads around it may do to each other, in the orders that
 * Lincheck tries.
 */
class HandoverLincheckTests {

	private static final int INVOCATIONS = 200;

	private static final Source SOURCE = new Source("source", Optional::empty, SubscribeOptions.defaults());

	private static final Subscription SUBSCRIPTION = subscription();

	@Test
	void handsOverAFailureBehindTheEventsBeforeIt() {
		LincheckOrders.check(INVOCATIONS, () -> {
			Handover<String> handover = new Handover<>();
			handover.request(SOURCE);
			Thread stage = start(() -> {
				deliver(handover, "a");
				handover.fail(() -> new IllegalStateException("failed"));
				deliver(handover, "b");
			});
			expect(readToTheEnd(handover), List.of("a", "failed"));
			join(stage);
		});
	}

	@Test
	void wakesAReaderWhenItIsClosed() {
		LincheckOrders.check(INVOCATIONS, () -> {
			Handover<String> handover = new Handover<>();
			handover.request(SOURCE);
			Thread closer = start(() -> handover.close(() -> new IllegalStateException("closed")));
			deliver(handover, "a");
			List<String> read = readToTheEnd(handover);
			if (!read.equals(List.of("closed")) && !read.equals(List.of("a", "closed"))) {
				throw new IllegalStateException("read " + read);
			}
			join(closer);
		});
	}

	@Test
	void readsEverySourceThatItHasAccepted() {
		LincheckOrders.check(INVOCATIONS, () -> {
			Handover<String> handover = new Handover<>();
			handover.request(SOURCE);
			boolean[] accepted = new boolean[1];
			Thread adder = start(() -> {
				try {
					handover.request(SOURCE);
					accepted[0] = true;
					deliver(handover, "a");
					deliver(handover, "b");
					handover.drop();
				}
				catch (IllegalStateException ex) {
					// Refused, since the reader was told the end.
				}
			});
			handover.drop();
			List<String> read = readToTheEnd(handover);
			join(adder);
			expect(read, accepted[0] ? List.of("a", "b", "end") : List.of("end"));
		});
	}

	private static List<String> readToTheEnd(Handover<String> handover) {
		List<String> read = new ArrayList<>();
		try {
			for (Portion<String> next = handover.take(); next != null; next = handover.take()) {
				read.addAll(next.events());
			}
			read.add("end");
		}
		catch (IllegalStateException ex) {
			read.add(ex.getMessage());
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
		return read;
	}

	private static void deliver(Handover<String> handover, String event) {
		handover.deliver(new Portion<>(SUBSCRIPTION, List.of(event)));
	}

	private static void expect(List<String> read, List<String> expected) {
		if (!read.equals(expected)) {
			throw new IllegalStateException("expected %s, but read %s".formatted(expected, read));
		}
	}

	private static Thread start(Runnable task) {
		Thread thread = new Thread(task);
		thread.start();
		return thread;
	}

	private static void join(Thread thread) {
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Subscription subscription() {
		try (StageSystem system = StageSystem.builder().executor(Runnable::run).build()) {
			StageRef producer = system.start("producer", (ProducerStage<String>) (demand) -> List.of());
			StageRef consumer = system.start("consumer", (ConsumerStage<String>) (events, from) -> {
			});
			return consumer.subscribeTo(producer, SubscribeOptions.defaults()).toCompletableFuture().join();
		}
	}

}
