package io.genstage.benchmarks;

import java.util.Locale;
import java.util.function.Supplier;

import io.genstage.benchmarks.ours.StageLines;
import io.genstage.benchmarks.peer.HandOffLines;
import io.genstage.benchmarks.peer.JoxLines;
import io.genstage.benchmarks.peer.ReactorLines;
import io.genstage.benchmarks.peer.RxJavaLines;
import io.genstage.benchmarks.workload.Lines;
import io.genstage.benchmarks.workload.VirtualThreads;

/**
 * What runs a line of stages, and how it is set up.
 */
public enum LineContender {

	/** The engine as a user gets it. */
	STAGES(Contender.Kind.OURS, "1000/500, default executor", "what a user gets", StageLines::onDefaultExecutor),

	/** The engine on the executor of the hand-off. */
	STAGES_POOL(Contender.Kind.OURS, "1000/500, a pool with a thread per processor", "the executor of the hand-off",
			StageLines::onPool),

	/** The bound. */
	HANDOFF_POOL(Contender.Kind.LIMIT, "an array of one event, a pool with a thread per processor",
			"the limit: no errors, no cancellation, no demand but free slots", HandOffLines::new),

	/** Reactor. */
	REACTOR(Contender.Kind.REACTIVE, "publishOn with prefetch 256, one parallel scheduler",
			"its defaults; a thread per stage would be no faster, and is out of the question for 10,000",
			ReactorLines::new),

	/** RxJava. */
	RXJAVA(Contender.Kind.REACTIVE, "observeOn with buffer 128, computation scheduler",
			"its defaults; subscribed by a thread with a deep stack, since it subscribes by recursion",
			RxJavaLines::new),

	/** Jox. */
	JOX(Contender.Kind.PEER, "channels with 16 places, a virtual thread per stage", "its default; needs JDK 21",
			JoxLines::new);

	private final Contender.Kind kind;

	private final String settings;

	private final String reason;

	@SuppressWarnings("ImmutableEnumChecker") // only constructors, which capture nothing
	private final Supplier<Lines> opener;

	LineContender(Contender.Kind kind, String settings, String reason, Supplier<Lines> opener) {
		this.kind = kind;
		this.settings = settings;
		this.reason = reason;
		this.opener = opener;
	}

	/** Sets the contender up; the caller closes it. */
	Lines open() {
		return this.opener.get();
	}

	/** Tells whether this JVM has what it needs. */
	boolean isSupported() {
		return this != JOX || VirtualThreads.exist();
	}

	public Contender.Kind kind() {
		return this.kind;
	}

	String settings() {
		return this.settings;
	}

	/** Returns why it is set up like this. */
	String reason() {
		return this.reason;
	}

	/** Returns the name that a table shows. */
	public String label() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
