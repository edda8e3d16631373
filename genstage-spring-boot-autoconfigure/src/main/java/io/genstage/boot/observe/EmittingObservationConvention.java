package io.genstage.boot.observe;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names and keys of the observations of events that are put into queues. A bean of this
 * type replaces {@link DefaultEmittingObservationConvention}.
 */
public interface EmittingObservationConvention extends ObservationConvention<EmittingObservationContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof EmittingObservationContext;
	}

}
