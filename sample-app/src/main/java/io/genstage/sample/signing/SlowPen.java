package io.genstage.sample.signing;

import java.time.Duration;

/**
 * A pen that needs the same time for each book.
 * <p>
 * It stands for slow work, such as a call of a remote service, so it sleeps. A stage may
 * block: it holds up itself and nobody else, and asks for more when it is done.
 *
 * @param pace the time for one book
 */
record SlowPen(Duration pace) implements Pen {

	@Override
	public void sign(Reader reader) throws InterruptedException {
		Thread.sleep(this.pace.toMillis());
	}

}
