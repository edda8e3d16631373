package io.genstage;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The one next moment at which a stage has something to do. It may be set as often as the
 * stage likes: a timer is only started if none is waiting that goes off early enough.
 *
 * <pre>{@code
 * public void onInfo(Object message) {
 *     if (this.alarm.isRungBy(message)) {
 *         // Look at the time and do what is due; then set the alarm for what is next.
 *     }
 * }
 * }</pre>
 *
 * Not thread-safe: used by the stage's callbacks.
 */
public final class Alarm {

	private final StageContext context;

	/** The ring that comes next. */
	private @Nullable Ring next;

	/**
	 * Creates an alarm that is not set.
	 * @param context the context of the run of the stage that is to get it
	 */
	public Alarm(StageContext context) {
		this.context = context;
	}

	/**
	 * Sees to it that the stage gets this alarm at some time at the latest. It may come
	 * earlier, for a time that was set before.
	 * @param time when, by {@link StageContext#nanoTime()}; at once if that has passed
	 */
	public void setFor(long time) {
		if (this.next != null && this.next.time() - time <= 0) {
			return;
		}
		this.next = new Ring(this, time);
		this.context.tellLater(Duration.ofNanos(Math.max(time - this.context.nanoTime(), 0)), this.next);
	}

	/**
	 * Returns whether a message that the stage got is this alarm going off.
	 * @param message the message
	 * @return {@code true} if it is; to be asked once for each message
	 */
	public boolean isRungBy(Object message) {
		if (!(message instanceof Ring ring) || ring.alarm() != this) {
			return false;
		}
		if (ring.equals(this.next)) {
			this.next = null;
		}
		return true;
	}

	/**
	 * The message to the stage.
	 */
	private record Ring(Alarm alarm, long time) {
	}

}
