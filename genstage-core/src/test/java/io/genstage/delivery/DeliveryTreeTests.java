package io.genstage.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random trees of deliveries, settled by several threads: each event of the source gets
 * one outcome, which is the worst of its tree, and not before the last part of it is
 * settled.
 */
class DeliveryTreeTests {

	private static final int SEEDS = 300;

	private static final int ROOTS = 4;

	/** Then no more children are made. */
	private static final int MOST_NODES = 80;

	@ParameterizedTest
	@ValueSource(ints = { 1, 3 })
	void endWithTheWorstOutcomeOfTheirParts(int threads) throws Exception {
		for (int seed = 0; seed < SEEDS; seed++) {
			Run run = new Run(seed);
			run.settleAll(threads);
			run.check("seed %d, %d threads".formatted(seed, threads));
		}
	}

	/**
	 * What is known of a delivery without asking it.
	 */
	private static final class Part {

		final Delivery<Object> delivery;

		final Queue<Part> children = new ConcurrentLinkedQueue<>();

		volatile boolean settled;

		volatile boolean endsEarly;

		volatile @Nullable Outcome own;

		volatile @Nullable Outcome early;

		Part(Delivery<Object> delivery) {
			this.delivery = delivery;
		}

		boolean isSettledToTheLeaves() {
			return this.endsEarly || (this.settled && this.children.stream().allMatch(Part::isSettledToTheLeaves));
		}

		Outcome expected() {
			if (this.early != null) {
				return this.early;
			}
			Outcome worst = (this.own != null) ? this.own : Outcome.ACCEPTED;
			for (Part child : this.children) {
				worst = worst.worse(child.expected());
			}
			return worst;
		}

	}

	/**
	 * One seed.
	 */
	private static final class Run implements Acknowledger<Object> {

		private final int seed;

		private final Queue<Part> work = new ConcurrentLinkedQueue<>();

		private final AtomicInteger openParts = new AtomicInteger();

		private final AtomicInteger made = new AtomicInteger();

		private final AtomicInteger late = new AtomicInteger();

		private final List<Part> roots = new ArrayList<>();

		private final Map<Object, Outcome> told = new ConcurrentHashMap<>();

		private final Queue<String> faults = new ConcurrentLinkedQueue<>();

		private final SettlementQueue queue = new SettlementQueue(Runnable::run, SettlementListener.NONE);

		Run(int seed) {
			this.seed = seed;
			for (int root = 0; root < ROOTS; root++) {
				Delivery<Object> delivery = Delivery.of((Object) root, this, root % 2);
				this.queue.enter(List.of(delivery));
				Part part = new Part(delivery);
				this.roots.add(part);
				addWork(part);
			}
		}

		private void addWork(Part part) {
			this.made.incrementAndGet();
			this.openParts.incrementAndGet();
			this.work.add(part);
		}

		@Override
		public void settle(Object group, List<Settlement> accepted, List<Settlement> failed) {
			accepted.forEach(this::note);
			failed.forEach(this::note);
		}

		private void note(Settlement settlement) {
			if (this.told.put(settlement.event(), settlement.outcome()) != null) {
				this.faults.add("told twice: " + settlement.event());
			}
			if (!this.roots.get((Integer) settlement.event()).isSettledToTheLeaves()) {
				this.faults.add("told too early: " + settlement.event());
			}
		}

		void settleAll(int threads) throws InterruptedException {
			List<Thread> workers = new ArrayList<>();
			for (int worker = 0; worker < threads; worker++) {
				Random random = new Random(this.seed * 31L + worker);
				workers.add(new Thread(() -> work(random)));
			}
			workers.forEach(Thread::start);
			for (Thread worker : workers) {
				worker.join();
			}
		}

		private void work(Random random) {
			while (this.openParts.get() > 0) {
				Part part = this.work.poll();
				if (part == null) {
					Thread.onSpinWait();
				}
				else if (this.made.get() < MOST_NODES && random.nextInt(4) == 0) {
					handleTogether(part, random);
				}
				else {
					handleAlone(part, random);
				}
			}
		}

		private void handleAlone(Part part, Random random) {
			int children = (this.made.get() < MOST_NODES) ? random.nextInt(4) : 0;
			for (int child = 0; child < children; child++) {
				add(List.of(part), part.delivery.with("child"));
			}
			settle(part, random);
		}

		private void handleTogether(Part part, Random random) {
			List<Part> members = new ArrayList<>(List.of(part));
			Part other;
			while (members.size() < 3 && (other = this.work.poll()) != null) {
				members.add(other);
			}
			DeliveryGroup group = Delivery.group(members.stream().map((member) -> member.delivery).toList(), false);
			int outputs = random.nextInt(3);
			for (int output = 0; output < outputs; output++) {
				add(members, group.with("output"));
			}
			members.forEach((member) -> settle(member, random));
			group.close();
		}

		@SuppressWarnings("unchecked")
		private void add(List<Part> parents, Delivery<?> delivery) {
			Part child = new Part((Delivery<Object>) delivery);
			parents.forEach((parent) -> parent.children.add(child));
			addWork(child);
		}

		private void settle(Part part, Random random) {
			Outcome outcome = (random.nextInt(3) > 0) ? Outcome.ACCEPTED : Outcome.values()[random.nextInt(4)];
			Verdict verdict = (outcome == Outcome.ACCEPTED && random.nextBoolean()) ? Verdict.accepted()
					: new Verdict(outcome, "part", null, null, null);
			part.own = outcome;
			part.settled = true;
			if (!part.delivery.settle(verdict)) {
				this.faults.add("late though it is the first");
			}
			if (random.nextInt(10) == 0) {
				part.endsEarly = true;
				boolean early = part.delivery.settleNow(verdict);
				part.early = early ? outcome : null;
				countLate(early);
			}
			if (random.nextInt(10) == 0) {
				countLate(part.delivery.settle(Verdict.failed("late", null)));
			}
			this.openParts.decrementAndGet();
		}

		private void countLate(boolean first) {
			this.late.addAndGet(first ? 0 : 1);
		}

		void check(String run) {
			assertThat(this.faults).as(run).isEmpty();
			assertThat(this.told.keySet()).as(run).hasSize(ROOTS);
			for (Part root : this.roots) {
				assertThat(this.told.get(root.delivery.event())).as(run).isEqualTo(root.expected());
			}
			assertThat(this.queue.lateSettlements()).as(run).isEqualTo(this.late.get());
			assertThat(this.queue.failedCalls()).as(run).isZero();
			assertThat(this.queue.unsettled()).as(run).isZero();
			assertThat(this.queue.isIdle()).as(run).isTrue();
		}

	}

}
