package io.genstage.boot.observe;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names and keys of the observations of calls of handlers. A bean of this type replaces
 * {@link DefaultHandlingObservationConvention}.
 */
public interface HandlingObservationConvention extends ObservationConvention<HandlingObservationContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof HandlingObservationContext;
	}

}
