package io.genstage.boot.observe;

import java.util.List;

import io.genstage.StageObserver;
import io.micrometer.observation.ObservationView;

/**
 * What is known of a call of a handler in its observation.
 */
public final class HandlingObservationContext extends StageObservationContext {

	private final StageObserver.Call call;

	private final List<ObservationView> links;

	HandlingObservationContext(String pipeline, String stage, StageObserver.Call call, List<ObservationView> links) {
		super(pipeline, stage);
		this.call = call;
		this.links = List.copyOf(links);
	}

	/**
	 * Returns the name of the instance that handles the events.
	 * @return the name; that of the stage, if there is one instance
	 */
	public String getInstance() {
		return this.call.stage().name();
	}

	/**
	 * Returns which attempt this is.
	 * @return the number, from 1
	 */
	public int getAttempt() {
		return this.call.attempt();
	}

	/**
	 * Returns the events that the handler gets with this call. They may hold what must
	 * not be seen in a trace.
	 * @return the events, at least one
	 */
	public List<?> getEvents() {
		return this.call.events();
	}

	/**
	 * Returns the observations by which the events were sent, if these are several: the
	 * call belongs to none of them then.
	 * @return the observations, each once; none if there is a parent or nothing is known
	 */
	public List<ObservationView> getLinks() {
		return this.links;
	}

}
