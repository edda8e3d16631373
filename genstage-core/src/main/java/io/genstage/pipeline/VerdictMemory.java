package io.genstage.pipeline;

/**
 * Keeps the verdict from following each burst: another one takes its place when two
 * windows in a row have said so. Facts count at once.
 */
final class VerdictMemory {

	private PipelineVerdict current = PipelineVerdict.UNKNOWN;

	private PipelineVerdict next = PipelineVerdict.UNKNOWN;

	/** Returns the verdict that holds, after a window that says this. */
	PipelineVerdict take(PipelineVerdict latest) {
		boolean holds = latest.kind().isFact() || latest.isSameAs(this.current) || latest.isSameAs(this.next);
		if (holds) {
			this.current = latest;
		}
		else if (this.current.kind().isFact()) {
			// A fact is no fact any more at once, too.
			this.current = PipelineVerdict.UNKNOWN;
		}
		this.next = latest;
		return this.current;
	}

	/** Returns the verdict that holds. */
	PipelineVerdict current() {
		return this.current;
	}

}
