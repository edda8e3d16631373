package io.genstage.jdbc.autoconfigure;

import io.genstage.source.SourceUnavailableException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.SmartLifecycle;

/**
 * Looks at tables before the stages start that need them, so that an application whose
 * tables can't be used doesn't start. While the database can't be reached nothing is
 * known of them: then they are looked at when they are used first.
 */
final class StartupTableCheck implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(StartupTableCheck.class);

	private final String tables;

	private final Runnable check;

	/**
	 * Creates a check.
	 * @param tables what they are for
	 * @param check looks at them
	 */
	StartupTableCheck(String tables, Runnable check) {
		this.tables = tables;
		this.check = check;
	}

	@Override
	public void start() {
		try {
			this.check.run();
		}
		catch (SourceUnavailableException ex) {
			logger.info("The tables of %s are looked at later, since the database can't be reached (%s)"
				.formatted(this.tables, ex.getCause()));
		}
	}

	@Override
	public void stop() {
	}

	/** There is nothing to stop. */
	@Override
	public boolean isRunning() {
		return false;
	}

	/** Before all stages, in whichever phase they are. */
	@Override
	public int getPhase() {
		return Integer.MIN_VALUE;
	}

}
