package io.genstage;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

import io.genstage.buffer.EventList;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.DeliveryGroup;
import io.genstage.log.StageLog;
import org.jspecify.annotations.Nullable;

/**
 * A call of a handler that somebody observes, who never disturbs it.
 */
final class ObservedCall {

	private static final System.Logger logger = StageLog.of(ObservedCall.class);

	private final StageObserver.Observed observed;

	private final @Nullable Object context;

	/** Touched by the thread of the call, and then by whoever ends it. */
	private boolean left;

	private boolean ended;

	private ObservedCall(StageObserver.Observed observed) {
		this.observed = observed;
		this.context = contextOf(observed);
	}

	/**
	 * Begins to observe a call.
	 * @param events the events
	 * @param carried the same as they came, in which case deliveries may be among them
	 * @return the call, or null if it is not to be observed
	 */
	static @Nullable ObservedCall begin(StageObserver observer, StageRef stage, List<?> events, List<?> carried,
			int attempt) {
		try {
			boolean carrying = EventList.hasDelivery(carried);
			Object context = carrying ? Delivery.contextOf(carried.get(0)) : null;
			boolean same = !carrying || haveAll(carried, context);
			if (same && context == null && !observer.observesAll()) {
				return null;
			}
			StageObserver.Observed observed = observer.beginHandling(new StageObserver.Call(stage, events, attempt,
					same ? context : null, same ? List.of() : contexts(carried)));
			return (observed != null) ? new ObservedCall(observed) : null;
		}
		catch (Exception | LinkageError ex) {
			log(observer, ex);
			return null;
		}
	}

	@SuppressWarnings("ReferenceEquality") // what an event carries is the engine's own to
											// compare
	private static boolean haveAll(List<?> carried, @Nullable Object context) {
		for (Object event : carried) {
			if (Delivery.contextOf(event) != context) {
				return false;
			}
		}
		return true;
	}

	private static List<Object> contexts(List<?> events) {
		Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
		List<Object> contexts = new ArrayList<>();
		for (Object event : events) {
			Object context = Delivery.contextOf(event);
			if (context != null && seen.add(context)) {
				contexts.add(context);
			}
		}
		return contexts;
	}

	private static @Nullable Object contextOf(StageObserver.Observed observed) {
		try {
			return observed.context();
		}
		catch (Exception | LinkageError ex) {
			log(observed, ex);
			return null;
		}
	}

	/** Returns an output as an event that carries the context of the call. */
	Object carrying(Object output) {
		return (this.context != null) ? Delivery.carrying(output, this.context) : output;
	}

	/** Returns an output as a child of its event that carries the context of the call. */
	Object child(Delivery<?> parent, Object output) {
		return parent.with(output, this.context);
	}

	/** Returns an output as one of several events, with the context of the call. */
	Object child(DeliveryGroup parent, Object output) {
		return parent.with(output, this.context);
	}

	/** The handler has returned or thrown. */
	void leave() {
		if (!this.left) {
			this.left = true;
			try {
				this.observed.leave();
			}
			catch (Exception | LinkageError ex) {
				log(this.observed, ex);
			}
		}
	}

	/** The call is over, and the handler has left if it has not done so before. */
	void end(@Nullable Throwable failure) {
		if (this.ended) {
			return;
		}
		leave();
		this.ended = true;
		try {
			this.observed.end(failure);
		}
		catch (Exception | LinkageError ex) {
			log(this.observed, ex);
		}
	}

	private static void log(Object observer, Throwable failure) {
		logger.log(Level.WARNING, () -> "observer %s failed".formatted(observer.getClass().getName()), failure);
	}

}
