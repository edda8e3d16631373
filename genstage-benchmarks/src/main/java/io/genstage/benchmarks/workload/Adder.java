package io.genstage.benchmarks.workload;

/**
 * What one consumer has added up.
 */
public final class Adder {

	private long sum;

	public void add(Long event) {
		this.sum += event;
	}

	/** Takes over what another one has added up, when both have ended. */
	public Adder plus(Adder other) {
		this.sum += other.sum;
		return this;
	}

	public long sum() {
		return this.sum;
	}

}
