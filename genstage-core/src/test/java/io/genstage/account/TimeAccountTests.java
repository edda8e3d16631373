package io.genstage.account;

import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * What is read of an account, whoever writes and reads it when.
 */
class TimeAccountTests {

	private long now = 1_000;

	private int looks;

	private final TimeAccount account = new TimeAccount(() -> {
		this.looks++;
		return this.now;
	});

	private void pass(long nanos) {
		this.now += nanos;
	}

	@Nested
	class OfActivities {

		@Test
		void countsNoTimeBeforeTheFirst() {
			pass(50);
			assertThat(TimeAccountTests.this.account.read().spent()).isEqualTo(ActivityTimes.NONE);
			assertThat(TimeAccountTests.this.account.read().activity()).isNull();
		}

		@Test
		void countsTheTimeOfEach() {
			TimeAccount account = TimeAccountTests.this.account;
			account.enter(Activity.STARVED);
			pass(30);
			account.enter(Activity.HANDLING);
			pass(5);
			account.enter(Activity.BLOCKED);
			pass(2);
			account.enter(Activity.HANDLING);
			pass(1);
			ActivityTimes spent = account.read().spent();
			assertThat(spent.nanos(Activity.STARVED)).isEqualTo(30);
			assertThat(spent.nanos(Activity.HANDLING)).isEqualTo(6);
			assertThat(spent.nanos(Activity.BLOCKED)).isEqualTo(2);
			assertThat(spent.total()).isEqualTo(38);
		}

		@Test
		void showsWhatHangsAtOnce() {
			TimeAccount account = TimeAccountTests.this.account;
			account.enter(Activity.HANDLING);
			StageTimes before = account.read();
			pass(1_000_000_000);
			StageTimes window = account.read().since(before);
			assertThat(window.activity()).isEqualTo(Activity.HANDLING);
			assertThat(window.spent().share(Activity.HANDLING)).isEqualTo(1);
		}

		@Test
		void looksAtTheClockForAChangeOnly() {
			TimeAccount account = TimeAccountTests.this.account;
			account.enter(Activity.STARVED);
			int before = TimeAccountTests.this.looks;
			for (int time = 0; time < 100; time++) {
				account.enter(Activity.STARVED);
			}
			assertThat(TimeAccountTests.this.looks).isEqualTo(before);
			account.enter(Activity.HANDLING);
			assertThat(TimeAccountTests.this.looks).isEqualTo(before + 1);
		}

		@Test
		void countsNothingWhileNothingRuns() {
			TimeAccount account = TimeAccountTests.this.account;
			account.enter(Activity.HANDLING);
			pass(7);
			account.enter(null);
			pass(100);
			assertThat(account.read().spent().total()).isEqualTo(7);
			account.enter(Activity.RESTARTING);
			pass(3);
			assertThat(account.read().spent().total()).isEqualTo(10);
		}

		@ParameterizedTest
		@ValueSource(longs = { 1, 2, 3 })
		void sumsUpToTheTimeThatHasPassed(long seed) {
			TimeAccount account = TimeAccountTests.this.account;
			Random random = new Random(seed);
			account.enter(Activity.STARVED);
			long began = TimeAccountTests.this.now;
			StageTimes last = account.read();
			for (int step = 0; step < 10_000; step++) {
				pass(random.nextInt(1_000));
				account.enter(Activity.values()[random.nextInt(Activity.values().length)]);
				account.places(8, random.nextInt(9));
				StageTimes times = account.read();
				assertThat(times.spent().total()).as("seed %d", seed).isEqualTo(TimeAccountTests.this.now - began);
				assertThat(times.places().takenNanos()).isGreaterThanOrEqualTo(last.places().takenNanos());
				last = times;
			}
		}

	}

	@Nested
	class OfPlaces {

		@Test
		void isTheAreaOfPlacesAndTime() {
			TimeAccount account = TimeAccountTests.this.account;
			account.enter(Activity.STARVED);
			account.places(4, 2);
			StageTimes before = account.read();
			pass(100);
			account.places(4, 4);
			pass(50);
			StageTimes window = account.read().since(before);
			assertThat(window.places().takenNanos()).isEqualTo(400);
			assertThat(window.placeShare()).isEqualTo(400.0 / 600, within(1e-9));
			assertThat(window.busyShare()).isEqualTo(400.0 / 600, within(1e-9));
		}

	}

	@Nested
	class OfCalls {

		@Test
		void timesACallOfManyEventsByOneSample() {
			TimeAccount account = TimeAccountTests.this.account;
			account.begin(20);
			pass(2_000);
			account.endCall(20);
			assertThat(account.read().handling()).isEqualTo(new HandlingTimes(1, 0, 0, 20, 2_000, 1, 100, 10_000));
		}

		@Test
		void timesOneShortCallOf64() {
			TimeAccount account = TimeAccountTests.this.account;
			for (int call = 0; call < 640; call++) {
				account.begin(1);
				pass(1_000);
				account.endCall(1);
			}
			HandlingTimes handling = account.read().handling();
			assertThat(handling.calls()).isEqualTo(640);
			assertThat(handling.samples()).isEqualTo(10);
			assertThat(handling.mean()).isEqualTo(1_000);
			assertThat(handling.deviation()).isZero();
		}

		@Test
		void timesEachCallBehindALongOne() {
			TimeAccount account = TimeAccountTests.this.account;
			account.begin(1);
			pass(51_000);
			account.endCall(1);
			for (int call = 0; call < 10; call++) {
				account.begin(1);
				pass(60_000 + 20_000 * (call % 2));
				account.endCall(1);
			}
			HandlingTimes handling = account.read().handling();
			assertThat(handling.samples()).isEqualTo(11);
			assertThat(handling.timedNanos()).isEqualTo(51_000 + 5 * 60_000 + 5 * 80_000);
		}

		@Test
		void knowsHowTheyScatter() {
			TimeAccount account = TimeAccountTests.this.account;
			account.begin(16);
			pass(1_600_000);
			account.endCall(16);
			account.begin(1);
			pass(300_000);
			account.endCall(1);
			assertThat(account.read().handling().deviation()).isEqualTo(100_000, within(1e-6));
		}

		@Test
		void samplesOneOfSeveralFastCalls() {
			TimeAccount account = TimeAccountTests.this.account;
			account.begin(128);
			for (int call = 0; call < 128; call++) {
				boolean sampled = account.samplesNext();
				pass(500);
				if (sampled) {
					account.sample();
				}
			}
			account.endCalls(128);
			HandlingTimes handling = account.read().handling();
			assertThat(handling.calls()).isEqualTo(128);
			assertThat(handling.samples()).isEqualTo(2);
			assertThat(handling.sampleNanos()).isEqualTo(1_000);
			assertThat(handling.mean()).isEqualTo(500);
		}

		@Test
		void countsThoseThatFailApart() {
			TimeAccount account = TimeAccountTests.this.account;
			account.begin(16);
			pass(100);
			account.fail(true);
			account.fail(false);
			HandlingTimes handling = account.read().handling();
			assertThat(handling.calls()).isZero();
			assertThat(handling.failed()).isEqualTo(2);
			assertThat(handling.refused()).isEqualTo(1);
			assertThat(handling.mean()).isNaN();
		}

		@Test
		void addsUpWhatOtherThreadsHaveDone() {
			TimeAccount account = TimeAccountTests.this.account;
			account.besideEnded(3_000);
			account.besideEnded(5_000);
			account.besideFailed(false);
			HandlingTimes handling = account.read().handling();
			assertThat(handling).isEqualTo(new HandlingTimes(2, 1, 0, 2, 8_000, 2, 8_000, 34_000_000));
			assertThat(handling.deviation()).isEqualTo(1_000, within(1e-6));
		}

	}

	@Nested
	class WhileItIsWritten {

		/**
		 * The time is that of the writer, which goes on by one with each look of anybody.
		 */
		@Test
		void isReadAsOfOneMoment() throws InterruptedException {
			AtomicLong time = new AtomicLong();
			LongSupplier clock = time::incrementAndGet;
			TimeAccount account = new TimeAccount(clock);
			account.enter(Activity.STARVED);
			AtomicBoolean done = new AtomicBoolean();
			Thread writer = new Thread(() -> {
				Set<Activity> all = EnumSet.allOf(Activity.class);
				while (!done.get()) {
					all.forEach(account::enter);
				}
			});
			writer.start();
			try {
				StageTimes last = account.read();
				for (int read = 0; read < 20_000; read++) {
					long before = time.get();
					StageTimes times = account.read();
					long after = time.get();
					assertThat(times.spent().total()).isBetween(last.spent().total(), after);
					assertThat(times.spent().total()).isGreaterThanOrEqualTo(before - 3);
					for (Activity activity : Activity.values()) {
						assertThat(times.spent().nanos(activity)).isGreaterThanOrEqualTo(last.spent().nanos(activity));
					}
					last = times;
				}
			}
			finally {
				done.set(true);
				writer.join();
			}
		}

	}

}
