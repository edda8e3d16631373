package io.genstage.boot.autoconfigure;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

import io.genstage.StageListener;
import io.genstage.StageObserver;
import io.genstage.StageSystem;
import io.genstage.boot.PipelineLifecycle;
import io.genstage.boot.StageRegistry;
import io.genstage.boot.declaration.GenStageProperties;
import io.genstage.boot.declaration.StagePropertyProblems;
import io.genstage.deadletter.DeadLetterStore;
import io.genstage.deadletter.MemoryDeadLetterStore;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.pipeline.PipelineListener;
import io.genstage.thread.StageExecutor;
import io.genstage.thread.StagePool;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.thread.Threading;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.support.CompositeTaskDecorator;

/**
 * Auto-configuration of the pipelines of annotated stages.
 */
@AutoConfiguration
@EnableConfigurationProperties(GenStageProperties.class)
public final class GenStageAutoConfiguration {

	/**
	 * The name of the executor that runs the stages. A bean of that name replaces it.
	 */
	private static final String TASK_EXECUTOR = "genstageTaskExecutor";

	/**
	 * The name of the listener that publishes events. A bean of that name replaces it.
	 */
	private static final String EVENT_PUBLISHER = "genstageEventPublisher";

	private static final String THREAD_NAME = "genstage";

	/**
	 * Short, since what has not been drained by its deadline is waited for in vain.
	 */
	private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(100);

	private static final Duration BETWEEN_DRAWINGS = Duration.ofMillis(500);

	GenStageAutoConfiguration() {
		ApplicationLog.install();
	}

	/*
	 * No candidate for injection by type, so that the application's own task executor is
	 * configured as without us.
	 */
	@Bean(name = TASK_EXECUTOR, defaultCandidate = false)
	@ConditionalOnMissingBean(name = TASK_EXECUTOR)
	AsyncTaskExecutor genstageTaskExecutor(Environment environment, ConfigurableListableBeanFactory beanFactory,
			ObjectProvider<TaskDecorator> decorators) {
		// The last one is the outermost: the others find their classes, too.
		TaskDecorator loader = new ContextClassLoaderTaskDecorator(beanFactory.getBeanClassLoader());
		TaskDecorator decorator = new CompositeTaskDecorator(
				Stream.concat(decorators.orderedStream(), Stream.of(loader)).toList());
		if (!Threading.VIRTUAL.isActive(environment)) {
			return onPool(decorator);
		}
		NestedJars.warnOfVirtualThreads(beanFactory.getBeanClassLoader());
		return onVirtualThreads(decorator);
	}

	private static AsyncTaskExecutor onPool(TaskDecorator decorator) {
		StageThreadPool pool = new StageThreadPool(new StagePool(THREAD_NAME + "-", false));
		return new StageTaskExecutor(THREAD_NAME, pool, decorator, pool::close);
	}

	private static AsyncTaskExecutor onVirtualThreads(TaskDecorator decorator) {
		SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor();
		executor.setThreadFactory(VirtualThreads.withoutInheritance());
		// Interrupts handlers that were not done when the pipelines were drained.
		executor.setCancelRemainingTasksOnClose(true);
		return new StageTaskExecutor(THREAD_NAME, executor, decorator, executor::close);
	}

	@Bean
	@ConditionalOnMissingBean
	StageSystem genstageStageSystem(@Qualifier(TASK_EXECUTOR) Executor executor,
			ConfigurableListableBeanFactory beanFactory, ObjectProvider<StageListener> listeners,
			ObjectProvider<StageObserver> observer) {
		// Another one may pass on what it finds set when it is given a task.
		Executor contextFree = (executor instanceof StageExecutor) ? executor
				: (task) -> HiddenContext.during(() -> executor.execute(task));
		StageSystem.Builder builder = StageSystem.builder()
			.executor(contextFree)
			.contextClassLoader(beanFactory.getBeanClassLoader())
			.closeTimeout(CLOSE_TIMEOUT);
		listeners.orderedStream().forEach(builder::listener);
		observer.ifAvailable(builder::observer);
		return builder.build();
	}

	@Bean
	@ConditionalOnMissingBean
	StageRegistry genstageStageRegistry(ConfigurableListableBeanFactory beanFactory, GenStageProperties properties,
			StageSystem system, ObjectProvider<PipelineListener> listeners) {
		return new StageRegistry(beanFactory, properties, system, listeners);
	}

	/** A capacity out of range is reported with all else that is wrong. */
	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnProperty(name = "genstage.dead-letters.store", havingValue = "memory", matchIfMissing = true)
	DeadLetterStore genstageDeadLetterStore(GenStageProperties properties, ObjectProvider<StageRegistry> registry) {
		GenStageProperties.DeadLetters deadLetters = properties.deadLetters();
		int capacity = deadLetters.problems().isEmpty() ? deadLetters.capacity()
				: MemoryDeadLetterStore.DEFAULT_CAPACITY;
		return new MemoryDeadLetterStore(capacity, InstantSource.system(),
				(letter, event) -> registry.getObject().countLost(letter.stage(), 1));
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnSingleCandidate(DeadLetterStore.class)
	DeadLetterDesk genstageDeadLetterDesk(DeadLetterStore store, StageRegistry registry) {
		return registry.desk(store);
	}

	@Bean(name = EVENT_PUBLISHER)
	@ConditionalOnMissingBean(name = EVENT_PUBLISHER)
	PipelineListener genstageEventPublisher(ApplicationEventPublisher application) {
		return new PipelineEventPublisher(application);
	}

	@Bean
	@ConditionalOnProperty("genstage.lifecycle.exit-on-completion")
	ExitOnCompletion genstageExitOnCompletion(GenStageProperties properties, StageRegistry registry,
			ConfigurableApplicationContext context) {
		String name = Objects.requireNonNull(properties.lifecycle().exitOnCompletion());
		return new ExitOnCompletion(name, properties.lifecycle().maxDiscarded(), registry, context);
	}

	@Bean
	PipelineRuns genstagePipelineRuns(StageRegistry registry, GenStageProperties properties,
			ObjectProvider<ExitOnCompletion> exit) {
		return new PipelineRuns(registry, properties.lifecycle().keepAlive() ? new KeepAlive() : null,
				exit.getIfAvailable());
	}

	@Bean
	ProgressWatch genstageProgressLog(StageRegistry registry, GenStageProperties properties, StageSystem system) {
		return new ProgressWatch(registry, system, properties.progress().logEvery(), new ProgressLog());
	}

	@Bean
	@ConditionalOnProperty("genstage.progress.console")
	ProgressWatch genstageProgressBar(StageRegistry registry, StageSystem system) {
		return ProgressBar.onTerminal()
			.map((bar) -> new ProgressWatch(registry, system, BETWEEN_DRAWINGS, bar))
			.orElseGet(() -> new ProgressWatch(registry, system, Duration.ZERO, new ProgressLog()));
	}

	@Bean
	@ConditionalOnMissingBean
	PipelineLifecycle genstagePipelineLifecycle(StageRegistry registry, GenStageProperties properties,
			ObjectProvider<LifecycleProperties> contextLifecycle) {
		LifecycleProperties context = contextLifecycle.getIfAvailable();
		return new PipelineLifecycle(registry, properties.lifecycle(),
				(context != null) ? context.getTimeoutPerShutdownPhase() : null);
	}

	@Bean
	static StagePropertyProblems genstagePropertyProblems() {
		return new StagePropertyProblems();
	}

	/** Nobody asks for the lifecycle; lazily it would never start the stages. */
	@Bean
	static LazyInitializationExcludeFilter genstageLazyInitializationExcludeFilter() {
		return LazyInitializationExcludeFilter.forBeanTypes(StageRegistry.class, PipelineLifecycle.class);
	}

}
