package io.genstage.link;

import io.genstage.StageRef;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link io.genstage.StageObserver} implements, too, if what events carry is to
 * travel by links: the trace of their sender, for instance, as headers of their messages.
 * Without it, what an event carries ends at the sending end.
 * <p>
 * The methods are called by any thread, at once for several ends. They hold these up as
 * long as they take. What they throw is logged and changes nothing.
 */
public interface LinkObserver {

	/**
	 * A message is going to be sent, by this thread, within the observed call with its
	 * event. Each attempt is one of its own.
	 * @param sender the stage at the sending end
	 * @param link the link
	 * @param message the message
	 * @return the message as it is to be sent, and what hears of its end; or {@code null}
	 * if nothing is to be done
	 */
	@Nullable Sending beginSending(StageRef sender, LinkDefinition link, LinkMessage message);

	/**
	 * A message has come.
	 * @param receiver the stage at the receiving end
	 * @param link the link
	 * @param message the message, of which nobody knows who has sent it
	 * @return what its event is to carry, or {@code null} for nothing
	 */
	@Nullable Object received(StageRef receiver, LinkDefinition link, LinkMessage message);

	/**
	 * A message that is on its way to the engine.
	 */
	interface Sending {

		/**
		 * Returns the message with the headers that it is to have. Called once, by the
		 * thread of the beginning.
		 * @return the message
		 */
		LinkMessage message();

		/**
		 * The engine has the message, or it could not be sent. Called once, by any
		 * thread.
		 * @param failure why it could not be sent, or {@code null} if it is confirmed
		 */
		void end(@Nullable Throwable failure);

	}

}
