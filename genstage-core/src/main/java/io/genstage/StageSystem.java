package io.genstage;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import io.genstage.log.StageLog;
import io.genstage.log.StageNames;
import io.genstage.thread.ContextLoader;
import io.genstage.thread.StageExecutor;
import io.genstage.thread.StagePool;
import io.genstage.thread.StageScheduler;
import io.genstage.thread.StageThreads;
import org.jspecify.annotations.Nullable;

/**
 * The home of stages: starts them, finds them, stops them, and owns the threads they run
 * on.
 *
 * <pre>{@code
 * try (StageSystem system = StageSystem.create()) {
 *     StageRef counter = system.start("counter", new Counter());
 *     StageRef printer = system.start("printer", (ConsumerStage<Integer>) (events, from) -> print(events));
 *     printer.subscribeTo(counter, SubscribeOptions.defaults().withMaxDemand(10));
 *     ...
 * }
 * }</pre>
 *
 * All methods may be called by any thread. Unless an executor is given, stages run on
 * virtual threads where the JVM has them, and on a {@link StagePool} of daemon threads
 * otherwise; callbacks may block on both. An idle stage holds no thread.
 */
public final class StageSystem implements AutoCloseable {

	private static final System.Logger logger = StageLog.of(StageSystem.class);

	private final Map<String, StageRef> stages = new ConcurrentHashMap<>();

	private final StagesInUse stagesInUse = new StagesInUse();

	private final AtomicLong subscriptionIds = new AtomicLong();

	private final Duration closeTimeout;

	private final StageEnvironment environment;

	private final StageThreads threads;

	private final ContextLoader context;

	private volatile boolean closed;

	private StageSystem(Builder builder) {
		this.closeTimeout = builder.closeTimeout;
		this.context = (builder.context != null) ? builder.context : ContextLoader.ofThisThread();
		this.threads = new StageThreads(builder.executor, builder.scheduler, this.context);
		this.environment = new StageEnvironment(this.threads.executor(), this.threads.lastingTasks(),
				this.threads.scheduler(), StageListeners.of(builder.listeners), builder.observer,
				this.subscriptionIds::incrementAndGet, this.stages::get, this::remove, new LettersUnderWay());
	}

	/**
	 * Creates a system with the defaults.
	 * @return a new system
	 */
	public static StageSystem create() {
		return builder().build();
	}

	/**
	 * Returns a builder of systems.
	 * @return a new builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Starts a stage with the default options of its kind.
	 * @param name the name, unique among the running stages
	 * @param stage the stage
	 * @return its handle
	 * @throws StageStartException if the stage's {@code onStart} throws
	 * @throws IllegalArgumentException if the name is taken or not a good one
	 */
	public StageRef start(String name, Stage stage) {
		return start(name, stage, StageOptions.defaults());
	}

	/**
	 * Starts a stage. Its {@code onStart} has run, on this thread, when this method
	 * returns.
	 * @param name the name, unique among the running stages, with
	 * {@value StageNames#RULE}
	 * @param stage the stage, not to be used by another running stage unless it
	 * {@linkplain Stage#isShareable() may be}
	 * @param options what differs from the defaults
	 * @return its handle
	 * @throws StageStartException if the stage's {@code onStart} throws
	 * @throws IllegalArgumentException if the name is taken or not a good one, if an
	 * option doesn't belong to the stage's kind, or if the object runs already and can't
	 * be shared
	 * @throws IllegalStateException if this system is closed
	 */
	public StageRef start(String name, Stage stage, StageOptions options) {
		StageNames.check(name);
		options.checkFor(name, StageKind.of(stage));
		StageActor actor = createActor(name, stage, options, environmentFor(name, options));
		register(actor.self());
		try {
			this.stagesInUse.add(stage, actor.self());
		}
		catch (IllegalArgumentException ex) {
			remove(actor.self());
			throw ex;
		}
		try {
			this.context.call(() -> {
				actor.start();
				return actor;
			});
		}
		catch (Throwable ex) {
			remove(actor.self());
			actor.abandon(ex);
			throw new StageStartException("stage '%s' could not start: %s".formatted(name, StageLog.describe(ex)), ex);
		}
		return actor.self();
	}

	private StageEnvironment environmentFor(String name, StageOptions options) {
		return this.environment.withExecutor(inContext(() -> this.threads.executorFor(name, options.executor())))
			.withListeners(options.listeners());
	}

	private static StageActor createActor(String name, Stage stage, StageOptions options,
			StageEnvironment environment) {
		if (stage instanceof ProducerStage<?> producer) {
			return new ProducerActor<>(name, producer, options, environment);
		}
		if (stage instanceof ProducerConsumerStage<?, ?> producerConsumer) {
			return new ProducerConsumerActor<>(name, producerConsumer, options, environment);
		}
		return new ConsumerActor<>(name, (ConsumerStage<?>) stage, options, environment);
	}

	private void register(StageRef stage) {
		StageRef holder = this.stages.putIfAbsent(stage.name(), stage);
		if (holder != null) {
			throw new IllegalArgumentException(
					"stage '%s' is already started: stop it first, or choose another name".formatted(stage.name()));
		}
		// Looked at after the stage is known, so that close() either stops it or is seen.
		if (this.closed) {
			remove(stage);
			throw new IllegalStateException(
					"stage '%s' can't be started: the stage system is closed".formatted(stage.name()));
		}
	}

	private void remove(StageRef stage) {
		this.stages.remove(stage.name(), stage);
		this.stagesInUse.remove(stage);
	}

	/**
	 * Finds a running stage.
	 * @param name the name it was started under
	 * @return the stage, if there is one
	 */
	public Optional<StageRef> find(String name) {
		return Optional.ofNullable(this.stages.get(name));
	}

	/**
	 * Returns the running stages.
	 * @return the stages at this moment, in no order
	 */
	public Collection<StageRef> stages() {
		return List.copyOf(this.stages.values());
	}

	/**
	 * Returns what runs the timers of this system.
	 * @return the scheduler
	 */
	public StageScheduler scheduler() {
		return this.environment.scheduler();
	}

	/**
	 * Returns what runs the stages of this system.
	 * @return the executor, whose tasks may block
	 */
	public Executor executor() {
		return this.environment.executor();
	}

	/**
	 * Runs code that makes or concerns stages on this thread, with the same context class
	 * loader that the stages of this system find. The thread gets its own back.
	 * @param task the code
	 * @param <T> the type of its result
	 * @return its result
	 * @see Builder#contextClassLoader(ClassLoader)
	 */
	public <T> T inContext(Supplier<T> task) {
		return this.context.call(task::get);
	}

	/**
	 * Stops all stages with {@link ExitReason#SHUTDOWN} and waits until they have
	 * stopped, for as long as the close time-out allows; then interrupts the ones that
	 * are still in a callback, if the threads are the system's own. Not to be called by a
	 * stage, which would wait for itself.
	 */
	@Override
	public void close() {
		this.closed = true;
		CompletableFuture<?>[] ends = stages().stream()
			.filter((stage) -> !stage.isEndingJvm())
			.map((stage) -> stage.stop(ExitReason.SHUTDOWN).toCompletableFuture())
			.toArray(CompletableFuture[]::new);
		boolean stopped = await(CompletableFuture.allOf(ends));
		if (!stopped) {
			logger.log(Level.WARNING, () -> "closed with stages still in a callback: %s"
				.formatted(stages().stream().map(StageRef::name).sorted().toList()));
		}
		this.threads.close();
	}

	private boolean await(CompletableFuture<?> ends) {
		try {
			ends.get(TimeUnit.NANOSECONDS.convert(this.closeTimeout), TimeUnit.NANOSECONDS);
			return true;
		}
		catch (TimeoutException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("the end of a stage can't fail", ex);
		}
	}

	/**
	 * Builds a {@link StageSystem}.
	 */
	public static final class Builder {

		private final List<StageListener> listeners = new ArrayList<>();

		private @Nullable StageObserver observer;

		private @Nullable Executor executor;

		private @Nullable StageScheduler scheduler;

		private @Nullable ContextLoader context;

		private Duration closeTimeout = Duration.ofSeconds(5);

		private Builder() {
		}

		/**
		 * Sets what runs the stages. The system doesn't close it.
		 * @param executor runs tasks of some batches each, which may block as long as the
		 * callbacks do; a task that it rejects is offered again. A {@link StageExecutor}
		 * may treat each stage apart
		 * @return this builder
		 */
		public Builder executor(Executor executor) {
			this.executor = executor;
			return this;
		}

		/**
		 * Sets what runs the timers. The system doesn't close it.
		 * @param scheduler the scheduler
		 * @return this builder
		 */
		public Builder scheduler(StageScheduler scheduler) {
			this.scheduler = scheduler;
			return this;
		}

		/**
		 * Adds a listener.
		 * @param listener gets to know what happens
		 * @return this builder
		 */
		public Builder listener(StageListener listener) {
			this.listeners.add(listener);
			return this;
		}

		/**
		 * Sets who surrounds the calls of handlers, and decides what events carry.
		 * @param observer the observer (default none)
		 * @return this builder
		 */
		public Builder observer(StageObserver observer) {
			this.observer = observer;
			return this;
		}

		/**
		 * Sets the context class loader of the threads that run callbacks, listeners and
		 * timers, whichever they are and whoever made them: by it, libraries find the
		 * classes, services and resources of the application. A thread that isn't the
		 * system's own gets the one that it had back after each turn.
		 * @param contextClassLoader the class loader, or {@code null} for that of the JVM
		 * (default that of the thread that creates the system)
		 * @return this builder
		 */
		public Builder contextClassLoader(@Nullable ClassLoader contextClassLoader) {
			this.context = new ContextLoader(contextClassLoader);
			return this;
		}

		/**
		 * Sets how long {@link StageSystem#close} waits.
		 * @param closeTimeout the most time to wait (default 5 seconds)
		 * @return this builder
		 */
		public Builder closeTimeout(Duration closeTimeout) {
			this.closeTimeout = closeTimeout;
			return this;
		}

		/**
		 * Creates the system.
		 * @return a new system
		 */
		public StageSystem build() {
			return new StageSystem(this);
		}

	}

}
