package io.genstage.kafka.crash;

import io.genstage.link.LinkListener;

/**
 * Hears nothing: what becomes of the broker is no concern here.
 */
final class Deaf implements LinkListener {

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
