package io.genstage.boot.observe;

import io.micrometer.common.KeyValues;

/**
 * The names and keys of {@link GenStageObservation#EMIT}, unless an application has
 * others.
 */
public class DefaultEmittingObservationConvention implements EmittingObservationConvention {

	@Override
	public String getName() {
		return "genstage.emit";
	}

	@Override
	public String getContextualName(EmittingObservationContext context) {
		return "emit " + context.getStage();
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(EmittingObservationContext context) {
		return KeyValues.of(GenStageObservation.LowCardinality.PIPELINE.withValue(context.getPipeline()),
				GenStageObservation.LowCardinality.STAGE.withValue(context.getStage()),
				GenStageObservation.LowCardinality.OUTCOME.withValue(context.getOutcome()));
	}

}
