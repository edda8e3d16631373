package io.genstage.boot.autoconfigure;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Logs each further tenth of a source that is done, of those whose total is known. The
 * end is left to the line that sums up the run.
 */
final class ProgressLog implements ProgressOutput {

	private static final Log logger = LogFactory.getLog(ProgressLog.class);

	/** The tenths that were logged, by pipelines and their sources. */
	private final Map<String, Map<String, Integer>> logged = new ConcurrentHashMap<>();

	@Override
	public void show(String pipeline, List<SourceReading> sources) {
		Map<String, Integer> tenths = this.logged.computeIfAbsent(pipeline, (name) -> new HashMap<>());
		for (SourceReading source : sources) {
			int tenth = source.percent() / 10;
			if (tenth > tenths.getOrDefault(source.stage(), 0) && !source.progress().isComplete()) {
				tenths.put(source.stage(), tenth);
				logger.info("pipeline '%s', source '%s': %s".formatted(pipeline, source.stage(), source));
			}
		}
	}

	@Override
	public void end(String pipeline) {
		this.logged.remove(pipeline);
	}

}
