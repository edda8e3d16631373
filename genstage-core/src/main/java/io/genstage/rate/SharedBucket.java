package io.genstage.rate;

import java.util.ArrayList;
import java.util.List;

import io.genstage.dispatch.Demand;

/**
 * The tokens of a stage, and which of its instances may use them.
 * <p>
 * A token that is granted stays in the bucket until an event passes. So grants count as
 * saved up, and all instances together keep to the limit that the bucket keeps to. What
 * is free goes to those that want more, equally; what can't be divided goes around.
 * Instances that want more than they get differ by one token, whoever asks first or
 * oftenest.
 * <p>
 * A grant is for the next events to pass. What they leave of it is free again, and so is
 * the grant of an instance that lets none pass for {@link #GRACE_NANOS}: its producer has
 * nothing, or its handler is busy. Such an instance would fill the bucket and so stop the
 * others. It gets nothing until it shows that it can use it.
 */
final class SharedBucket {

	/** How long an unused grant is kept from others that are there. */
	static final long GRACE_NANOS = 100_000_000;

	private final TokenBucket bucket;

	private final List<BucketShare> shares = new ArrayList<>();

	/** Who is the first to get what can't be divided. */
	private int turn;

	/** Creates a full bucket. */
	SharedBucket(RateLimit limit, long now) {
		this.bucket = new TokenBucket(limit, now);
	}

	void add(BucketShare share) {
		this.shares.add(share);
	}

	/** Removes a share, whose grant is free. */
	void remove(BucketShare share) {
		this.shares.remove(share);
	}

	/**
	 * Says what an instance wants, and lets go of what it doesn't want any more.
	 * @param share the share of the instance
	 * @param tokens how many it could use, including those granted
	 * @param able whether it is known to have use for them, as for events in hand
	 * @param now the time
	 * @return how many are granted to it
	 */
	long want(BucketShare share, long tokens, boolean able, long now) {
		if (able) {
			share.wake();
		}
		share.want(tokens);
		divide(now);
		return share.granted();
	}

	/**
	 * Takes tokens for events that pass, also such as are not granted, or not there yet.
	 * The instance then wants nothing until it says so again.
	 */
	void take(BucketShare share, long events, long now) {
		if (events > 0) {
			share.settle();
			this.bucket.take(events, now);
			divide(now);
		}
	}

	/**
	 * Returns how long it takes until it is worth while to look whether so many tokens
	 * are granted: 0 if they are, and {@link Long#MAX_VALUE} if that depends on other
	 * things than time.
	 */
	long nanosUntil(BucketShare share, long tokens, long now) {
		divide(now);
		long missing = tokens - share.granted();
		if (missing <= 0) {
			return 0;
		}
		if (share.isIdle()) {
			return Long.MAX_VALUE;
		}
		long granted = granted();
		long nanos = this.bucket.nanosUntil(Demand.add(granted, together(missing, granted)), now);
		for (BucketShare other : this.shares) {
			if (other != share && other.granted() > 0) {
				nanos = Math.min(nanos, other.nanosLeft(GRACE_NANOS, now));
			}
		}
		return nanos;
	}

	/**
	 * Returns after how many tokens for all of them one that misses some is to look: as
	 * late as may be, but before the bucket is full, and after a portion for all.
	 */
	private long together(long missing, long granted) {
		int sharers = 0;
		for (BucketShare share : this.shares) {
			sharers += (share.missing() > 0) ? 1 : 0;
		}
		if (sharers <= 1) {
			return missing;
		}
		long most = Math.max(Math.min(this.bucket.portion(), this.bucket.burst() - granted), 1);
		return (missing < most / sharers) ? missing * sharers : most;
	}

	/**
	 * Returns how many tokens an instance waits for before somebody is bothered.
	 */
	long portion() {
		return Math.max(this.bucket.portion() / Math.max(this.shares.size(), 1), 1);
	}

	void change(RateLimit limit, long now) {
		this.bucket.change(limit, now);
		divide(now);
	}

	/** Divides what there is among those that want it. */
	private void divide(long now) {
		if (this.shares.size() > 1) {
			lapse(now);
		}
		else {
			this.shares.forEach(BucketShare::wake);
		}
		long free = this.bucket.available(now) - granted();
		if (free < 0) {
			revoke(-free);
		}
		while (free > 0) {
			List<BucketShare> wanting = inTurn().stream().filter((share) -> share.missing() > 0).toList();
			if (wanting.isEmpty()) {
				return;
			}
			free -= grant(wanting, free, now);
		}
	}

	private void lapse(long now) {
		for (BucketShare share : this.shares) {
			if (share.granted() > 0 && share.nanosLeft(GRACE_NANOS, now) <= 0) {
				share.lapse();
			}
		}
	}

	/** Grants some of the free tokens, the same number to each that misses so many. */
	private long grant(List<BucketShare> wanting, long free, long now) {
		long each = free / wanting.size();
		long granted = 0;
		for (BucketShare share : wanting) {
			long tokens = Math.min(Math.min(Math.max(each, 1), share.missing()), free - granted);
			if (tokens > 0) {
				share.grant(tokens, now);
				granted += tokens;
				if (each == 0) {
					this.turn = this.shares.indexOf(share) + 1;
				}
			}
		}
		return granted;
	}

	/** Takes back what is not there: more has passed than was granted. */
	private void revoke(long excess) {
		long left = excess;
		while (left > 0) {
			List<BucketShare> holding = this.shares.stream().filter((share) -> share.granted() > 0).toList();
			long each = Math.max(left / holding.size(), 1);
			for (BucketShare share : holding) {
				long tokens = Math.min(Math.min(each, share.granted()), left);
				share.revoke(tokens);
				left -= tokens;
			}
		}
	}

	private List<BucketShare> inTurn() {
		int first = Math.min(this.turn, this.shares.size());
		List<BucketShare> order = new ArrayList<>(this.shares.subList(first, this.shares.size()));
		order.addAll(this.shares.subList(0, first));
		return order;
	}

	private long granted() {
		long sum = 0;
		for (BucketShare share : this.shares) {
			sum += share.granted();
		}
		return sum;
	}

}
