package io.genstage.boot.observe;

/**
 * What is known of an event that is put into a queue in its observation.
 */
public final class EmittingObservationContext extends StageObservationContext {

	private final Object event;

	EmittingObservationContext(String pipeline, String stage, Object event) {
		super(pipeline, stage);
		this.event = event;
	}

	/**
	 * Returns the event. It may hold what must not be seen in a trace.
	 * @return the event
	 */
	public Object getEvent() {
		return this.event;
	}

}
