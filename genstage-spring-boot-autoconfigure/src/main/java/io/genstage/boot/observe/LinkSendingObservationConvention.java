package io.genstage.boot.observe;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names and keys of the observations of messages that are sent by links. A bean of this
 * type replaces {@link DefaultLinkSendingObservationConvention}.
 */
public interface LinkSendingObservationConvention extends ObservationConvention<LinkSendingObservationContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof LinkSendingObservationContext;
	}

}
