package io.genstage.trial.link;

import io.genstage.link.LinkListener;

/**
 * Hears nothing: what becomes of the engine is no concern here.
 */
public final class Deaf implements LinkListener {

	@Override
	public void interrupted(Throwable cause) {
	}

	@Override
	public void recovered() {
	}

	@Override
	public void failed(Throwable cause) {
	}

}
