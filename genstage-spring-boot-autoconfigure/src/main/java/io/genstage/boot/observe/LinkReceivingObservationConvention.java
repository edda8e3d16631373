package io.genstage.boot.observe;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names and keys of the observations of messages that have come by links. A bean of this
 * type replaces {@link DefaultLinkReceivingObservationConvention}.
 */
public interface LinkReceivingObservationConvention extends ObservationConvention<LinkReceivingObservationContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof LinkReceivingObservationContext;
	}

}
