package io.genstage.boot.observe;

import io.micrometer.common.KeyValues;

/**
 * The names and keys of {@link GenStageObservation#HANDLE}, unless an application has
 * others.
 */
public class DefaultHandlingObservationConvention implements HandlingObservationConvention {

	@Override
	public String getName() {
		return "genstage.handle";
	}

	@Override
	public String getContextualName(HandlingObservationContext context) {
		return "handle " + context.getStage();
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(HandlingObservationContext context) {
		return KeyValues.of(GenStageObservation.LowCardinality.PIPELINE.withValue(context.getPipeline()),
				GenStageObservation.LowCardinality.STAGE.withValue(context.getStage()),
				GenStageObservation.LowCardinality.OUTCOME.withValue(context.getOutcome()));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(HandlingObservationContext context) {
		return KeyValues.of(GenStageObservation.HighCardinality.INSTANCE.withValue(context.getInstance()),
				GenStageObservation.HighCardinality.ATTEMPT.withValue(Integer.toString(context.getAttempt())),
				GenStageObservation.HighCardinality.EVENTS.withValue(Integer.toString(context.getEvents().size())));
	}

}
