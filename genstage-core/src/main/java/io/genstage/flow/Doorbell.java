package io.genstage.flow;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Calls a stage to look at what other threads have laid down for it: by one message to
 * itself, however often the bell is rung before the stage answers it.
 */
final class Doorbell {

	/*
	 * The stage answers before it looks. What is laid down afterwards rings again; the
	 * other way round it could be laid down after the look and ring before the answer,
	 * and nobody would ever see it (FlowLincheckTests finds the schedule).
	 */

	private final AtomicBoolean ringing = new AtomicBoolean();

	private final Consumer<Object> stage;

	/**
	 * Creates a bell that nobody has rung.
	 * @param stage sends the stage a message, which is the bell itself
	 */
	Doorbell(Consumer<Object> stage) {
		this.stage = stage;
	}

	/** Called by any thread after it has laid something down. */
	void ring() {
		if (!this.ringing.get() && this.ringing.compareAndSet(false, true)) {
			this.stage.accept(this);
		}
	}

	/** Called by the stage before it looks. */
	void answer() {
		this.ringing.set(false);
	}

}
