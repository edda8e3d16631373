package io.genstage.rate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

class SharedBucketTests {

	private static final long SECOND = Duration.ofSeconds(1).toNanos();

	private static final long GRACE = SharedBucket.GRACE_NANOS;

	private static SharedBucket bucket(long events, long burst) {
		return new SharedBucket(new RateLimit(events, Duration.ofSeconds(1), burst), 0);
	}

	private static BucketShare join(SharedBucket bucket) {
		BucketShare share = new BucketShare();
		bucket.add(share);
		return share;
	}

	@Nested
	class Dividing {

		private final SharedBucket bucket = bucket(4, 10);

		private final BucketShare a = join(this.bucket);

		private final BucketShare b = join(this.bucket);

		private void bothWant(long tokens) {
			this.bucket.want(this.a, 10, true, 0);
			this.bucket.take(this.a, 10, 0);
			this.bucket.want(this.a, tokens, true, 0);
			this.bucket.want(this.b, tokens, true, 0);
		}

		private long grantedToA(long now) {
			return this.bucket.want(this.a, 100, true, now);
		}

		private long grantedToB(long now) {
			return this.bucket.want(this.b, 100, true, now);
		}

		@Test
		void leavesAllToOneWhileTheOtherWantsNothing() {
			assertThat(grantedToA(0)).isEqualTo(10);
			assertThat(grantedToB(0)).isZero();
		}

		@Test
		void givesEqualPartsToThoseThatWant() {
			bothWant(100);
			assertThat(grantedToA(2 * SECOND)).isEqualTo(4);
			assertThat(this.b.granted()).isEqualTo(4);
		}

		@Test
		void givesWhatOneDoesNotWantToTheOther() {
			bothWant(1);
			assertThat(grantedToA(2 * SECOND)).isEqualTo(7);
			assertThat(this.b.granted()).isEqualTo(1);
		}

		@Test
		void letsWhatCanNotBeDividedGoAround() {
			bothWant(100);
			this.bucket.nanosUntil(this.a, 1, SECOND / 4);
			assertThat(List.of(this.a.granted(), this.b.granted())).containsExactlyInAnyOrder(1L, 0L);
			BucketShare first = (this.a.granted() == 1) ? this.a : this.b;
			this.bucket.take(first, 1, SECOND / 4);
			this.bucket.want(first, 100, true, SECOND / 4);
			this.bucket.nanosUntil(first, 1, SECOND / 2);
			assertThat(first.granted()).isZero();
			assertThat(this.a.granted() + this.b.granted()).isEqualTo(1);
		}

		@Test
		void freesWhatIsNotWantedAnyMore() {
			assertThat(grantedToA(0)).isEqualTo(10);
			assertThat(grantedToB(0)).isZero();
			this.bucket.want(this.a, 3, true, 0);
			assertThat(this.b.granted()).isEqualTo(7);
		}

		@Test
		void freesWhatIsLeftWhenEventsPass() {
			assertThat(grantedToA(0)).isEqualTo(10);
			assertThat(grantedToB(0)).isZero();
			this.bucket.take(this.a, 4, 0);
			assertThat(this.b.granted()).isEqualTo(6);
		}

		@Test
		void freesWhatOneHasThatGoes() {
			assertThat(grantedToA(0)).isEqualTo(10);
			this.bucket.remove(this.a);
			assertThat(grantedToB(0)).isEqualTo(10);
		}

		@Test
		void freesWhatIsNotUsedInTime() {
			grantedToA(0);
			grantedToB(0);
			assertThat(this.bucket.nanosUntil(this.b, 1, 0)).isEqualTo(GRACE);
			assertThat(this.bucket.nanosUntil(this.b, 1, GRACE - 1)).isEqualTo(1);
			assertThat(this.bucket.nanosUntil(this.b, 1, GRACE)).isZero();
			assertThat(this.b.granted()).isEqualTo(10);
		}

		@Test
		void givesNothingToOneThatDidNotUseItUntilItCan() {
			grantedToA(0);
			grantedToB(0);
			this.bucket.want(this.b, 2, true, GRACE);
			assertThat(this.bucket.want(this.a, 100, false, GRACE)).isZero();
			assertThat(this.bucket.nanosUntil(this.a, 1, GRACE)).isEqualTo(Long.MAX_VALUE);
			assertThat(grantedToA(GRACE)).isEqualTo(8);
		}

		@Test
		void keepsTheGrantOfOneThatIsAlone() {
			this.bucket.remove(this.b);
			grantedToA(0);
			assertThat(this.bucket.want(this.a, 100, false, 1000 * SECOND)).isEqualTo(10);
		}

		@Test
		void takesFromTheOthersWhatPassesUnasked() {
			grantedToA(0);
			this.bucket.want(this.a, 5, true, 0);
			grantedToB(0);
			this.bucket.take(this.a, 8, 0);
			assertThat(this.b.granted()).isEqualTo(2);
			this.bucket.take(this.a, 4, 0);
			assertThat(this.b.granted()).isZero();
			assertThat(grantedToB(SECOND)).isEqualTo(2);
		}

		@Test
		void followsAChangeForAll() {
			this.bucket.want(this.a, 5, true, 0);
			grantedToB(0);
			this.bucket.change(new RateLimit(4, Duration.ofSeconds(1), 4), 0);
			assertThat(this.a.granted() + this.b.granted()).isEqualTo(4);
		}

		@Test
		void looksAgainBeforeTheBucketIsFull() {
			SharedBucket small = bucket(4, 1);
			BucketShare one = join(small);
			BucketShare other = join(small);
			small.take(one, 1, 0);
			small.want(one, 1, true, 0);
			small.want(other, 1, true, 0);
			assertThat(small.nanosUntil(one, 1, 0)).isEqualTo(SECOND / 4);
			assertThat(small.nanosUntil(other, 1, 0)).isEqualTo(SECOND / 4);
		}

	}

	/**
	 * Instances that come, go, want and let pass what they may, at random. Beside them,
	 * one bucket counts as if there was one instance.
	 */
	@ParameterizedTest(name = "seed {0}")
	@MethodSource("seeds")
	void neitherGivesAwayNorLosesAToken(long seed) {
		Random random = new Random(seed);
		RateLimit limit = new RateLimit(1 + random.nextInt(1000), Duration.ofMillis(1 + random.nextInt(2000)),
				1 + random.nextInt(50));
		SharedBucket bucket = new SharedBucket(limit, 0);
		TokenBucket alone = new TokenBucket(limit, 0);
		List<BucketShare> shares = new ArrayList<>(List.of(join(bucket), join(bucket)));
		long now = 0;
		for (int step = 0; step < 2000; step++) {
			now += random.nextInt(4) * random.nextInt((int) GRACE);
			BucketShare share = shares.get(random.nextInt(shares.size()));
			switch (random.nextInt(8)) {
				case 0 -> shares.add(join(bucket));
				case 1 -> {
					if (shares.size() > 1) {
						bucket.remove(share);
						shares.remove(share);
					}
				}
				case 2 -> {
					limit = limit.withEvents(1 + random.nextInt(1000)).withBurst(1 + random.nextInt(50));
					bucket.change(limit, now);
					alone.change(limit, now);
				}
				case 3, 4 -> bucket.want(share, random.nextInt(60), random.nextBoolean(), now);
				default -> {
					long granted = bucket.want(share, random.nextInt(60), true, now);
					assertThat(granted).isLessThanOrEqualTo(alone.available(now));
					bucket.take(share, granted, now);
					alone.take(granted, now);
				}
			}
			assertThat(shares.stream().mapToLong(BucketShare::granted).sum()).isLessThanOrEqualTo(alone.available(now));
		}
		for (BucketShare share : shares) {
			bucket.want(share, 0, true, now);
		}
		assertThat(bucket.want(shares.get(0), Long.MAX_VALUE, true, now)).isEqualTo(alone.available(now));
	}

	/**
	 * They are asked in any order, some oftener than others.
	 */
	@ParameterizedTest(name = "seed {0}")
	@MethodSource("seeds")
	void givesThoseThatAlwaysWantTheSameToAToken(long seed) {
		Random random = new Random(seed);
		long burst = 1 + random.nextInt(20);
		SharedBucket bucket = bucket(1 + random.nextInt(500), burst);
		List<BucketShare> shares = IntStream.rangeClosed(1, 2 + random.nextInt(6))
			.mapToObj((i) -> join(bucket))
			.toList();
		long[] got = new long[shares.size()];
		bucket.take(shares.get(0), burst, 0);
		shares.forEach((share) -> bucket.want(share, Long.MAX_VALUE, true, 0));
		List<Integer> order = new ArrayList<>(IntStream.range(0, got.length).boxed().toList());
		long now = 0;
		for (int round = 0; round < 500; round++) {
			Collections.shuffle(order, random);
			for (int instance : order) {
				now += random.nextInt((int) GRACE / 16);
				for (int times = random.nextInt(3); times >= 0; times--) {
					BucketShare share = shares.get(instance);
					long granted = bucket.want(share, Long.MAX_VALUE, true, now);
					bucket.take(share, granted, now);
					got[instance] += granted;
					bucket.want(share, Long.MAX_VALUE, true, now);
				}
			}
		}
		for (int instance = 0; instance < got.length; instance++) {
			got[instance] += shares.get(instance).granted();
		}
		long most = Arrays.stream(got).max().orElseThrow();
		assertThat(Arrays.stream(got).boxed()).allMatch((tokens) -> tokens >= most - 1);
		assertThat(most).isPositive();
	}

	static List<Long> seeds() {
		return new Random(35).longs(100).boxed().toList();
	}

}
