package io.genstage.boot.autoconfigure;

import java.util.List;

/**
 * Where it is shown how far sources have come. Called by one thread at a time for each
 * pipeline.
 */
interface ProgressOutput {

	/**
	 * Shows how far the sources of a pipeline have come.
	 * @param pipeline the pipeline's name
	 * @param sources its sources that say so, at least one
	 */
	void show(String pipeline, List<SourceReading> sources);

	/** Forgets a pipeline that doesn't run any more. */
	void end(String pipeline);

}
