package io.genstage.account;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * How long events were in a stage.
 */
class QueueAccountTests {

	private static final long MILLI = 1_000_000;

	private static final long SECOND = 1_000 * MILLI;

	private final QueueAccount queue = new QueueAccount();

	@Test
	void hasNothingBeforeTheFirstEvent() {
		assertThat(this.queue.read(5)).isEqualTo(QueueTimes.NONE);
		assertThat(this.queue.read(5).mean()).isNaN();
		assertThat(this.queue.read(5).percentile(0.5)).isZero();
	}

	@Test
	void countsEachEventOfAPortion() {
		this.queue.add(4, 0);
		this.queue.done(1, 2 * MILLI);
		this.queue.done(3, 20 * MILLI);
		QueueTimes times = this.queue.read(SECOND);
		assertThat(times.events()).isEqualTo(4);
		assertThat(times.nanos()).isEqualTo(62 * MILLI);
		assertThat(times.mean()).isEqualTo(15.5 * MILLI);
		assertThat(times.within(0)).isZero();
		assertThat(times.within(1)).isOne();
		assertThat(times.within(3)).isEqualTo(4);
		assertThat(times.oldest()).isZero();
	}

	@Test
	void knowsTheOldestEventWhileNothingMoves() {
		this.queue.add(1, 0);
		this.queue.add(1, 3 * SECOND);
		assertThat(this.queue.read(10 * SECOND).oldest()).isEqualTo(10 * SECOND);
		this.queue.done(1, 10 * SECOND);
		assertThat(this.queue.read(11 * SECOND).oldest()).isEqualTo(8 * SECOND);
		this.queue.done(1, 11 * SECOND);
		assertThat(this.queue.read(12 * SECOND).oldest()).isZero();
		this.queue.add(1, 20 * SECOND);
		assertThat(this.queue.read(21 * SECOND).oldest()).isEqualTo(SECOND);
	}

	@Test
	void takesWhatIsSentWithinAMomentTogether() {
		this.queue.add(1, 0);
		this.queue.add(1, QueueAccount.GRAIN - 1);
		this.queue.done(2, SECOND);
		assertThat(this.queue.read(SECOND).nanos()).isEqualTo(2 * SECOND);
	}

	@Test
	void takesNoTimeBack() {
		this.queue.add(1, SECOND);
		this.queue.done(1, 0);
		assertThat(this.queue.read(0).nanos()).isZero();
		assertThat(this.queue.read(0).within(0)).isOne();
	}

	@Test
	void leavesOutWhatHasNeverCome() {
		this.queue.add(1, 0);
		this.queue.done(3, SECOND);
		assertThat(this.queue.read(SECOND).events()).isOne();
		this.queue.add(1, SECOND);
		this.queue.done(1, 3 * SECOND);
		assertThat(this.queue.read(3 * SECOND).nanos()).isEqualTo(3 * SECOND);
	}

	@Test
	void sortsTimesByTheirBounds() {
		for (int bound = 0; bound < QueueTimes.BOUNDS.size(); bound++) {
			this.queue.add(2, 0);
			this.queue.done(1, QueueTimes.BOUNDS.get(bound));
			this.queue.done(1, QueueTimes.BOUNDS.get(bound) + 1);
			QueueTimes times = this.queue.read(0);
			assertThat(times.within(bound)).isEqualTo(2L * bound + 1);
			assertThat(times.events()).isEqualTo(2L * bound + 2);
		}
		QueueTimes times = this.queue.read(0);
		assertThat(times.percentile(0)).isEqualTo(MILLI);
		assertThat(times.percentile(0.5)).isEqualTo(QueueTimes.BOUNDS.get(6));
		assertThat(times.percentile(1)).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void isReadAsDifferencesAndSums() {
		this.queue.add(2, 0);
		this.queue.done(1, SECOND);
		QueueTimes before = this.queue.read(SECOND);
		this.queue.done(1, 5 * SECOND);
		this.queue.add(1, 5 * SECOND);
		QueueTimes after = this.queue.read(6 * SECOND);
		QueueTimes between = after.since(before);
		assertThat(between.events()).isOne();
		assertThat(between.nanos()).isEqualTo(5 * SECOND);
		assertThat(between.oldest()).isEqualTo(SECOND);
		QueueTimes both = before.plus(after);
		assertThat(both.events()).isEqualTo(3);
		assertThat(both.oldest()).isEqualTo(SECOND);
		assertThat(after.after(before).oldest()).isEqualTo(SECOND);
	}

	/**
	 * With more entries than there is room for, single times are no longer exact, but
	 * their sum and the oldest are.
	 */
	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5 })
	void keepsTheSumOfManySmallPortions(long seed) {
		Random random = new Random(seed);
		Deque<Long> expected = new ArrayDeque<>();
		double sum = 0;
		long done = 0;
		long now = 0;
		for (int step = 0; step < 5_000; step++) {
			now += random.nextInt(10) * MILLI;
			if (random.nextInt(100) < 60) {
				int events = 1 + random.nextInt(3);
				this.queue.add(events, now);
				for (int i = 0; i < events; i++) {
					expected.add(now);
				}
			}
			else {
				int events = Math.min(1 + random.nextInt(3), expected.size());
				this.queue.done(events, now);
				for (int i = 0; i < events; i++) {
					sum += now - expected.remove();
					done++;
				}
			}
		}
		while (!expected.isEmpty()) {
			sum += now - expected.remove();
			done++;
		}
		this.queue.done(Long.MAX_VALUE, now);
		QueueTimes times = this.queue.read(now);
		assertThat(times.events()).as("seed %d", seed).isEqualTo(done);
		assertThat((double) times.nanos()).as("seed %d", seed).isCloseTo(sum, within(sum / 1000));
		assertThat(times.oldest()).isZero();
	}

	@Test
	void keepsTheOldestExactAmongMany() {
		for (int i = 0; i < 10_000; i++) {
			this.queue.add(1, i * MILLI);
		}
		assertThat(this.queue.read(10 * SECOND).oldest()).isEqualTo(10 * SECOND);
	}

}
