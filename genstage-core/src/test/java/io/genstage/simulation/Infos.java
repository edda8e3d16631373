package io.genstage.simulation;

import java.util.ArrayDeque;
import java.util.Queue;

import io.genstage.StageStatus;

/**
 * The messages that a stage is told. Each has to arrive once and in its order, and some
 * of them behind the events that were there before them.
 */
final class Infos {

	private final SimulatedStage stage;

	private final Queue<Plain> plain = new ArrayDeque<>();

	private final Queue<BehindEvents> behindEvents = new ArrayDeque<>();

	private int told;

	Infos(SimulatedStage stage) {
		this.stage = stage;
	}

	void tell() {
		Plain info = new Plain(this.told++);
		this.plain.add(info);
		this.stage.ref().tell(info);
	}

	void tellBehindEvents() {
		BehindEvents info = new BehindEvents(this.told++);
		this.stage.ref().tellBehindEvents(info).thenRun(() -> place(info));
	}

	/** Called by the stage's turn in which the message gets its place. */
	private void place(BehindEvents info) {
		StageStatus status = this.stage.ref().status();
		info.received = status.in() + status.queued();
		info.emitted = this.stage.emitted();
		this.behindEvents.add(info);
	}

	/**
	 * Called by a stage that is about to emit what comes of received events. Messages
	 * that stand behind these events stand behind what comes of them, too.
	 */
	void emitting(long events) {
		if (this.behindEvents.isEmpty()) {
			return;
		}
		long handled = this.stage.ref().status().in();
		for (BehindEvents info : this.behindEvents) {
			if (info.received > handled) {
				info.emitted = this.stage.emitted() + events;
			}
		}
	}

	/**
	 * Called by the stage with whatever it is told; returns whether it was one of these.
	 */
	boolean arrived(Object message) {
		if (message instanceof Plain) {
			expect(message, this.plain.poll());
			return true;
		}
		if (message instanceof BehindEvents info) {
			expect(message, this.behindEvents.poll());
			this.stage.violations()
				.unless(this.stage.ref().status().in() >= info.received && !this.stage.keepsAnyOfFirst(info.emitted),
						() -> "%s: %s overtook events".formatted(this.stage, info));
			return true;
		}
		return false;
	}

	private void expect(Object message, Object expected) {
		this.stage.violations()
			.unless(message == expected, () -> "%s was told %s instead of %s".formatted(this.stage, message, expected));
	}

	/** Checks, at rest, that nothing is on its way that could have arrived. */
	void checkNoneIsLost() {
		StageStatus status = this.stage.ref().status();
		if (status.isRunning()) {
			this.stage.violations()
				.unless(this.plain.isEmpty()
						&& (this.behindEvents.isEmpty() || status.buffered() + status.queued() > 0),
						() -> "%s was not told %s, %s".formatted(this.stage, this.plain, this.behindEvents));
		}
	}

	/**
	 * A message for now.
	 */
	private record Plain(int number) {
	}

	/**
	 * A message for later, with the events that have to go before it.
	 */
	private static final class BehindEvents {

		private final int number;

		/** Events that have to be handled first. */
		private long received;

		/** Events that have to be handed on first. */
		private long emitted;

		BehindEvents(int number) {
			this.number = number;
		}

		@Override
		public String toString() {
			return "info %d behind %d received and %d emitted events".formatted(this.number, this.received,
					this.emitted);
		}

	}

}
