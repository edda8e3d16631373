package io.genstage.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.genstage.LincheckOrders;
import org.junit.jupiter.api.Test;

/**
 * What the threads around a delivery and its queue may do to each other, in the orders
 * that Lincheck tries. The sources are called on the settling threads: that leaves as
 * many ways to meet as a pool does, in a tenth of the time.
 */
class SettlementQueueLincheckTests {

	private static final int INVOCATIONS = 500;

	/** Of what takes more steps. */
	private static final int FEW_INVOCATIONS = 60;

	private static final Verdict ACCEPTED = Verdict.accepted();

	private static final Verdict FAILED = Verdict.failed("failed", null);

	@Test
	void reportsWhatTwoThreadsSettle() {
		LincheckOrders.check(INVOCATIONS, () -> {
			Source source = new Source();
			Delivery<String> a = source.emit("a");
			Delivery<String> b = source.emit("b");
			Delivery<String> c = source.emit("c");
			inTwoThreads(() -> a.settle(ACCEPTED), () -> {
				b.settle(ACCEPTED);
				c.settle(ACCEPTED);
			});
			source.check(3);
			source.checkOrder("b", "c");
		});
	}

	@Test
	void settlesADeliveryByTheLastOfTwoChildren() {
		LincheckOrders.check(INVOCATIONS, () -> {
			Source source = new Source();
			Delivery<String> a = source.emit("a");
			Delivery<String> one = a.with("1");
			Delivery<String> two = a.with("2");
			a.settle(ACCEPTED);
			inTwoThreads(() -> one.settle(FAILED), () -> two.settle(Verdict.skipped("old")));
			source.check(1);
			expect(a.verdict(), FAILED);
		});
	}

	@Test
	void keepsOneOfTwoOutcomesThatAreGivenAtOnce() {
		LincheckOrders.check(INVOCATIONS, () -> {
			Source source = new Source();
			Delivery<String> a = source.emit("a");
			boolean[] first = new boolean[2];
			inTwoThreads(() -> first[0] = a.settle(FAILED), () -> first[1] = a.settle(ACCEPTED));
			source.check(1);
			expect(a.verdict(), first[0] ? FAILED : ACCEPTED);
			expect(first[0] != first[1], true);
			expect(source.queue.lateSettlements(), 1L);
		});
	}

	@Test
	void endsOnceIfItIsSettledEarlyWhileAChildFails() {
		LincheckOrders.check(INVOCATIONS, () -> {
			Source source = new Source();
			Delivery<String> a = source.emit("a");
			Delivery<String> child = a.with("1");
			a.settle(ACCEPTED);
			boolean[] early = new boolean[1];
			inTwoThreads(() -> early[0] = a.settleNow(ACCEPTED), () -> child.settle(FAILED));
			source.check(1);
			expect(a.verdict(), early[0] ? ACCEPTED : FAILED);
		});
	}

	@Test
	void waitsForAChildThatIsMadeWhileAnotherEnds() {
		LincheckOrders.check(INVOCATIONS, () -> {
			Source source = new Source();
			Delivery<String> a = source.emit("a");
			Delivery<String> one = a.with("1");
			inTwoThreads(() -> one.settle(ACCEPTED), () -> {
				Delivery<String> two = a.with("2");
				a.settle(ACCEPTED);
				two.settle(FAILED);
			});
			source.check(1);
			expect(a.verdict(), FAILED);
		});
	}

	@Test
	void completesAnEndThatIsAskedForWhileItComes() {
		LincheckOrders.check(INVOCATIONS, () -> {
			Source source = new Source();
			Delivery<String> a = source.emit("a");
			Object[] heard = new Object[1];
			inTwoThreads(() -> a.settle(FAILED), () -> a.end().thenAccept((outcome) -> heard[0] = outcome));
			expect(heard[0], Outcome.FAILED);
		});
	}

	@Test
	void reportsADeliveryOnceThatEndsWhileItEnters() {
		LincheckOrders.check(INVOCATIONS, () -> {
			Source source = new Source();
			Delivery<String> a = Delivery.of("a", source, "g");
			inTwoThreads(() -> a.settle(ACCEPTED), () -> source.queue.enter(List.of(a)));
			source.check(1);
		});
	}

	@Test
	void acceptsAStretchOnceWhileOneOfItIsSettledAlone() {
		LincheckOrders.check(FEW_INVOCATIONS, () -> {
			Source source = new Source();
			Delivery<String> a = Delivery.of("a", source, "g");
			Delivery<String> b = Delivery.of("b", source, "g");
			DeliveryRow row = source.emitTogether(a, b);
			boolean[] first = new boolean[1];
			inTwoThreads(() -> first[0] = a.settle(FAILED), () -> Delivery.acceptAll(row, 0, 2));
			source.check(2);
			expect(a.verdict(), first[0] ? FAILED : ACCEPTED);
			expect(b.verdict(), ACCEPTED);
		});
	}

	@Test
	void endsOnceWhatTwoConsumersAcceptAtOnce() {
		LincheckOrders.check(FEW_INVOCATIONS, () -> {
			Source source = new Source();
			DeliveryRow row = source.emitTogether(Delivery.of("a", source, "g"), Delivery.of("b", source, "g"));
			List<DeliveryRow> copies = row.fork(0, 2, 2);
			inTwoThreads(() -> Delivery.acceptAll(copies.get(0), 0, 2), () -> {
				copies.get(1).get(1).settle(FAILED);
				Delivery.acceptAll(copies.get(1), 0, 2);
			});
			source.check(2);
			expect(row.get(0).verdict(), ACCEPTED);
			expect(row.get(1).verdict(), FAILED);
		});
	}

	@Test
	void completesAnEndThatIsAskedForWhileItsStretchIsAccepted() {
		LincheckOrders.check(FEW_INVOCATIONS, () -> {
			Source source = new Source();
			Delivery<String> a = Delivery.of("a", source, "g");
			DeliveryRow row = source.emitTogether(a, Delivery.of("b", source, "g"));
			Object[] heard = new Object[1];
			inTwoThreads(() -> Delivery.acceptAll(row, 0, 2),
					() -> a.end().thenAccept((outcome) -> heard[0] = outcome));
			source.check(2);
			expect(heard[0], Outcome.ACCEPTED);
		});
	}

	@Test
	void reportsOnceWhatIsListenedToAndSettledWhileItsRowEnters() {
		LincheckOrders.check(FEW_INVOCATIONS, () -> {
			Source source = new Source();
			Delivery<String> a = Delivery.of("a", source, "g");
			Delivery<String> b = Delivery.of("b", source, "g");
			DeliveryRow row = SourceRow.of(List.of(a, b));
			Object[] heard = new Object[1];
			inTwoThreads(() -> {
				b.end().thenAccept((outcome) -> heard[0] = outcome);
				a.settle(ACCEPTED);
			}, () -> {
				source.queue.enter(row);
				Delivery.acceptAll(row, 0, 2);
			});
			source.check(2);
			expect(heard[0], Outcome.ACCEPTED);
		});
	}

	private static void inTwoThreads(Runnable one, Runnable other) {
		Thread thread = new Thread(one);
		thread.start();
		other.run();
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void expect(Object actual, Object expected) {
		if (actual == null || !actual.equals(expected)) {
			throw new IllegalStateException("expected %s, but got %s".formatted(expected, actual));
		}
	}

	/**
	 * Counts what it is told, one call at a time.
	 */
	private static final class Source implements Acknowledger<Object> {

		private final List<String> told = new ArrayList<>();

		private final AtomicInteger calls = new AtomicInteger();

		private final AtomicInteger busy = new AtomicInteger();

		private final SettlementQueue queue = new SettlementQueue(Runnable::run, new SettlementListener() {

			@Override
			public void onBusy() {
				Source.this.busy.incrementAndGet();
			}

			@Override
			public void onIdle() {
				Source.this.busy.decrementAndGet();
			}

		});

		Delivery<String> emit(String event) {
			Delivery<String> delivery = Delivery.of(event, this, "g");
			this.queue.enter(List.of(delivery));
			return delivery;
		}

		DeliveryRow emitTogether(Delivery<?>... deliveries) {
			DeliveryRow row = SourceRow.of(List.of(deliveries));
			if (row == null || !this.queue.enter(row)) {
				throw new IllegalStateException("not taken");
			}
			return row;
		}

		@Override
		public void settle(Object group, List<Settlement> accepted, List<Settlement> failed) {
			if (this.calls.getAndIncrement() != 0) {
				throw new IllegalStateException("two at a time");
			}
			accepted.forEach((one) -> this.told.add((String) one.event()));
			failed.forEach((one) -> this.told.add((String) one.event()));
			this.calls.decrementAndGet();
		}

		void check(int events) {
			if (this.told.size() != events) {
				throw new IllegalStateException("lost or doubled: " + this.told);
			}
			expect(this.queue.failedCalls(), 0L);
			expect(this.queue.isIdle(), true);
			expect(this.queue.unsettled(), 0L);
			expect(this.busy.get(), 0);
		}

		void checkOrder(String earlier, String later) {
			if (this.told.indexOf(earlier) > this.told.indexOf(later)) {
				throw new IllegalStateException("out of order: " + this.told);
			}
		}

	}

}
