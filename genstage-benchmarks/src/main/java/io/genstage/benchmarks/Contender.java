package io.genstage.benchmarks;

import java.util.Locale;
import java.util.function.Function;

/**
 * Everything that is measured, with its settings and the reason for them.
 */
public enum Contender {

	STAGES(Kind.OURS, "1000/500, default executor", "what a user gets", StageRun::onDefaultExecutor),

	STAGES_POOL(Kind.OURS, "1000/500, a pool with a thread per processor", "the executor of the hand-off",
			StageRun::onPool),

	PIPELINE(Kind.OURS, "1000/500, default executor", "the engine with supervision", PipelineRun::new),

	HANDOFF_POOL(Kind.LIMIT, "arrays of 500, two per link, a pool with a thread per processor",
			"the limit: no errors, no cancellation, no demand but free slots", HandOffRun::onPool),

	HANDOFF_THREADS(Kind.LIMIT, "arrays of 500, two per link, a parked thread per stage", "the limit without a pool",
			HandOffRun::onThreads),

	QUEUE(Kind.PEER, "ArrayBlockingQueue(1024), a thread per stage", "plain Java", SingleQueueRun::new),

	QUEUE_BATCH(Kind.PEER, "ArrayBlockingQueue(2) of lists of 500, a thread per stage", "plain Java at its best",
			BatchQueueRun::new),

	SUBMISSION(Kind.PEER, "buffer 256, a thread per subscriber", "its default",
			(workload) -> new SubmissionPublisherRun(workload, 256)),

	SUBMISSION_1024(Kind.PEER, "buffer 1024, a thread per subscriber", "as many events under way as ours",
			(workload) -> new SubmissionPublisherRun(workload, 1024)),

	REACTOR(Kind.REACTIVE, "prefetch 256, a thread per stage", "its default prefetch",
			(workload) -> ReactorRun.onThreadsOfTheirOwn(workload, ReactorRun.DEFAULT_PREFETCH)),

	REACTOR_1024(Kind.REACTIVE, "prefetch 1024, a thread per stage", "its best for the pipe",
			(workload) -> ReactorRun.onThreadsOfTheirOwn(workload, 1024)),

	REACTOR_PARALLEL(Kind.REACTIVE, "prefetch 256, one parallel scheduler",
			"its default prefetch, and at its best for fan-out",
			(workload) -> ReactorRun.onSharedScheduler(workload, ReactorRun.DEFAULT_PREFETCH)),

	REACTOR_PARALLEL_1024(Kind.REACTIVE, "prefetch 1024, one parallel scheduler", "its best for most workloads",
			(workload) -> ReactorRun.onSharedScheduler(workload, 1024)),

	RXJAVA(Kind.REACTIVE, "buffer 128, a thread per stage", "its default buffer",
			(workload) -> RxJavaRun.onThreadsOfTheirOwn(workload, RxJavaRun.DEFAULT_BUFFER)),

	RXJAVA_1024(Kind.REACTIVE, "buffer 1024, a thread per stage", "its best for the chain",
			(workload) -> RxJavaRun.onThreadsOfTheirOwn(workload, 1024)),

	RXJAVA_COMPUTATION(Kind.REACTIVE, "buffer 128, computation scheduler", "its default, and at its best for fan-out",
			(workload) -> RxJavaRun.onComputation(workload, RxJavaRun.DEFAULT_BUFFER)),

	RXJAVA_COMPUTATION_1024(Kind.REACTIVE, "buffer 1024, computation scheduler", "its best for broadcast and partition",
			(workload) -> RxJavaRun.onComputation(workload, 1024));

	private final Kind kind;

	private final String settings;

	private final String reason;

	@SuppressWarnings("ImmutableEnumChecker") // only constructors, which capture nothing
	private final Function<Workload, Run> opener;

	Contender(Kind kind, String settings, String reason, Function<Workload, Run> opener) {
		this.kind = kind;
		this.settings = settings;
		this.reason = reason;
		this.opener = opener;
	}

	/** Sets the contender up; the caller closes it. */
	Run open(Workload workload) {
		return this.opener.apply(workload);
	}

	Kind kind() {
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
	String label() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/**
	 * What a contender is compared as.
	 */
	enum Kind {

		/** GenStage for Spring. */
		OURS,

		/** A bound: it does the hand-over and nothing else. */
		LIMIT,

		/** A library of reactive streams. */
		REACTIVE,

		/** Any other. */
		PEER

	}

}
