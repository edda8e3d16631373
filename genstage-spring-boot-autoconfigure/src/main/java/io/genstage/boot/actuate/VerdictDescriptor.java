package io.genstage.boot.actuate;

import io.genstage.pipeline.PipelineVerdict;
import org.jspecify.annotations.Nullable;

/**
 * What limits a pipeline.
 *
 * @param kind what is the matter, one of {@link PipelineVerdict.Kind}
 * @param stage the stage that it is about, if it is about one
 * @param instance the instance of the stage that it is about, if it is about one
 * @param evidence what it is concluded from
 * @param knob what would help, if anything is known
 * @param sentence all of that in one sentence
 */
record VerdictDescriptor(String kind, @Nullable String stage, @Nullable String instance, String evidence,
		@Nullable String knob, String sentence) {

	static VerdictDescriptor of(PipelineVerdict verdict) {
		return new VerdictDescriptor(verdict.kind().name(), verdict.stage(), verdict.instance(), verdict.evidence(),
				verdict.knob(), verdict.sentence());
	}

}
