package io.genstage;

import org.jspecify.annotations.Nullable;

/**
 * Something that any thread may set for a stage, before it is started or while it runs.
 * It stays over a restart.
 *
 * <pre>{@code
 * public void onStart(StageContext context) {
 *     this.limit.tellChangesTo(context.self());
 *     use(this.limit.get());
 * }
 *
 * public void onInfo(Object message) {
 *     if (this.limit.isChangedBy(message)) {
 *         use(this.limit.get());
 *     }
 * }
 * }</pre>
 *
 * @param <T> the type of the value, immutable
 */
public final class LiveSetting<T> {

	/*
	 * Who changes the value writes it and then looks for a stage to notify; a stage that
	 * starts shows itself and then reads the value. So it either is notified of the
	 * change or begins with it.
	 */
	private volatile T value;

	private volatile @Nullable StageRef stage;

	/**
	 * Creates a setting.
	 * @param value the first value
	 */
	public LiveSetting(T value) {
		this.value = value;
	}

	/**
	 * Returns the value. Any thread may ask.
	 * @return what was set last
	 */
	public T get() {
		return this.value;
	}

	/**
	 * Changes the value and notifies the running stage, if there is one. Any thread may
	 * do so.
	 * @param value the new value
	 */
	public void set(T value) {
		this.value = value;
		StageRef running = this.stage;
		if (running != null) {
			running.tell(new Changed(this));
		}
	}

	/**
	 * Notes which stage to notify of changes. To be called before the stage reads the
	 * value for the first time.
	 * @param running the stage that starts
	 */
	public void tellChangesTo(StageRef running) {
		this.stage = running;
	}

	/**
	 * Returns whether a message that the stage got says that this setting has changed.
	 * @param message the message
	 * @return {@code true} if the value is to be read again
	 */
	public boolean isChangedBy(Object message) {
		return message instanceof Changed changed && changed.setting() == this;
	}

	/**
	 * The message to the stage.
	 */
	private record Changed(LiveSetting<?> setting) {
	}

}
