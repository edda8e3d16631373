package io.genstage.benchmarks;

import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * What calls blocking handlers, on virtual threads or on threads of the operating system.
 */
public enum BlockingContender {

	/** The bound on virtual threads. */
	PLAIN_VIRTUAL(Contender.Kind.LIMIT, true, PlainSleepers::new),

	/** The bound on threads. */
	PLAIN_POOL(Contender.Kind.LIMIT, false, PlainSleepers::new),

	/** The managed pipeline on virtual threads. */
	PIPELINE_VIRTUAL(Contender.Kind.OURS, true, PipelineSleepers::new),

	/** The managed pipeline on threads. */
	PIPELINE_POOL(Contender.Kind.OURS, false, PipelineSleepers::new),

	/** Reactor on virtual threads. */
	REACTOR_VIRTUAL(Contender.Kind.REACTIVE, true, ReactorSleepers::new),

	/** Reactor on threads. */
	REACTOR_POOL(Contender.Kind.REACTIVE, false, ReactorSleepers::new);

	private final Contender.Kind kind;

	private final boolean virtual;

	@SuppressWarnings("ImmutableEnumChecker") // only constructors, which capture nothing
	private final BiFunction<Integer, ExecutorService, Sleepers> opener;

	BlockingContender(Contender.Kind kind, boolean virtual, BiFunction<Integer, ExecutorService, Sleepers> opener) {
		this.kind = kind;
		this.virtual = virtual;
		this.opener = opener;
	}

	/** Sets the contender up; the caller closes it. */
	Sleepers open(int concurrency) {
		Supplier<ExecutorService> threads = this.virtual ? VirtualThreads::newExecutor : Executors::newCachedThreadPool;
		return this.opener.apply(concurrency, threads.get());
	}

	/** Tells whether this JVM has what it needs. */
	boolean isSupported() {
		return !this.virtual || VirtualThreads.exist();
	}

	Contender.Kind kind() {
		return this.kind;
	}

	/** Returns the bound on the same threads. */
	BlockingContender bound() {
		return this.virtual ? PLAIN_VIRTUAL : PLAIN_POOL;
	}

	/** Returns the name that a table shows. */
	String label() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
