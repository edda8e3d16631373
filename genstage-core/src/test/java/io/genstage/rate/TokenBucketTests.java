package io.genstage.rate;

import java.time.Duration;
import java.util.Random;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class TokenBucketTests {

	private static final long SECOND = Duration.ofSeconds(1).toNanos();

	private static final long DAY = Duration.ofDays(1).toNanos();

	private static TokenBucket bucket(long events, Duration period, long burst) {
		return new TokenBucket(new RateLimit(events, period, burst), 0);
	}

	@Nested
	class Filling {

		private final TokenBucket bucket = bucket(4, Duration.ofSeconds(1), 6);

		@Test
		void beginsWithAFullBurst() {
			assertThat(this.bucket.available(0)).isEqualTo(6);
		}

		@Test
		void goesOnWithTime() {
			this.bucket.take(6, 0);
			assertThat(this.bucket.available(SECOND / 4 - 1)).isZero();
			assertThat(this.bucket.available(SECOND / 4)).isEqualTo(1);
			assertThat(this.bucket.available(SECOND)).isEqualTo(4);
		}

		@Test
		void savesUpNoMoreThanTheBurst() {
			this.bucket.take(1, 0);
			assertThat(this.bucket.available(1000 * SECOND)).isEqualTo(6);
			this.bucket.take(6, 0);
			assertThat(this.bucket.available(1000 * SECOND)).isZero();
		}

		@Test
		void countsTheTimeBeforeATokenIsTaken() {
			this.bucket.take(6, 1000 * SECOND);
			assertThat(this.bucket.available(1000 * SECOND)).isZero();
		}

		@Test
		void savesUpNoPartOfATokenBeyondTheBurst() {
			this.bucket.take(1, 0);
			assertThat(this.bucket.available(SECOND / 4 + SECOND / 8)).isEqualTo(6);
			this.bucket.take(1, 0);
			assertThat(this.bucket.available(SECOND / 2 + SECOND / 8 - 1)).isEqualTo(5);
			assertThat(this.bucket.available(SECOND / 2 + SECOND / 8)).isEqualTo(6);
		}

		@Test
		void makesUpForWhatHasPassedTooEarly() {
			this.bucket.take(10, 0);
			assertThat(this.bucket.available(SECOND)).isZero();
			assertThat(this.bucket.available(SECOND + SECOND / 4)).isEqualTo(1);
		}

		@Test
		void isNotConfusedByTimeThatGoesBack() {
			this.bucket.take(6, 0);
			assertThat(this.bucket.available(SECOND)).isEqualTo(4);
			assertThat(this.bucket.available(0)).isEqualTo(4);
			assertThat(this.bucket.available(SECOND + SECOND / 4)).isEqualTo(5);
		}

		@Test
		void goesOnWhenTheTimeOverflows() {
			TokenBucket old = new TokenBucket(RateLimit.of(4, Duration.ofSeconds(1)), Long.MAX_VALUE - SECOND / 4);
			old.take(4, Long.MAX_VALUE - SECOND / 4);
			assertThat(old.available(Long.MIN_VALUE + SECOND / 4 - 1)).isEqualTo(2);
		}

	}

	@Nested
	class Waiting {

		@Test
		void takesAsLongAsTheMissingTokens() {
			TokenBucket bucket = bucket(4, Duration.ofSeconds(1), 6);
			assertThat(bucket.nanosUntil(6, 0)).isZero();
			assertThat(bucket.nanosUntil(0, 0)).isZero();
			bucket.take(6, 0);
			assertThat(bucket.nanosUntil(1, 0)).isEqualTo(SECOND / 4);
			assertThat(bucket.nanosUntil(3, SECOND / 8)).isEqualTo(SECOND / 2 + SECOND / 8);
		}

		@Test
		void endsExactlyWhenTheTokensAreThere() {
			Random random = new Random(3);
			for (int round = 0; round < 10_000; round++) {
				long now = random.nextInt(1000);
				TokenBucket bucket = new TokenBucket(
						new RateLimit(1 + random.nextInt(50), Duration.ofNanos(1 + random.nextInt(50)), 20), now);
				bucket.take(random.nextInt(60), 0);
				bucket.available(now += random.nextInt(20));
				int wanted = 1 + random.nextInt(20);
				long nanos = bucket.nanosUntil(wanted, now);
				if (nanos > 0) {
					assertThat(bucket.available(now + nanos - 1)).isLessThan(wanted);
				}
				assertThat(bucket.available(now + nanos)).isGreaterThanOrEqualTo(wanted);
			}
		}

	}

	@Nested
	class OverALongTime {

		@ParameterizedTest
		@ValueSource(longs = { 1, 3, 7, 999_999_937, 1_000_000_000 })
		void isExact(long events) {
			long period = SECOND + 7;
			TokenBucket bucket = bucket(events, Duration.ofNanos(period), Long.MAX_VALUE / 2);
			bucket.take(Long.MAX_VALUE / 2, 0);
			Random random = new Random(events);
			long now = 0;
			while (now < 1000 * period) {
				now = Math.min(now + 1 + random.nextInt((int) (period / 3)), 1000 * period);
				bucket.available(now);
			}
			assertThat(bucket.available(now)).isEqualTo(1000 * events);
		}

		@Test
		void neverLetsMoreThanTheBurstAndTheRatePass() {
			TokenBucket bucket = bucket(7, Duration.ofNanos(100), 5);
			Random random = new Random(5);
			long now = 0;
			long passed = 0;
			for (int step = 0; step < 10_000; step++) {
				long take = bucket.available(now);
				bucket.take(take, now);
				passed += take;
				assertThat(passed).isLessThanOrEqualTo(5 + 7 * now / 100);
				now += random.nextInt(30);
			}
			passed += bucket.available(now);
			assertThat(passed).as("taken so often that none is lost").isEqualTo(5 + 7 * now / 100);
		}

	}

	@Nested
	class AbsurdNumbers {

		@Test
		void oneInADay() {
			TokenBucket bucket = bucket(1, Duration.ofDays(1), 1);
			bucket.take(1, 0);
			assertThat(bucket.nanosUntil(1, 0)).isEqualTo(DAY);
			assertThat(bucket.available(DAY - 1)).isZero();
			assertThat(bucket.available(DAY)).isEqualTo(1);
		}

		@Test
		void aBillionInASecond() {
			TokenBucket bucket = bucket(1_000_000_000, Duration.ofSeconds(1), 1_000_000_000);
			bucket.take(1_000_000_000, 0);
			assertThat(bucket.available(1)).isEqualTo(1);
			assertThat(bucket.nanosUntil(1000, 1)).isEqualTo(999);
			assertThat(bucket.available(SECOND)).isEqualTo(1_000_000_000);
			assertThat(bucket.portion()).isEqualTo(10_000_000);
		}

		@Test
		void asManyAsThereAreNumbersInANanosecond() {
			TokenBucket bucket = bucket(Long.MAX_VALUE, Duration.ofNanos(1), Long.MAX_VALUE);
			bucket.take(Long.MAX_VALUE, 0);
			assertThat(bucket.available(0)).isZero();
			assertThat(bucket.available(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
			assertThat(bucket.portion()).isEqualTo(Long.MAX_VALUE / 2);
		}

		@Test
		void aTimeThatNobodyLivesToSee() {
			TokenBucket bucket = bucket(1, Duration.ofDays(365), Long.MAX_VALUE);
			bucket.take(Long.MAX_VALUE, 0);
			assertThat(bucket.nanosUntil(Long.MAX_VALUE, 0)).isEqualTo(Long.MAX_VALUE);
		}

	}

	@Nested
	class ChangingTheLimit {

		private final TokenBucket bucket = bucket(4, Duration.ofSeconds(1), 6);

		@Test
		void keepsWhatIsSavedUp() {
			this.bucket.take(4, 0);
			this.bucket.change(new RateLimit(100, Duration.ofSeconds(1), 100), 0);
			assertThat(this.bucket.available(0)).isEqualTo(2);
			assertThat(this.bucket.available(SECOND / 100)).isEqualTo(3);
		}

		@Test
		void cutsWhatIsMoreThanTheBurst() {
			this.bucket.change(new RateLimit(4, Duration.ofSeconds(1), 1), 0);
			assertThat(this.bucket.available(0)).isEqualTo(1);
		}

		@Test
		void keepsTheOldRateForTheTimeBeforeIt() {
			this.bucket.take(6, 0);
			this.bucket.change(RateLimit.of(8, Duration.ofSeconds(1)), SECOND / 2);
			assertThat(this.bucket.available(SECOND)).isEqualTo(2 + 4);
		}

		@Test
		void keepsAPartOfAToken() {
			this.bucket.take(6, 0);
			this.bucket.change(RateLimit.of(1, Duration.ofDays(1)), SECOND / 8);
			assertThat(this.bucket.nanosUntil(1, SECOND / 8)).isEqualTo(DAY / 2);
		}

	}

	@Test
	void bothersNobodyForLessThanTenMillisecondsOrHalfABurst() {
		assertThat(bucket(10, Duration.ofSeconds(1), 10).portion()).isEqualTo(1);
		assertThat(bucket(1000, Duration.ofSeconds(1), 1000).portion()).isEqualTo(10);
		assertThat(bucket(1000, Duration.ofSeconds(1), 8).portion()).isEqualTo(4);
		assertThat(bucket(1000, Duration.ofSeconds(1), 1).portion()).isEqualTo(1);
	}

}
