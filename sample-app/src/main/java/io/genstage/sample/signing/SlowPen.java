package io.genstage.sample.signing;

import java.time.Duration;

import io.genstage.sample.switchboard.Switch;
import io.genstage.sample.switchboard.Switchboard;

/**
 * A pen that needs the same time for each book.
 * <p>
 * It stands for slow work, such as a call of a remote service, so it sleeps. A stage may
 * block: it holds up itself and nobody else, and asks for more when it is done.
 *
 * @param properties how long it needs
 * @param switches whether it needs longer than usual
 */
record SlowPen(SigningProperties properties, Switchboard switches) implements Pen {

	@Override
	public void sign(Reader reader) throws InterruptedException {
		Duration pace = this.switches.isOn(Switch.SLOW_AUTHOR) ? this.properties.slowPace() : this.properties.pace();
		Thread.sleep(pace.toMillis()); // the slow author
	}

}
