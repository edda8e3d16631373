package io.genstage.intake;

import java.util.List;

/**
 * Decides how events come in to one run of a stage: when they are asked for, and in which
 * portions they are handled. What it decides it does by an {@link Inlet} and by
 * {@link Handling}.
 * <p>
 * Not thread-safe: used in the turns of the stage, but for {@link #held}.
 *
 * @param <E> the type of the events
 */
public interface Intake<E> {

	/**
	 * Returns whether it asks by a rule of its own, whatever the options of a
	 * subscription say.
	 */
	boolean asksByItself();

	/** The stage has started, so that any thread may want something of it. */
	default void started() {
	}

	/**
	 * A subscription begins; it may be asked by at once.
	 * @throws IllegalArgumentException if events of it can't be taken
	 */
	void subscribe(Inlet inlet);

	/**
	 * Some of what was wanted by a subscription is not going to be asked for, unless it
	 * is wanted again.
	 */
	void withdraw(Inlet inlet, long demand);

	/**
	 * Events that have been handled are to be handled again, and hold demand back until
	 * they are finished.
	 * @param change how many more there are of a subscription, or, if less than 0, fewer
	 */
	void unfinished(Inlet inlet, int change);

	/** The limits of the demand of a subscription have changed. */
	void retune(Inlet inlet);

	/**
	 * Events have come.
	 * @throws Exception what the handler has thrown
	 */
	void receive(Inlet inlet, List<E> events) throws Exception;

	/**
	 * A subscription has ended, and all its events have come.
	 * {@link Handling#ended(Inlet)} follows.
	 * @param last whether the stage ends with it in good order, so that everything is to
	 * be handled now
	 * @throws Exception what the handler has thrown
	 */
	void end(Inlet inlet, boolean last) throws Exception;

	/** Handles what waits only for more events. */
	void flush();

	/**
	 * No more events will come: {@link Handling#drained()} follows when all that is held
	 * has been handled.
	 * @throws Exception what the handler has thrown
	 */
	void drain() throws Exception;

	/**
	 * The stage stops in good order: handles all that is held, now.
	 * @throws Exception what the handler has thrown
	 */
	void finish() throws Exception;

	/**
	 * The stage stops, for whatever reason and before it learns of that itself: ends what
	 * is worked on beside its turns.
	 */
	default void endWork() {
	}

	/**
	 * Some time has passed, or a setting has changed, or it is the turn that was wanted.
	 * @throws Exception what the handler has thrown
	 */
	void wake() throws Exception;

	/**
	 * Returns what is worked on beside the turns of the stage now. Called from time to
	 * time: what is seen for the first time has lasted for no time.
	 * @param now the time
	 */
	default List<Lasting> lasting(long now) {
		return List.of();
	}

	/**
	 * Returns whether events are being worked on, so that the stage must not complete.
	 */
	default boolean isBusy() {
		return false;
	}

	/** Returns how many events may be worked on at once, or 0 if that is no question. */
	default int places() {
		return 0;
	}

	/** Returns how many of the places are taken. */
	default int placesTaken() {
		return 0;
	}

	/** Returns how many events have come and wait here. Any thread may ask. */
	long held();

	/**
	 * Lets go of what is held, which is lost with the stage, and
	 * {@linkplain Handling#left names} it.
	 */
	void close();

}
