package io.genstage.delivery;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;

import io.genstage.LogCapture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How settlements get to their sources.
 */
class SettlementQueueTests {

	private static final Verdict ACCEPTED = Verdict.accepted();

	private static final Verdict FAILED = Verdict.failed("broken", null);

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Queue<Runnable> tasks = new ArrayDeque<>();

	private final List<String> heard = new ArrayList<>();

	private final SettlementQueue queue = new SettlementQueue(this.tasks::add, new SettlementListener() {

		@Override
		public void onBusy() {
			SettlementQueueTests.this.heard.add("busy");
		}

		@Override
		public void onIdle() {
			SettlementQueueTests.this.heard.add("idle");
		}

		@Override
		public void onSettled(int events) {
			SettlementQueueTests.this.heard.add("settled " + events);
		}

	});

	private final RecordingAcknowledger source = new RecordingAcknowledger();

	private Delivery<Object> emitted(Object event, Object group) {
		return emitted(event, this.source, group);
	}

	private Delivery<Object> emitted(Object event, Acknowledger<Object> acknowledger, Object group) {
		Delivery<Object> delivery = Delivery.of(event, acknowledger, group);
		this.queue.enter(List.of(delivery));
		return delivery;
	}

	private void settle(Verdict verdict, Delivery<?>... deliveries) {
		Arrays.stream(deliveries).forEach((delivery) -> delivery.settle(verdict));
	}

	private void runTasks() {
		for (Runnable task = this.tasks.poll(); task != null; task = this.tasks.poll()) {
			task.run();
		}
	}

	private SettlementQueue.Aged aged(int now) {
		return this.queue.olderThan(Duration.ofSeconds(4), Duration.ofSeconds(now).toNanos());
	}

	private static SettlementQueue.Aged aged(int events, int seconds) {
		return new SettlementQueue.Aged(events, Duration.ofSeconds(seconds));
	}

	@Test
	void knowsHowLongEventsAreUnsettledFromOneLookToTheNext() {
		this.queue.keepAges();
		Delivery<Object> first = emitted("a", "g");
		emitted("b", "g");
		assertThat(aged(1)).isEqualTo(aged(0, 0));
		emitted("c", "g");
		assertThat(aged(3)).isEqualTo(aged(0, 0));
		assertThat(aged(5)).isEqualTo(aged(2, 4));
		assertThat(aged(6)).isEqualTo(aged(2, 5));
		assertThat(aged(7)).isEqualTo(aged(3, 6));
		settle(ACCEPTED, first);
		assertThat(aged(8)).as("it waits to be reported").isEqualTo(aged(3, 7));
		runTasks();
		assertThat(aged(9)).isEqualTo(aged(2, 8));
	}

	private static void extend(Delivery<?> delivery, int until) {
		delivery.extend(Duration.ofSeconds(until).toNanos());
	}

	@Test
	void leavesOutEventsWhoseTimeIsExtended() {
		this.queue.keepAges();
		Delivery<Object> first = emitted("a", "g");
		emitted("b", "g");
		assertThat(aged(1)).isEqualTo(aged(0, 0));
		extend(first, 8);
		extend(first, 7);
		assertThat(aged(5)).isEqualTo(aged(1, 4));
		assertThat(aged(7)).as("the latest counts").isEqualTo(aged(1, 6));
		assertThat(aged(8)).isEqualTo(aged(2, 7));
		extend(first, 11);
		assertThat(aged(9)).isEqualTo(aged(1, 8));
		settle(ACCEPTED, first);
		runTasks();
		extend(first, 20);
		assertThat(aged(10)).isEqualTo(aged(1, 9));
	}

	@Test
	void extendsTheTimeOfAllThatAnOutputWasMadeOf() {
		this.queue.keepAges();
		List<Delivery<Object>> deliveries = Stream.of("a", "b", "c", "d")
			.map((event) -> Delivery.<Object, Object>of(event, this.source, "g"))
			.toList();
		DeliveryRow row = Objects.requireNonNull(DeliveryRow.ofSource(deliveries));
		this.queue.enter(row);
		assertThat(aged(1)).isEqualTo(aged(0, 0));
		DeliveryGroup call = Objects.requireNonNull(DeliveryGroup.accepting(row, 0, 3));
		Delivery<Object> output = call.with("abc");
		call.close();
		DeliveryGroup next = Delivery.group(List.of(output), true);
		Delivery<Object> last = next.with("last");
		next.close();
		extend(last, 8);
		assertThat(aged(7)).as("d alone").isEqualTo(aged(1, 6));
		settle(ACCEPTED, last);
		row.get(3).settle(ACCEPTED);
		runTasks();
		assertThat(this.source.calls()).containsExactly("ack g [a, b, c, d | –]");
		assertThat(aged(9)).isEqualTo(aged(0, 0));
	}

	@Test
	void forgetsTheAgesOfEventsThatAreSettled() {
		this.queue.keepAges();
		settle(ACCEPTED, emitted("a", "g"));
		settle(FAILED, emitted("b", "h"));
		runTasks();
		assertThat(aged(1)).isEqualTo(aged(0, 0));
		assertThat(aged(9)).isEqualTo(aged(0, 0));
	}

	@Test
	void keepsNoAgesUnlessItIsToldTo() {
		emitted("a", "g");
		assertThat(aged(0)).isEqualTo(aged(0, 0));
		assertThat(aged(9)).isEqualTo(aged(0, 0));
	}

	@Test
	void callsNoSourceWithinTheHandler() {
		settle(ACCEPTED, emitted("a", "g"));
		assertThat(this.source.calls()).isEmpty();
		assertThat(this.tasks).hasSize(1);
		runTasks();
		assertThat(this.source.calls()).containsExactly("ack g [a | –]");
	}

	@Test
	@DisplayName("BW27 BW28 BW116 events of one group that are settled together are reported together")
	void callsASourceOnceForWhatWasSettledMeanwhile() {
		settle(ACCEPTED, emitted(1, "g"), emitted(2, "g"));
		runTasks();
		assertThat(this.source.calls()).containsExactly("ack g [1, 2 | –]");
	}

	@Test
	@DisplayName("BW26 BW82 failed events are reported in the order in which they failed")
	void keepsTheOrderOfSettlements() {
		Delivery<Object> one = emitted(1, "g");
		Delivery<Object> two = emitted(2, "g");
		settle(FAILED, emitted(3, "g"), two, emitted(4, "g"), one);
		runTasks();
		assertThat(this.source.calls()).containsExactly("ack g [– | 3, 2, 4, 1]");
	}

	@Test
	@DisplayName("BW81 one batch with events of two groups is reported once to each")
	void callsOnceForEachGroup() {
		settle(ACCEPTED, emitted(1, new Partition(1)));
		settle(FAILED, emitted("fail", new Partition(2)), emitted("fail", new Partition(1)));
		settle(ACCEPTED, emitted(4, new Partition(2)));
		runTasks();
		assertThat(this.source.calls()).containsExactly("ack Partition[number=1] [1 | fail]",
				"ack Partition[number=2] [4 | fail]");
	}

	@Test
	void groupsNothingOfDifferentSources() {
		RecordingAcknowledger other = new RecordingAcknowledger();
		settle(ACCEPTED, emitted(1, "g"), emitted(2, other, "g"), emitted(3, "g"));
		runTasks();
		assertThat(this.source.calls()).containsExactly("ack g [1, 3 | –]");
		assertThat(other.calls()).containsExactly("ack g [2 | –]");
	}

	@Test
	void regardsDeadLettersAndSkippedEventsAsDone() {
		settle(Verdict.deadLettered("kept", null), emitted(1, "g"));
		settle(Verdict.skipped("too old"), emitted(2, "g"));
		runTasks();
		assertThat(this.source.calls()).containsExactly("ack g [1, 2 | –]");
		assertThat(this.source.settlements()).map(Settlement::outcome)
			.containsExactly(Outcome.DEAD_LETTERED, Outcome.SKIPPED);
	}

	@Test
	void handsOverWhatTheSourceKnowsAnEventBy() {
		Delivery<Object> delivery = Delivery.of("a", this.source, "g", 42L);
		this.queue.enter(List.of(delivery));
		settle(ACCEPTED, delivery, emitted("b", "g"));
		runTasks();
		assertThat(this.source.settlements()).map(Settlement::reference).containsExactly(42L, null);
	}

	@Test
	@DisplayName("BW35 an acknowledger that fails holds nobody back")
	void leavesEventsOpenWhoseAcknowledgerThrows() {
		Acknowledger<Object> broken = (group, accepted, failed) -> {
			throw new IOException("gone");
		};
		settle(ACCEPTED, emitted(1, "g"), emitted(2, broken, "g"), emitted(3, broken, "g"), emitted(4, "g"));
		runTasks();
		assertThat(this.source.calls()).containsExactly("ack g [1, 4 | –]");
		assertThat(this.queue.failedCalls()).isEqualTo(1);
		assertThat(this.queue.leftOpen()).isEqualTo(2);
		assertThat(this.queue.unsettled()).isZero();
		assertThat(this.log.read()).singleElement()
			.asString()
			.startsWith("SEVERE 2 events are settled, but stay open at their source: its acknowledger ");
	}

	@Test
	void reportsOnceWhatASourceCantDo() {
		settle(FAILED.withHint(SourceHint.requeue()), emitted(1, "g"), emitted(2, "g"));
		runTasks();
		settle(FAILED.withHint(SourceHint.requeue()), emitted(3, "g"));
		runTasks();
		assertThat(this.source.calls()).containsExactly("ack g [– | 1, 2]", "ack g [– | 3]");
		assertThat(this.log.read()).singleElement()
			.asString()
			.startsWith("WARNING a handler asks the source of an event for REQUEUE, which its acknowledger ")
			.endsWith("doesn't honour: the event fails as any other");
		settle(FAILED.withHint(SourceHint.drop()), emitted(4, "g"));
		runTasks();
		assertThat(this.log.read()).hasSize(1);
	}

	@Test
	void reportsNothingThatASourceCanDo() {
		Acknowledger<Object> able = new Acknowledger<>() {

			@Override
			public void settle(Object group, List<Settlement> accepted, List<Settlement> failed) {
				SettlementQueueTests.this.source.settle(group, accepted, failed);
			}

			@Override
			public boolean honours(SourceHint.Action action) {
				return action == SourceHint.Action.REQUEUE;
			}

		};
		settle(FAILED.withHint(SourceHint.requeue()), emitted(1, able, "g"));
		runTasks();
		assertThat(this.source.calls()).containsExactly("ack g [– | 1]");
		assertThat(this.log.read()).isEmpty();
	}

	@Test
	void survivesAnErrorOfAnAcknowledger() {
		settle(ACCEPTED, emitted(1, (group, accepted, failed) -> {
			throw new StackOverflowError();
		}, "g"), emitted(2, "g"));
		runTasks();
		assertThat(this.source.calls()).containsExactly("ack g [2 | –]");
		assertThat(this.log.read()).hasSize(1);
	}

	@Test
	void callsNoSourceAgainBeforeItHasReturned() {
		Delivery<Object> next = emitted(2, "g");
		List<String> order = new ArrayList<>();
		settle(ACCEPTED, emitted(1, (group, accepted, failed) -> {
			order.add("begin");
			next.settle(ACCEPTED);
			order.addAll(this.source.calls());
			order.add("end");
		}, "g"));
		runTasks();
		assertThat(order).containsExactly("begin", "end");
		assertThat(this.source.calls()).containsExactly("ack g [2 | –]");
	}

	@Test
	void isBusyFromTheSettlementUntilTheSourceHasReturned() {
		assertThat(this.queue.isIdle()).isTrue();
		settle(ACCEPTED, emitted(1, "g"), emitted(2, "h"));
		assertThat(this.queue.isIdle()).isFalse();
		assertThat(this.heard).containsExactly("busy");
		runTasks();
		assertThat(this.queue.isIdle()).isTrue();
		assertThat(this.heard).containsExactly("busy", "settled 1", "settled 1", "idle");
	}

	@Test
	void isBusyAgainWhenMoreIsSettled() {
		settle(ACCEPTED, emitted(1, "g"));
		runTasks();
		settle(ACCEPTED, emitted(2, "g"));
		runTasks();
		assertThat(this.heard).containsExactly("busy", "settled 1", "idle", "busy", "settled 1", "idle");
	}

	@Test
	void leavesEventsOpenThatNoThreadCanBeHadFor() {
		SettlementQueue closed = new SettlementQueue((task) -> {
			throw new RejectedExecutionException("closed");
		}, SettlementListener.NONE);
		Delivery<String> delivery = Delivery.of("a", this.source, "g");
		closed.enter(List.of(delivery));
		assertThat(delivery.settle(ACCEPTED)).isTrue();
		assertThat(closed.isIdle()).isTrue();
		assertThat(closed.leftOpen()).isEqualTo(1);
		assertThat(closed.unsettled()).isZero();
		assertThat(this.source.calls()).isEmpty();
		assertThat(this.log.read()).hasSize(1);
	}

	@Test
	void takesAGroupThatCantBeComparedForItself() {
		Object incomparable = new Object() {

			@Override
			public boolean equals(Object other) {
				throw new IllegalStateException("no");
			}

			@Override
			public int hashCode() {
				throw new IllegalStateException("no");
			}

			@Override
			public String toString() {
				return "x";
			}

		};
		settle(ACCEPTED, emitted(1, incomparable), emitted(2, "g"), emitted(3, incomparable));
		runTasks();
		assertThat(this.source.calls()).containsExactly("ack x [1, 3 | –]", "ack g [2 | –]");
	}

	private record Partition(int number) {
	}

}
