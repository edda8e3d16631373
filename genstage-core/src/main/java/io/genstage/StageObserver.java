package io.genstage;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Surrounds what the stages of a {@link StageSystem} do with events: each call of a
 * handler, and each event that is put into a {@link io.genstage.source.EventQueue}. It
 * also decides what events carry from one to the other, such as the trace or the tenant
 * of whoever has sent them: a context, which the engine keeps with the event and looks at
 * in no way.
 * <p>
 * An event carries the context of its sender; an output that of the call that has made
 * it, and if that has none, of the event that it was made from.
 * <p>
 * The methods are called by any thread, at once for several stages, tasks and senders.
 * They hold these up as long as they take. What they throw is logged and changes nothing.
 */
public interface StageObserver {

	/**
	 * Returns whether calls whose events carry no context are of interest. If not,
	 * {@link #beginHandling} isn't called for them.
	 * @return always the same (default {@code true})
	 */
	default boolean observesAll() {
		return true;
	}

	/**
	 * A handler is going to be called: that of a consumer or producer-consumer, also in a
	 * task or for an event in flight, each attempt anew.
	 * @param call what is called
	 * @return what hears of its end, or {@code null} if nothing is to be done
	 */
	@Nullable Observed beginHandling(Call call);

	/**
	 * An event is going to be put into a queue, by this thread.
	 * @param queue the stage of the queue
	 * @param event the event
	 * @return what hears of its end, and has the context that the event is to carry; or
	 * {@code null} if nothing is to be done
	 */
	@Nullable Observed beginSending(StageRef queue, Object event);

	/**
	 * A call of a handler.
	 *
	 * @param stage the stage; an instance, if there are several of one
	 * @param events the events that the handler gets with this call, at least one; nobody
	 * may change the list
	 * @param attempt which attempt this is for them, at least 1; one that costs nothing
	 * has the number of the next one
	 * @param context the context that all of these events carry, or {@code null} if they
	 * carry none or several
	 * @param links the contexts that these events carry, each once and in the order of
	 * the events, if they don't all carry the same one; otherwise none
	 */
	record Call(StageRef stage, List<?> events, int attempt, @Nullable Object context, List<Object> links) {

		public Call {
			links = List.copyOf(links);
		}

	}

	/**
	 * What goes on between a beginning and an end.
	 */
	interface Observed {

		/**
		 * Returns what an event carries that is sent or emitted meanwhile. Called once,
		 * by the thread of the beginning and before the code of the user is called.
		 * @return the context, or {@code null} for none of its own
		 */
		@Nullable Object context();

		/**
		 * The code of the user has returned, or thrown. Called once, by the thread of the
		 * beginning: what was set there for the call has to be taken back now. What was
		 * begun may go on beside the thread until the {@linkplain #end end}.
		 */
		void leave();

		/**
		 * It is over. Called once, after {@link #leave}, by any thread.
		 * @param failure what has failed, or {@code null} if all went well. A list is
		 * failed if any of its events is; an event that the queue did not take, too
		 */
		void end(@Nullable Throwable failure);

	}

}
