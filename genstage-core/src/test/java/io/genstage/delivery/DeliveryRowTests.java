package io.genstage.delivery;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Deliveries that are settled by stretches get the outcomes that they would get one by
 * one.
 */
class DeliveryRowTests {

	private static final Verdict ACCEPTED = Verdict.accepted();

	private static final Verdict FAILED = Verdict.failed("broken", null);

	private final RecordingAcknowledger source = new RecordingAcknowledger();

	private final SettlementQueue queue = new SettlementQueue(Runnable::run, SettlementListener.NONE);

	private List<Delivery<String>> deliveries(String... events) {
		return List.of(events).stream().map((event) -> Delivery.of(event, this.source, "g")).toList();
	}

	private DeliveryRow row(List<Delivery<String>> deliveries) {
		DeliveryRow page = DeliveryRow.ofPage(deliveries);
		DeliveryRow row = (page != null) ? page : SourceRow.of(deliveries);
		assertThat(row).isNotNull();
		return row;
	}

	private DeliveryRow entered(List<Delivery<String>> deliveries) {
		DeliveryRow row = row(deliveries);
		assertThat(this.queue.enter(row)).isTrue();
		return row;
	}

	private static DeliveryRow outputs(DeliveryRow parents, int from, int to, String... outputs) {
		DeliveryGroup group = DeliveryGroup.accepting(parents, from, to);
		assertThat(group).isNotNull();
		DeliveryRow row = group.outputs(outputs, 0, outputs.length);
		assertThat(row).isNotNull();
		group.close();
		return row;
	}

	@Nested
	class OfDeliveriesMadeOneByOne extends OfASource {

		OfDeliveriesMadeOneByOne() {
			super(deliveries("a", "b", "c", "d"));
		}

	}

	@Nested
	class OfAPage extends OfASource {

		OfAPage() {
			super(Delivery.ofAll(List.of("a", "b", "c", "d"), DeliveryRowTests.this.source, "g"));
		}

	}

	@Nested
	class PickedFromAPage extends OfASource {

		PickedFromAPage() {
			super(Delivery.ofAll(List.of("c", "b", "d", "a"), DeliveryRowTests.this.source, "g"), 3, 1, 0, 2);
		}

		@Test
		void isNotTakenAgain() {
			assertThat(DeliveryRowTests.this.queue.enter(emitted())).isFalse();
			assertThat(DeliveryRowTests.this.queue.unsettled()).isEqualTo(4);
		}

		@Test
		void canBePickedFromAgain() {
			DeliveryRow picked = emitted().pick(new Object[] { "d", "b" }, new int[] { 3, 1 });
			Delivery.acceptAll(picked, 0, 1);
			assertThat(DeliveryRowTests.this.source.calls()).containsExactly("ack g [d | –]");
			assertThat(picked.get(1)).isSameAs(emitted().get(1));
		}

	}

	@Nested
	class PickedFromSeveralPages {

		private final DeliveryRow joined;

		PickedFromSeveralPages() {
			List<Delivery<String>> one = Delivery.ofAll(List.of("a", "b", "c"), DeliveryRowTests.this.source, "g");
			List<Delivery<String>> other = Delivery.ofAll(List.of("d", "e", "f"), DeliveryRowTests.this.source, "g");
			RowPicks picks = new RowPicks(0);
			picks.addAll(entered(one), 1, 3);
			picks.addAll(entered(other).pick(new Object[] { "f", "d" }, new int[] { 2, 0 }), 0, 2);
			this.joined = picks.build(new Object[] { "b", "c", "f", "d" });
		}

		@Test
		void isReportedInOneCallInItsOrder() {
			Delivery.acceptAll(this.joined, 0, 4);
			assertThat(DeliveryRowTests.this.source.calls()).containsExactly("ack g [b, c, f, d | –]");
			assertThat(DeliveryRowTests.this.queue.unsettled()).isEqualTo(2);
		}

		@Test
		void isReportedStretchByStretch() {
			Delivery.acceptAll(this.joined, 1, 3);
			Delivery.acceptAll(this.joined, 0, 4);
			assertThat(DeliveryRowTests.this.source.calls()).containsExactly("ack g [c, f | –]", "ack g [b, d | –]");
		}

		@Test
		void leavesOutWhatIsSettledAlone() {
			this.joined.get(2).settle(FAILED);
			Delivery.acceptAll(this.joined, 0, 4);
			assertThat(DeliveryRowTests.this.source.calls()).containsExactly("ack g [– | f]", "ack g [b, c, d | –]");
		}

		@Test
		void waitsForOutputsOfTheDeliveriesOfOnePage() {
			DeliveryRow outputs = outputs(this.joined, 2, 4, "1", "2");
			Delivery.acceptAll(outputs, 0, 1);
			assertThat(DeliveryRowTests.this.source.calls()).isEmpty();
			Delivery.acceptAll(outputs, 1, 2);
			assertThat(DeliveryRowTests.this.source.calls()).containsExactly("ack g [f, d | –]");
		}

		@Test
		void waitsForNothingTogether() {
			assertThat(DeliveryGroup.accepting(this.joined, 0, 4)).isNull();
			assertThat(this.joined.fork(0, 4, 2)).isEmpty();
			Delivery.acceptAll(this.joined, 0, 4);
			assertThat(DeliveryRowTests.this.source.calls()).containsExactly("ack g [b, c, f, d | –]");
		}

	}

	abstract class OfASource {

		private final List<Delivery<String>> deliveries;

		private final DeliveryRow row;

		OfASource(List<Delivery<String>> deliveries) {
			this.deliveries = deliveries;
			this.row = entered(deliveries);
		}

		OfASource(List<Delivery<String>> page, int... picked) {
			DeliveryRow row = entered(page);
			this.deliveries = IntStream.of(picked).<Delivery<String>>mapToObj(page::get).toList();
			this.row = row.pick(this.deliveries.stream().map(Delivery::event).toArray(), picked);
		}

		final DeliveryRow emitted() {
			return this.row;
		}

		@Test
		void isReportedStretchByStretch() {
			Delivery.acceptAll(this.row, 2, 4);
			Delivery.acceptAll(this.row, 0, 2);
			assertThat(DeliveryRowTests.this.source.calls()).containsExactly("ack g [c, d | –]", "ack g [a, b | –]");
			assertThat(DeliveryRowTests.this.queue.unsettled()).isZero();
		}

		@Test
		void leavesOutWhatIsSettledAlone() {
			this.deliveries.get(1).settle(FAILED);
			Delivery.acceptAll(this.row, 0, 4);
			assertThat(DeliveryRowTests.this.source.calls()).containsExactly("ack g [– | b]", "ack g [a, c, d | –]");
			assertThat(DeliveryRowTests.this.queue.unsettled()).isZero();
			assertThat(DeliveryRowTests.this.queue.lateSettlements()).isZero();
		}

		@Test
		void settlesNobodyTwice() {
			Delivery.acceptAll(this.row, 0, 3);
			Delivery.acceptAll(this.row, 1, 4);
			Delivery.settleAll(this.deliveries, ACCEPTED);
			assertThat(DeliveryRowTests.this.source.settlements()).hasSize(4);
			assertThat(this.deliveries.get(0).settle(FAILED)).isFalse();
			assertThat(DeliveryRowTests.this.queue.lateSettlements()).isOne();
		}

		@Test
		void acceptsItsDeliveriesAlsoAsAList() {
			Delivery.settleAll(List.of(this.deliveries.get(3), this.deliveries.get(0)), ACCEPTED);
			assertThat(DeliveryRowTests.this.source.calls()).containsExactly("ack g [d, a | –]");
			Delivery.acceptAll(this.row, 0, 4);
			assertThat(DeliveryRowTests.this.queue.unsettled()).isZero();
		}

		@Test
		void completesEndsThatWereAskedForBeforeAndAfter() {
			CompletableFuture<Outcome> before = this.deliveries.get(0).end().toCompletableFuture();
			Delivery.acceptAll(this.row, 0, 4);
			assertThat(before).isCompletedWithValue(Outcome.ACCEPTED);
			assertThat(this.deliveries.get(1).end().toCompletableFuture()).isCompletedWithValue(Outcome.ACCEPTED);
			assertThat(DeliveryRowTests.this.source.settlements()).hasSize(4);
		}

		@Test
		void waitsForOutputsWhatSomebodyLooksAtMeanwhile() {
			DeliveryRow outputs = outputs(this.row, 0, 4, "1", "2");
			assertThat(this.deliveries.get(2).isHandled()).isTrue();
			assertThat(this.deliveries.get(2).isSettled()).isFalse();
			Delivery.acceptAll(outputs, 0, 1);
			assertThat(DeliveryRowTests.this.source.calls()).isEmpty();
			Delivery.acceptAll(outputs, 1, 2);
			assertThat(DeliveryRowTests.this.source.settlements()).hasSize(4);
			assertThat(this.deliveries.get(2).isSettled()).isTrue();
		}

		@Test
		void hasTheOutcomeOfTheWorstOutputOfTheCall() {
			DeliveryRow outputs = outputs(this.row, 0, 2, "1", "2", "3");
			outputs.get(1).settle(FAILED);
			Delivery.acceptAll(outputs, 0, 3);
			assertThat(DeliveryRowTests.this.source.calls()).containsExactly("ack g [– | a, b]");
			Delivery.acceptAll(this.row, 0, 4);
			assertThat(DeliveryRowTests.this.queue.unsettled()).isZero();
		}

		@Test
		void waitsForEachConsumer() {
			List<DeliveryRow> copies = this.row.fork(1, 4, 2);
			assertThat(copies).hasSize(2);
			Delivery.acceptAll(copies.get(0), 1, 3);
			Delivery.acceptAll(copies.get(1), 2, 4);
			assertThat(DeliveryRowTests.this.source.calls()).containsExactly("ack g [c | –]");
			Delivery.acceptAll(copies.get(0), 3, 4);
			copies.get(1).get(1).settle(FAILED);
			assertThat(DeliveryRowTests.this.source.calls()).containsExactly("ack g [d | –]", "ack g [– | b]");
			assertThat(copies.get(0).get(1).isSettled()).isTrue();
		}

		@Test
		void waitsForConsumersThatEndAllAtOnce() {
			List<DeliveryRow> copies = this.row.fork(1, 4, 3);
			Delivery.acceptAll(copies.get(0), 1, 4);
			Delivery.acceptAll(copies.get(1), 1, 4);
			assertThat(DeliveryRowTests.this.source.calls()).isEmpty();
			Delivery.acceptAll(copies.get(2), 1, 4);
			assertThat(DeliveryRowTests.this.source.calls()).containsExactly("ack g [b, c, d | –]");
		}

		@Test
		void waitsForConsumersOfWhichSomeEndAllAtOnce() {
			List<DeliveryRow> copies = this.row.fork(0, 4, 3);
			Delivery.acceptAll(copies.get(0), 0, 4);
			Delivery.acceptAll(copies.get(1), 1, 3);
			Delivery.acceptAll(copies.get(2), 0, 4);
			assertThat(DeliveryRowTests.this.source.calls()).containsExactly("ack g [b, c | –]");
			Delivery.acceptAll(copies.get(1), 0, 1);
			copies.get(1).get(3).settle(FAILED);
			assertThat(DeliveryRowTests.this.source.calls()).containsExactly("ack g [a | –]", "ack g [– | d]");
		}

		@Test
		void canEndEarlyWhileConsumersHaveIt() {
			List<DeliveryRow> copies = this.row.fork(0, 4, 2);
			assertThat(this.deliveries.get(1).settleNow(FAILED)).isTrue();
			assertThat(copies.get(0).get(1).settle(ACCEPTED)).isTrue();
			Delivery.acceptAll(copies.get(0), 0, 4);
			Delivery.acceptAll(copies.get(1), 0, 4);
			assertThat(DeliveryRowTests.this.source.calls()).containsExactly("ack g [– | b]", "ack g [a, c, d | –]");
		}

		@Test
		void isForkedAndAwaitedOnlyIfAllIsOpen() {
			this.deliveries.get(3).settle(ACCEPTED);
			assertThat(this.row.fork(0, 4, 2)).isEmpty();
			assertThat(DeliveryGroup.accepting(this.row, 0, 4)).isNull();
			assertThat(this.row.fork(0, 3, 2)).hasSize(2);
			assertThat(DeliveryGroup.accepting(this.row, 0, 3)).isNull();
		}

		@Test
		void refusesToEnterTwice() {
			assertThat(DeliveryRowTests.this.queue.enter(row(this.deliveries))).isFalse();
			assertThat(DeliveryRowTests.this.queue.unsettled()).isEqualTo(4);
			Delivery.acceptAll(this.row, 0, 4);
			assertThat(DeliveryRowTests.this.queue.unsettled()).isZero();
		}

	}

	@Test
	void reportsWhatWasSettledBeforeItCameIn() {
		List<Delivery<String>> deliveries = deliveries("a", "b");
		deliveries.get(0).settle(FAILED);
		DeliveryRow row = entered(deliveries);
		Delivery.acceptAll(row, 0, 2);
		assertThat(this.source.calls()).containsExactly("ack g [– | a]", "ack g [b | –]");
	}

	@Test
	void keepsTheEndOfWhomSomebodyListensTo() {
		List<Delivery<String>> deliveries = deliveries("a", "b");
		CompletableFuture<Outcome> end = deliveries.get(0).end().toCompletableFuture();
		Delivery.acceptAll(entered(deliveries), 0, 2);
		assertThat(end).isCompletedWithValue(Outcome.ACCEPTED);
	}

	@Test
	void goesToTheGroupsOfItsEvents() {
		List<Delivery<String>> deliveries = List.of(Delivery.of("a", this.source, "g"),
				Delivery.of("b", this.source, "h"), Delivery.of("c", this.source, "g"));
		Delivery.acceptAll(entered(deliveries), 0, 3);
		assertThat(this.source.calls()).containsExactly("ack g [a, c | –]", "ack h [b | –]");
	}

	@Test
	void isNoneOfOtherEvents() {
		assertThat(DeliveryRow.ofSource(deliveries("a"))).isNull();
		assertThat(DeliveryRow.ofSource(List.of("a", "b"))).isNull();
		Delivery<String> parent = deliveries("a").get(0);
		assertThat(DeliveryRow.ofSource(List.of(parent.with("1"), parent.with("2")))).isNull();
	}

	/**
	 * Stretches and single deliveries of random graphs, settled by several threads: each
	 * event of the source gets one outcome, which is the worst of all that was made of
	 * it.
	 */
	@ParameterizedTest
	@CsvSource({ "1, false", "3, false", "1, true", "3, true" })
	void endsWithTheWorstOutcomeOfItsParts(int threads, boolean page) throws Exception {
		for (int seed = 0; seed < 400; seed++) {
			Run run = new Run(page);
			run.settleAll(seed, threads);
			run.check("seed %d, %d threads, %s".formatted(seed, threads, page ? "page" : "one by one"));
		}
	}

	/**
	 * A stretch that nobody has begun, and the roots of each of its members.
	 */
	private record Work(DeliveryRow row, int from, List<int[]> roots) {

		int to() {
			return this.from + this.roots.size();
		}

		Work part(int start, int end) {
			return new Work(this.row, this.from + start, this.roots.subList(start, end));
		}

		int[] allRoots() {
			return this.roots.stream().flatMapToInt(IntStream::of).distinct().toArray();
		}

	}

	private static final class Run implements Acknowledger<Object> {

		private static final int ROOTS = 9;

		/** Then all is accepted. */
		private static final int DEEPEST = 60;

		private final Queue<Work> work = new ConcurrentLinkedQueue<>();

		private final Map<Object, Outcome> reported = new ConcurrentHashMap<>();

		private final Map<Integer, Boolean> failed = new ConcurrentHashMap<>();

		private final Queue<String> faults = new ConcurrentLinkedQueue<>();

		private final AtomicInteger made = new AtomicInteger();

		private final AtomicInteger open = new AtomicInteger();

		private final SettlementQueue queue = new SettlementQueue(Runnable::run, SettlementListener.NONE);

		Run(boolean page) {
			List<Integer> events = IntStream.range(0, ROOTS).boxed().toList();
			DeliveryRow row = page ? DeliveryRow.ofPage(Delivery.ofAll(events, (Acknowledger<Object>) this, "all"))
					: SourceRow.of(events.stream()
						.map((root) -> Delivery.of(root, (Acknowledger<Object>) this, root / 6))
						.toList());
			assertThat(row).isNotNull();
			assertThat(this.queue.enter(row)).isTrue();
			add(new Work(row, 0, IntStream.range(0, ROOTS).mapToObj((root) -> new int[] { root }).toList()));
		}

		private void add(Work work) {
			this.made.incrementAndGet();
			this.open.incrementAndGet();
			this.work.add(work);
		}

		@Override
		public void settle(Object group, List<Settlement> accepted, List<Settlement> failed) {
			for (List<Settlement> settlements : List.of(accepted, failed)) {
				for (Settlement settlement : settlements) {
					if (this.reported.put(settlement.event(), settlement.outcome()) != null) {
						this.faults.add("reported twice: " + settlement.event());
					}
				}
			}
		}

		void settleAll(int seed, int threads) throws InterruptedException {
			List<Thread> workers = new ArrayList<>();
			for (int worker = 0; worker < threads; worker++) {
				Random random = new Random(seed * 31L + worker);
				workers.add(new Thread(() -> work(random)));
			}
			workers.forEach(Thread::start);
			for (Thread worker : workers) {
				worker.join();
			}
		}

		private void work(Random random) {
			try {
				while (this.open.get() > 0) {
					Work next = this.work.poll();
					if (next == null) {
						Thread.onSpinWait();
						continue;
					}
					begin(next, random);
					this.open.decrementAndGet();
				}
			}
			catch (RuntimeException | Error ex) {
				this.faults.add("thrown: " + ex);
				this.open.set(0);
			}
		}

		private void begin(Work work, Random random) {
			int size = work.roots().size();
			boolean more = this.made.get() < DEEPEST;
			switch (random.nextInt(8)) {
				case 0, 1 -> {
					int middle = random.nextInt(size + 1);
					for (Work part : List.of(work.part(0, middle), work.part(middle, size))) {
						if (!part.roots().isEmpty()) {
							if (more && size > 1) {
								add(part);
							}
							else {
								Delivery.acceptAll(part.row(), part.from(), part.to());
							}
						}
					}
				}
				case 2 -> fork(work, more ? random.nextInt(3) + 1 : 1, random);
				case 3 -> call(work, more ? random.nextInt(3) : 0, random);
				case 4 -> {
					// Somebody looks at one of them meanwhile.
					work.row().get(work.from() + random.nextInt(size)).isSettled();
					Delivery.acceptAll(work.row(), work.from(), work.to());
				}
				case 5 -> scatter(work, random);
				case 6 -> join(work);
				default -> eachAlone(work, random);
			}
		}

		/** As a dispatcher does that has several consumers for what came together. */
		private void scatter(Work work, Random random) {
			List<List<Integer>> portions = List.of(new ArrayList<>(), new ArrayList<>());
			for (int index = 0; index < work.roots().size(); index++) {
				portions.get(random.nextInt(2)).add(index);
			}
			for (List<Integer> portion : portions) {
				if (!portion.isEmpty()) {
					Object[] events = portion.stream()
						.map((index) -> work.row().events()[work.from() + index])
						.toArray();
					int[] places = portion.stream().mapToInt((index) -> work.from() + index).toArray();
					add(new Work(work.row().pick(events, places), 0,
							portion.stream().map((index) -> work.roots().get(index)).toList()));
				}
			}
		}

		/** As a consumer gets at once what has waited for it. */
		private void join(Work work) {
			Work other = this.work.poll();
			if (other == null) {
				Delivery.acceptAll(work.row(), work.from(), work.to());
				return;
			}
			RowPicks picks = new RowPicks(work.roots().size());
			List<Object> events = new ArrayList<>();
			List<int[]> roots = new ArrayList<>();
			for (Work part : List.of(work, other)) {
				picks.addAll(part.row(), part.from(), part.to());
				events.addAll(Arrays.asList(part.row().events()).subList(part.from(), part.to()));
				roots.addAll(part.roots());
			}
			add(new Work(picks.build(events.toArray()), 0, roots));
			this.open.decrementAndGet();
		}

		private void fork(Work work, int consumers, Random random) {
			List<DeliveryRow> copies = work.row().fork(work.from(), work.to(), consumers);
			if (copies.isEmpty()) {
				eachAlone(work, random);
			}
			copies.forEach((copy) -> add(new Work(copy, copy.start(), work.roots())));
		}

		private void call(Work work, int outputs, Random random) {
			DeliveryGroup group = DeliveryGroup.accepting(work.row(), work.from(), work.to());
			if (group == null) {
				eachAlone(work, random);
				return;
			}
			int[] roots = work.allRoots();
			if (outputs > 0) {
				Object[] made = new Object[outputs + 1];
				IntStream.range(0, made.length).forEach((place) -> made[place] = place);
				DeliveryRow row = group.outputs(made, 1, outputs);
				if (row != null) {
					add(new Work(row, row.start(), IntStream.range(0, outputs).mapToObj((output) -> roots).toList()));
				}
			}
			group.close();
		}

		private void eachAlone(Work work, Random random) {
			for (int place = work.from(); place < work.to(); place++) {
				Delivery<?> delivery = work.row().get(place);
				boolean fails = random.nextInt(8) == 0;
				if (fails) {
					IntStream.of(work.roots().get(place - work.from())).forEach((root) -> this.failed.put(root, true));
				}
				Delivery<?> child = random.nextBoolean() ? delivery.with("child") : null;
				if (!delivery.settle((fails && child == null) ? FAILED : ACCEPTED)) {
					this.faults.add("late though it is the first");
				}
				if (child != null) {
					child.settle(fails ? FAILED : ACCEPTED);
				}
			}
		}

		void check(@Nullable String run) {
			assertThat(this.faults).as(run).isEmpty();
			assertThat(this.reported.keySet()).as(run).hasSize(ROOTS);
			for (int root = 0; root < ROOTS; root++) {
				assertThat(this.reported.get(root)).as(run)
					.isEqualTo(this.failed.containsKey(root) ? Outcome.FAILED : Outcome.ACCEPTED);
			}
			assertThat(this.queue.lateSettlements()).as(run).isZero();
			assertThat(this.queue.unsettled()).as(run).isZero();
			assertThat(this.queue.isIdle()).as(run).isTrue();
		}

	}

}
