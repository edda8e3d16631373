package io.genstage.pipeline;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What limits a pipeline, why, and what could be changed about it. It holds for some time
 * and doesn't follow each burst: another one has to be right for two windows in a row,
 * unless it is a plain fact, such as a stage that has failed.
 *
 * @param kind what is the matter
 * @param stage the stage that it is about, or {@code null} if it is about none
 * @param instance the instance of the stage that it is about, or {@code null} if it is
 * about all
 * @param evidence what it is concluded from, as a part of a sentence
 * @param knob the setting or operation that would help, such as {@code concurrency}, or
 * {@code null} if there is none
 * @see Pipeline#verdict()
 */
public record PipelineVerdict(Kind kind, @Nullable String stage, @Nullable String instance, String evidence,
		@Nullable String knob) {

	/** Nothing is known yet. */
	static final PipelineVerdict UNKNOWN = new PipelineVerdict(Kind.UNKNOWN, null, null,
			"it has not been looked at for long enough", null);

	/**
	 * Returns whether something keeps events from going faster, or at all.
	 * @return {@code true} if it names a stage that does
	 */
	public boolean isLimited() {
		return this.stage != null;
	}

	/**
	 * Returns the verdict in one sentence.
	 * @return for example {@code 'store' is the limit: it is handling 97 % of the time,
	 * while 'parse' waits for it 88 % of the time; concurrency would help}
	 */
	public String sentence() {
		String subject = (this.stage != null) ? "'%s' ".formatted(this.stage) : "";
		String advice = (this.knob != null) ? "; %s would help".formatted(this.knob) : "";
		return subject + this.kind.text + ": " + this.evidence + advice;
	}

	/** Returns whether it says the same of the same, whatever the evidence is. */
	boolean isSameAs(PipelineVerdict other) {
		return this.kind == other.kind && Objects.equals(this.stage, other.stage)
				&& Objects.equals(this.instance, other.instance);
	}

	@Override
	public String toString() {
		return sentence();
	}

	/**
	 * What is the matter with a pipeline.
	 */
	public enum Kind {

		/** It has not been looked at for long enough. */
		UNKNOWN("not known yet", false),

		/** It has not been started, or has ended. */
		NOT_RUNNING("not running", true),

		/** A stage has failed and is not started again. */
		FAILED("has failed", true),

		/** Somebody has paused a stage. */
		PAUSED("is paused", true),

		/**
		 * A stage pauses, since everything it does fails alike, and tries with one event
		 * from time to time.
		 */
		OUTAGE("pauses for an outage", true),

		/** A stage spends its time on being started again. */
		RESTARTING("is restarted again and again", false),

		/** A stage can do no more than it does, and others wait for it. */
		STAGE("is the limit", false),

		/** One instance of a stage can do no more, while another one has little to do. */
		SKEW("is skewed", false),

		/** One consumer holds up the others of a broadcast. */
		BROADCAST("holds up a broadcast", false),

		/** A stage may do no more by its rate. */
		RATE("is held by its rate", false),

		/**
		 * Events wait at a stage, others have asked it for events, and nobody does
		 * anything.
		 */
		STALLED("does not go on", false),

		/** The stages wait for the events of a source. */
		SOURCE("is a slow source", false),

		/** No event is under way. */
		IDLE("idle", false),

		/** Events are under way, and nothing keeps them from going faster. */
		NOTHING("nothing is the limit", false);

		private final String text;

		private final boolean fact;

		Kind(String text, boolean fact) {
			this.text = text;
			this.fact = fact;
		}

		/** Returns whether it holds from the first look at it. */
		boolean isFact() {
			return this.fact;
		}

	}

}
