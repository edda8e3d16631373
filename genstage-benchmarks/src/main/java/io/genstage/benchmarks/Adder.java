package io.genstage.benchmarks;

/**
 * What one consumer has added up.
 */
final class Adder {

	private long sum;

	void add(Long event) {
		this.sum += event;
	}

	/** Takes over what another one has added up, when both have ended. */
	Adder plus(Adder other) {
		this.sum += other.sum;
		return this;
	}

	long sum() {
		return this.sum;
	}

}
