package io.genstage.demand;

/**
 * Leaves all asking to the user, and each message whole.
 */
public enum ManualDemand implements ConsumerDemand {

	INSTANCE;

	@Override
	public int batchSize() {
		return Integer.MAX_VALUE;
	}

	@Override
	public int receive(int events) {
		return 0;
	}

	@Override
	public void withdraw(long demand) {
		// It counts nothing.
	}

	@Override
	public void retune(int maxDemand, int minDemand) {
		// It has none.
	}

	@Override
	public int begin() {
		return 0;
	}

	@Override
	public int refill() {
		return 0;
	}

	@Override
	public int replenish(int handled) {
		return 0;
	}

	@Override
	public int unfinished(int change) {
		return 0;
	}

}
