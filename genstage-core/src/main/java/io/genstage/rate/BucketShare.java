package io.genstage.rate;

/**
 * What one instance of a stage wants and has of the tokens of the stage.
 */
final class BucketShare {

	private long wanted;

	private long granted;

	private long grantedSince;

	private boolean idle;

	long granted() {
		return this.granted;
	}

	/**
	 * Returns whether the instance has not used what it was granted, and gets nothing
	 * until it shows that it can.
	 */
	boolean isIdle() {
		return this.idle;
	}

	/** Wants so many tokens, including those granted; the rest of these is free. */
	void want(long tokens) {
		this.wanted = tokens;
		this.granted = Math.min(this.granted, tokens);
	}

	void wake() {
		this.idle = false;
	}

	/** Returns how many tokens it may get besides those granted. */
	long missing() {
		return this.idle ? 0 : this.wanted - this.granted;
	}

	void grant(long tokens, long now) {
		if (this.granted == 0) {
			this.grantedSince = now;
		}
		this.granted += tokens;
	}

	void revoke(long tokens) {
		this.granted -= tokens;
	}

	/** Wants nothing until it says so again; what is granted is free. */
	void settle() {
		this.wanted = 0;
		this.granted = 0;
		this.idle = false;
	}

	/** Returns how long the grant is kept, 0 or less if that is over. */
	long nanosLeft(long grace, long now) {
		return grace - (now - this.grantedSince);
	}

	void lapse() {
		this.granted = 0;
		this.idle = true;
	}

}
