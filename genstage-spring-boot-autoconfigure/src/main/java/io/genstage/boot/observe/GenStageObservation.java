package io.genstage.boot.observe;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * The observations of stages and links.
 */
public enum GenStageObservation implements ObservationDocumentation {

	/**
	 * A call of a handler: with one event, or with the events of a list. Each attempt is
	 * one of its own. Of what a handler has begun, it lasts until that is over.
	 */
	HANDLE {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultHandlingObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return ofStages();
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return HighCardinality.values();
		}

	},

	/**
	 * An event that is put into an {@code EventQueue}, with the time that the sender has
	 * waited for room.
	 */
	EMIT {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultEmittingObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return ofStages();
		}

	},

	/**
	 * A message that is sent by a link, until the engine has confirmed it. Its headers
	 * carry the trace to the other end.
	 */
	LINK_SEND {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultLinkSendingObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return new KeyName[] { LowCardinality.LINK, LowCardinality.OUTCOME };
		}

	},

	/**
	 * A message that has come by a link. It is over at once, and is the parent of what
	 * handles the message.
	 */
	LINK_RECEIVE {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultLinkReceivingObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return new KeyName[] { LowCardinality.LINK };
		}

	};

	private static KeyName[] ofStages() {
		return new KeyName[] { LowCardinality.PIPELINE, LowCardinality.STAGE, LowCardinality.OUTCOME };
	}

	/**
	 * Keys with few values, which are tags of meters too.
	 */
	public enum LowCardinality implements KeyName {

		/**
		 * The name of the pipeline, or {@code none} for a stage that belongs to none.
		 */
		PIPELINE {

			@Override
			public String asString() {
				return "pipeline";
			}

		},

		/**
		 * The name of the stage, the same for all of its instances; of an event that is
		 * emitted, that of the queue.
		 */
		STAGE {

			@Override
			public String asString() {
				return "stage";
			}

		},

		/**
		 * {@code success}, {@code failure}, or {@code unknown} as long as it goes on.
		 */
		OUTCOME {

			@Override
			public String asString() {
				return "outcome";
			}

		},

		/**
		 * The name of the link, which is that of the stage whose events travel.
		 */
		LINK {

			@Override
			public String asString() {
				return "link";
			}

		}

	}

	/**
	 * Keys with many values, which are seen in traces only.
	 */
	public enum HighCardinality implements KeyName {

		/**
		 * The name of the instance.
		 */
		INSTANCE {

			@Override
			public String asString() {
				return "genstage.instance";
			}

		},

		/**
		 * Which attempt this is for its events, from 1.
		 */
		ATTEMPT {

			@Override
			public String asString() {
				return "genstage.attempt";
			}

		},

		/**
		 * How many events the handler gets with this call.
		 */
		EVENTS {

			@Override
			public String asString() {
				return "genstage.events";
			}

		}

	}

}
