package io.genstage.boot.observe;

import io.micrometer.common.KeyValues;

/**
 * The names and keys of {@link GenStageObservation#LINK_RECEIVE}, unless an application
 * has others.
 */
public class DefaultLinkReceivingObservationConvention implements LinkReceivingObservationConvention {

	@Override
	public String getName() {
		return "genstage.link.receive";
	}

	@Override
	public String getContextualName(LinkReceivingObservationContext context) {
		return "receive " + context.getLink();
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(LinkReceivingObservationContext context) {
		return KeyValues.of(GenStageObservation.LowCardinality.LINK.withValue(context.getLink()));
	}

}
