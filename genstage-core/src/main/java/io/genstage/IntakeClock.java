package io.genstage;

import io.genstage.intake.StageClock;
import org.jspecify.annotations.Nullable;

/**
 * The time of one run of a stage, and the messages that wake what needs to be looked at.
 */
final class IntakeClock implements StageClock {

	private final StageActor stage;

	/** Made when it is first set, as few stages need it. */
	private @Nullable Alarm alarm;

	IntakeClock(StageActor stage) {
		this.stage = stage;
	}

	@Override
	public long nanoTime() {
		return this.stage.nanoTime();
	}

	@Override
	public void wakeAt(long time) {
		if (this.alarm == null) {
			this.alarm = new Alarm(this.stage);
		}
		this.alarm.setFor(time);
	}

	@Override
	public void wake() {
		this.stage.self().tell(new WakeUp(this));
	}

	/** Returns whether a message that the stage got is to wake what belongs to this. */
	boolean wakesBy(Object message) {
		return (message instanceof WakeUp wakeUp && wakeUp.clock() == this)
				|| (this.alarm != null && this.alarm.isRungBy(message));
	}

	/**
	 * The message to the stage.
	 */
	private record WakeUp(IntakeClock clock) {
	}

}
