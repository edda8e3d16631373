package io.genstage.benchmarks;

import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;

import io.genstage.benchmarks.ours.PipelineSleepers;
import io.genstage.benchmarks.peer.PlainSleepers;
import io.genstage.benchmarks.peer.ReactorSleepers;
import io.genstage.benchmarks.workload.Sleepers;
import io.genstage.benchmarks.workload.VirtualThreads;

/**
 * What calls blocking handlers, on virtual threads or on threads of the operating system.
 */
public enum BlockingContender {

	/** The bound on virtual threads. */
	PLAIN_VIRTUAL(Contender.Kind.LIMIT, true,
			(concurrency) -> new PlainSleepers(concurrency, VirtualThreads.newExecutor())),

	/** The bound on threads. */
	PLAIN_POOL(Contender.Kind.LIMIT, false,
			(concurrency) -> new PlainSleepers(concurrency, Executors.newCachedThreadPool())),

	/** The managed pipeline on virtual threads. */
	PIPELINE_VIRTUAL(Contender.Kind.OURS, true, PipelineSleepers::onVirtualThreads),

	/** The managed pipeline on the pool that it has where no virtual threads are used. */
	PIPELINE_POOL(Contender.Kind.OURS, false, PipelineSleepers::onStagePool),

	/** Reactor on virtual threads. */
	REACTOR_VIRTUAL(Contender.Kind.REACTIVE, true,
			(concurrency) -> new ReactorSleepers(concurrency, VirtualThreads.newExecutor())),

	/** Reactor on threads. */
	REACTOR_POOL(Contender.Kind.REACTIVE, false,
			(concurrency) -> new ReactorSleepers(concurrency, Executors.newCachedThreadPool()));

	private final Contender.Kind kind;

	private final boolean virtual;

	@SuppressWarnings("ImmutableEnumChecker") // they capture nothing
	private final IntFunction<Sleepers> opener;

	BlockingContender(Contender.Kind kind, boolean virtual, IntFunction<Sleepers> opener) {
		this.kind = kind;
		this.virtual = virtual;
		this.opener = opener;
	}

	/** Sets the contender up; the caller closes it. */
	Sleepers open(int concurrency) {
		return this.opener.apply(concurrency);
	}

	/** Tells whether this JVM has what it needs. */
	boolean isSupported() {
		return !this.virtual || VirtualThreads.exist();
	}

	Contender.Kind kind() {
		return this.kind;
	}

	/** Returns the bound on the same threads. */
	public BlockingContender bound() {
		return this.virtual ? PLAIN_VIRTUAL : PLAIN_POOL;
	}

	/** Returns the name that a table shows. */
	public String label() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
