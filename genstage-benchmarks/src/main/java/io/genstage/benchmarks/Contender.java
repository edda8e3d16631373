package io.genstage.benchmarks;

import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;

import io.genstage.benchmarks.ours.AnnotatedRun;
import io.genstage.benchmarks.ours.PipelineRun;
import io.genstage.benchmarks.ours.StageRun;
import io.genstage.benchmarks.peer.BatchQueueRun;
import io.genstage.benchmarks.peer.DisruptorRun;
import io.genstage.benchmarks.peer.HandOffRun;
import io.genstage.benchmarks.peer.MutinyRun;
import io.genstage.benchmarks.peer.PekkoRun;
import io.genstage.benchmarks.peer.ReactorRun;
import io.genstage.benchmarks.peer.RxJavaRun;
import io.genstage.benchmarks.peer.SingleQueueRun;
import io.genstage.benchmarks.peer.SpringIntegrationRun;
import io.genstage.benchmarks.peer.SubmissionPublisherRun;
import io.genstage.benchmarks.workload.VirtualThreads;
import io.genstage.benchmarks.workload.Workload;
import io.genstage.benchmarks.workload.WorkloadRun;

/**
 * Everything that is measured, with its settings and the reason for them.
 */
public enum Contender {

	STAGES(Kind.OURS, "1000/500, default executor", "what a user gets", StageRun::onDefaultExecutor),

	STAGES_POOL(Kind.OURS, "1000/500, a pool with a thread per processor", "the executor of the hand-off",
			StageRun::onPool),

	STAGES_COLLECTION(Kind.OURS, "1000/500, default executor, a source of a list", "a source whose elements are there",
			StageRun::fromCollection),

	STAGES_ITERATOR(Kind.OURS, "1000/500, default executor, a source of an iterator",
			"a source that might block, which is read beside its stage", StageRun::fromIterator),

	STAGES_ACKNOWLEDGED(Kind.OURS, "1000/500, default executor, each event carries its settlement",
			"a source that gets to know what has become of each event", StageRun::acknowledged),

	PIPELINE(Kind.OURS, "1000/500, default executor", "the engine with supervision", PipelineRun::new),

	ANNOTATED(Kind.OURS,
			"methods of lists in a Spring Boot application that stays up, default demand, virtual threads on, meters",
			"what a user of the starter gets", AnnotatedRun::ofLists, AnnotatedRun::supports),

	ANNOTATED_PER_EVENT(Kind.OURS, "the same with methods of one event", "the simplest handlers",
			AnnotatedRun::ofEvents, AnnotatedRun::supports),

	HANDOFF_POOL(Kind.LIMIT, "arrays of 500, two per link, a pool with a thread per processor",
			"the limit: no errors, no cancellation, no demand but free slots", HandOffRun::onPool),

	HANDOFF_THREADS(Kind.LIMIT, "arrays of 500, two per link, a parked thread per stage", "the limit without a pool",
			HandOffRun::onThreads),

	HANDOFF_VIRTUAL(Kind.LIMIT, "arrays of 500, two per link, a virtual thread per stage",
			"the limit with the threads of the default executor", HandOffRun::onVirtualThreads,
			(workload) -> VirtualThreads.exist()),

	QUEUE(Kind.PEER, "ArrayBlockingQueue(1024), a thread per stage", "plain Java", SingleQueueRun::ofBlockingQueues),

	QUEUE_BATCH(Kind.PEER, "ArrayBlockingQueue(2) of lists of 500, a thread per stage", "plain Java at its best",
			BatchQueueRun::new),

	JCTOOLS(Kind.PEER,
			"SpscArrayQueue(1024), for fan-out SpmcArrayQueue(1024); a thread per stage, 100 spins, then yield",
			"the fastest queues there are, if both processors may be kept busy", SingleQueueRun::ofJcTools),

	JOX(Kind.PEER, "channels of 16, a virtual thread per stage", "its default buffer",
			(workload) -> SingleQueueRun.ofJoxChannels(workload, 16), (workload) -> VirtualThreads.exist()),

	JOX_1024(Kind.PEER, "channels of 1024, a virtual thread per stage", "as many events under way as ours",
			(workload) -> SingleQueueRun.ofJoxChannels(workload, 1024), (workload) -> VirtualThreads.exist()),

	SUBMISSION(Kind.PEER, "buffer 256, a thread per subscriber", "its default",
			(workload) -> new SubmissionPublisherRun(workload, 256)),

	SUBMISSION_1024(Kind.PEER, "buffer 1024, a thread per subscriber", "as many events under way as ours",
			(workload) -> new SubmissionPublisherRun(workload, 1024)),

	DISRUPTOR_BLOCKING(Kind.PEER, "ring of 1024, a thread per stage, blocking wait strategy", "its default",
			DisruptorRun::blocking),

	DISRUPTOR_YIELDING(Kind.PEER, "ring of 1024, a thread per stage, yielding wait strategy",
			"faster, if processors may be kept busy", (workload) -> DisruptorRun.yielding(workload, 1)),

	DISRUPTOR_YIELDING_100(Kind.PEER, "the same, published a hundred at a time", "its best",
			(workload) -> DisruptorRun.yielding(workload, 100)),

	SPRING_INTEGRATION(Kind.PEER, "QueueChannel(1024), a polling endpoint per stage, no limit of messages per poll",
			"as many events under way as ours; a channel without queue has no asynchronous boundary with a bound",
			SpringIntegrationRun::new),

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
			(workload) -> RxJavaRun.onComputation(workload, 1024)),

	MUTINY(Kind.REACTIVE, "buffer 256, a thread per stage", "its default buffer",
			(workload) -> MutinyRun.onThreadsOfTheirOwn(workload, MutinyRun.DEFAULT_BUFFER), Contender::isNoFanOut),

	MUTINY_1024(Kind.REACTIVE, "buffer 1024, a thread per stage", "as many events under way as ours",
			(workload) -> MutinyRun.onThreadsOfTheirOwn(workload, 1024), Contender::isNoFanOut),

	MUTINY_POOL_1024(Kind.REACTIVE, "buffer 1024, a pool with a thread per processor",
			"what is best for Reactor and RxJava", (workload) -> MutinyRun.onPool(workload, 1024),
			Contender::isNoFanOut),

	PEKKO(Kind.REACTIVE, "input buffer 16, its default dispatcher", "its default",
			(workload) -> new PekkoRun(workload, PekkoRun.DEFAULT_BUFFER)),

	PEKKO_1024(Kind.REACTIVE, "input buffer 1024, its default dispatcher", "as many events under way as ours",
			(workload) -> new PekkoRun(workload, 1024));

	private final Kind kind;

	private final String settings;

	private final String reason;

	@SuppressWarnings("ImmutableEnumChecker") // only constructors, which capture nothing
	private final Function<Workload, WorkloadRun> opener;

	@SuppressWarnings("ImmutableEnumChecker") // captures nothing either
	private final Predicate<Workload> condition;

	Contender(Kind kind, String settings, String reason, Function<Workload, WorkloadRun> opener) {
		this(kind, settings, reason, opener, (workload) -> true);
	}

	Contender(Kind kind, String settings, String reason, Function<Workload, WorkloadRun> opener,
			Predicate<Workload> condition) {
		this.kind = kind;
		this.settings = settings;
		this.reason = reason;
		this.opener = opener;
		this.condition = condition;
	}

	/** Tells whether it has an equivalent of a workload, and on this JVM. */
	boolean supports(Workload workload) {
		return this.condition.test(workload);
	}

	/**
	 * Sets the contender up; the caller closes it.
	 * @throws UnsupportedOperationException if it does not {@linkplain #supports support}
	 * the workload
	 */
	WorkloadRun open(Workload workload) {
		if (!supports(workload)) {
			throw new UnsupportedOperationException(
					"%s has no equivalent of %s, or none on this JVM".formatted(this, workload));
		}
		return this.opener.apply(workload);
	}

	public Kind kind() {
		return this.kind;
	}

	public String settings() {
		return this.settings;
	}

	/** Returns why it is set up like this. */
	public String reason() {
		return this.reason;
	}

	private static boolean isNoFanOut(Workload workload) {
		return workload != Workload.FANOUT;
	}

	/** Returns the name that a table shows. */
	public String label() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/**
	 * What a contender is compared as.
	 */
	public enum Kind {

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
