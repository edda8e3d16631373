package io.genstage.rate;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import io.genstage.LincheckFaults;
import io.genstage.LincheckOrders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What two instances may do at the same time to the rate that they share, in the orders
 * that Lincheck tries.
 */
class RateAccountLincheckTests {

	/** Few, since each of them calculates much, and a lock leaves few orders to try. */
	private static final int INVOCATIONS = 50;

	/** Few orders of so long a test meet the fault; it ends with the first that does. */
	private static final int INVOCATIONS_FOR_A_FAULT = 2000;

	private static final RateLimit LIMIT = RateLimit.of(5, Duration.ofDays(1));

	/** What the threads of a test share. */
	private static @Nullable Object shared;

	/**
	 * Lets Lincheck see that threads share an object. On newer JDKs it doesn't by what a
	 * lambda holds, and then has no order to try.
	 */
	private static <T> T shared(T object) {
		shared = object;
		return object;
	}

	private static Runnable stage() {
		return () -> {
		};
	}

	@Test
	void letsTwoInstancesPassNoMoreThanTheBurstAndAllOfIt() {
		LincheckOrders.check(INVOCATIONS, () -> {
			RateAccount account = shared(new RateAccount(LIMIT));
			BucketShare one = account.join(stage(), 0);
			BucketShare other = account.join(stage(), 0);
			AtomicLong passed = new AtomicLong();
			inParallel(() -> passed.addAndGet(pass(account, one, 4)), () -> passed.addAndGet(pass(account, other, 4)));
			expect(passed.get() + account.want(one, 5, true, 0) == 5, "passed " + passed);
		});
	}

	@Test
	void losesNothingOfAnInstanceThatStopsMeanwhile() {
		LincheckOrders.check(INVOCATIONS, () -> {
			RateAccount account = shared(new RateAccount(LIMIT));
			Runnable stopping = stage();
			BucketShare one = account.join(stopping, 0);
			BucketShare other = account.join(stage(), 0);
			account.want(one, 5, true, 0);
			inParallel(() -> account.leave(stopping, one, 0), () -> account.want(other, 5, true, 0));
			expect(account.want(other, 5, true, 0) == 5, "passed less than the burst");
		});
	}

	@Test
	void usesTheLimitThatWasSetLast() {
		LincheckOrders.check(INVOCATIONS, () -> {
			RateAccount account = shared(new RateAccount(LIMIT));
			BucketShare one = account.join(stage(), 0);
			inParallel(() -> account.change(LIMIT.withBurst(2)), () -> account.want(one, 5, true, 0));
			expect(account.want(one, 5, true, 0) == 2, "passed more than the new burst");
		});
	}

	@Test
	void findsTheFaultOfABucketWithoutAnAccount() {
		LincheckFaults.assertFound("passed", INVOCATIONS_FOR_A_FAULT, () -> {
			SharedBucket bucket = shared(new SharedBucket(LIMIT, 0));
			BucketShare one = new BucketShare();
			BucketShare other = new BucketShare();
			bucket.add(one);
			bucket.add(other);
			AtomicLong passed = new AtomicLong();
			inParallel(() -> passed.addAndGet(pass(bucket, one, 4)), () -> passed.addAndGet(pass(bucket, other, 4)));
			expect(passed.get() + bucket.want(one, 5, true, 0) == 5, "passed " + passed);
		});
	}

	private static long pass(RateAccount account, BucketShare share, long events) {
		long granted = account.want(share, events, true, 0);
		account.take(share, granted, 0);
		return granted;
	}

	private static long pass(SharedBucket bucket, BucketShare share, long events) {
		long granted = bucket.want(share, events, true, 0);
		bucket.take(share, granted, 0);
		return granted;
	}

	private static void inParallel(Runnable one, Runnable other) {
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

	private static void expect(boolean holds, String otherwise) {
		if (!holds) {
			throw new IllegalStateException(otherwise);
		}
	}

}
