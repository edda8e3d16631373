package io.genstage.boot.actuate;

import java.util.stream.Stream;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.docs.MeterDocumentation;
import org.jspecify.annotations.Nullable;

/**
 * The meters of stages.
 */
enum GenStageMeters implements MeterDocumentation {

	/** Events that the stage has handled. */
	IN("genstage.events.in", Meter.Type.COUNTER, "Events that the stage has handled", Tag.STAGE, Tag.KIND),

	/** Events that the stage has emitted. */
	OUT("genstage.events.out", Meter.Type.COUNTER, "Events that the stage has emitted", Tag.STAGE, Tag.KIND),

	/** Events that the stage has lost. */
	DISCARDED("genstage.events.discarded", Meter.Type.COUNTER, "Events that the stage has lost", Tag.STAGE, Tag.KIND),

	/** How often the stage was going to try again with an event. */
	RETRIED("genstage.events.retried", Meter.Type.COUNTER, "How often the stage was going to try again", Tag.STAGE,
			Tag.KIND),

	/** How many outcomes came for events that were already settled. */
	LATE("genstage.events.late", Meter.Type.COUNTER, "Outcomes that were reported for events already settled",
			Tag.STAGE, Tag.KIND),

	/** Events that the stage is done with, by what has become of them. */
	SETTLED("genstage.events.settled", Meter.Type.COUNTER, "Events that the stage is done with", Tag.STAGE, Tag.KIND,
			Tag.OUTCOME),

	/** Received events that wait to be handled. */
	QUEUED("genstage.events.queued", Meter.Type.GAUGE, "Received events that wait to be handled", Tag.STAGE, Tag.KIND),

	/** Emitted events that wait for demand. */
	BUFFERED("genstage.events.buffered", Meter.Type.GAUGE, "Emitted events that wait for demand", Tag.STAGE, Tag.KIND),

	/** Accepted events that wait inside the stage. */
	BACKLOG("genstage.events.backlog", Meter.Type.GAUGE, "Accepted events that wait inside the stage", Tag.STAGE,
			Tag.KIND),

	/** Events that the stage would lose if it stopped now. */
	HELD("genstage.events.held", Meter.Type.GAUGE, "Events that the stage would lose if it stopped now", Tag.STAGE,
			Tag.KIND),

	/** Events that the stage waits for. */
	DEMAND("genstage.demand", Meter.Type.GAUGE, "events", "Events that the stage waits for", Tag.STAGE, Tag.PRODUCER),

	/** Dead letters of the stage. */
	DEAD_LETTERS("genstage.dead.letters", Meter.Type.GAUGE,
			"Events that the stage could not handle, kept as dead letters", Tag.STAGE, Tag.KIND, Tag.STATUS),

	/** Whether the stage is in a state. */
	STATE("genstage.state", Meter.Type.GAUGE, "Whether the stage is in this state", Tag.STAGE, Tag.KIND, Tag.STATE),

	/** What the instances of the stage have spent their time on. */
	TIME("genstage.time", Meter.Type.COUNTER, "seconds", "Time that the instances of the stage have spent", Tag.STAGE,
			Tag.KIND, Tag.STATE),

	/** How long events take to handle. */
	HANDLING("genstage.handling", Meter.Type.TIMER, "Time that timed events have taken", Tag.STAGE, Tag.KIND),

	/** How long events are in the stage. */
	QUEUE_TIME("genstage.queue.time", Meter.Type.TIMER,
			"Time from when events were sent to the stage until it was done with them", Tag.STAGE, Tag.KIND),

	/** How many events were in the stage no longer than a bound. */
	QUEUE_WITHIN("genstage.queue.within", Meter.Type.COUNTER,
			"Events that the stage was done with within so many seconds", Tag.STAGE, Tag.KIND, Tag.BOUND),

	/** The age of the oldest event with which the stage is not done. */
	QUEUE_OLDEST("genstage.queue.oldest", Meter.Type.GAUGE, "seconds",
			"Time since the oldest event was sent to the stage with which it is not done", Tag.STAGE, Tag.KIND),

	/** Whether the stage limits its pipeline. */
	LIMITING("genstage.limiting", Meter.Type.GAUGE, "Whether the stage limits its pipeline", Tag.STAGE, Tag.KIND),

	/** Part of a finite source that is done. */
	PROGRESS("genstage.progress", Meter.Type.GAUGE, "Part of the source that is done, from 0 to 1", Tag.STAGE,
			Tag.KIND),

	/** Messages of a link that were delivered to this application and are not settled. */
	LINK_UNSETTLED("genstage.link.unsettled", Meter.Type.GAUGE, "messages",
			"Messages that the link has delivered and that are not settled", Tag.STAGE, Tag.LINK, Tag.TYPE),

	/** Messages of a link that wait at its engine. */
	LINK_BACKLOG("genstage.link.backlog", Meter.Type.GAUGE, "messages", "Messages of the link that wait at its engine",
			Tag.STAGE, Tag.LINK, Tag.TYPE),

	/** Messages of a link that were rejected here. */
	LINK_REJECTED("genstage.link.rejected", Meter.Type.COUNTER, "messages", "Messages of the link that were rejected",
			Tag.STAGE, Tag.LINK, Tag.TYPE),

	/** Messages of a link that were settled when the engine had taken them back. */
	LINK_STALE("genstage.link.stale", Meter.Type.COUNTER, "messages",
			"Messages of the link that were settled when the engine had taken them back", Tag.STAGE, Tag.LINK,
			Tag.TYPE),

	/** Messages of a link that were handled before, and left out. */
	LINK_REPEATED("genstage.link.repeated", Meter.Type.COUNTER, "messages",
			"Messages of the link that came again when they were handled, and were left out", Tag.STAGE, Tag.LINK,
			Tag.TYPE),

	/** Rejected messages that the engine of a link keeps. */
	LINK_REJECTED_KEPT("genstage.link.rejected.kept", Meter.Type.GAUGE, "messages",
			"Rejected messages of the link that its engine keeps", Tag.STAGE, Tag.LINK, Tag.TYPE);

	private final String name;

	private final Meter.Type type;

	private final @Nullable String baseUnit;

	private final String description;

	@SuppressWarnings("ImmutableEnumChecker") // nobody gets the array
	private final Tag[] tags;

	GenStageMeters(String name, Meter.Type type, String description, Tag... tags) {
		this(name, type, null, description, tags);
	}

	/*
	 * No base unit where the name says "events" already: Prometheus would say it twice.
	 */
	GenStageMeters(String name, Meter.Type type, @Nullable String baseUnit, String description, Tag... tags) {
		this.name = name;
		this.type = type;
		this.baseUnit = baseUnit;
		this.description = description;
		this.tags = tags;
	}

	@Override
	public String getName() {
		return this.name;
	}

	@Override
	public Meter.Type getType() {
		return this.type;
	}

	@Override
	public @Nullable String getBaseUnit() {
		return this.baseUnit;
	}

	/** Returns what it measures. */
	String description() {
		return this.description;
	}

	@Override
	public KeyName[] getKeyNames() {
		return Stream.of(this.tags).toArray(KeyName[]::new);
	}

	/**
	 * The tags of meters.
	 */
	enum Tag implements KeyName {

		/** The name of the stage. */
		STAGE("stage"),

		/** The kind of the stage. */
		KIND("kind"),

		/** The name of the stage that is waited for. */
		PRODUCER("producer"),

		/** What has become of events. */
		OUTCOME("outcome"),

		/** What has become of dead letters. */
		STATUS("status"),

		/** A state of the stage, or what it spends its time on. */
		STATE("state"),

		/** The name of a link. */
		LINK("link"),

		/** What carries a link. */
		TYPE("type"),

		/** A bound in seconds, named as in histograms of Prometheus. */
		BOUND("le");

		private final String key;

		Tag(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

	}

}
