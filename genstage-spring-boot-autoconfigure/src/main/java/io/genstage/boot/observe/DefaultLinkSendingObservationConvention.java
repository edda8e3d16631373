package io.genstage.boot.observe;

import io.micrometer.common.KeyValues;

/**
 * The names and keys of {@link GenStageObservation#LINK_SEND}, unless an application has
 * others.
 */
public class DefaultLinkSendingObservationConvention implements LinkSendingObservationConvention {

	@Override
	public String getName() {
		return "genstage.link.send";
	}

	@Override
	public String getContextualName(LinkSendingObservationContext context) {
		return "send " + context.getLink();
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(LinkSendingObservationContext context) {
		return KeyValues.of(GenStageObservation.LowCardinality.LINK.withValue(context.getLink()),
				GenStageObservation.LowCardinality.OUTCOME.withValue(context.getOutcome()));
	}

}
