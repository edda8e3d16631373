package io.genstage;

import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.PipelineChange;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.PipelineListener;
import io.genstage.pipeline.RestartPolicy;
import io.genstage.pipeline.StageChange;
import io.genstage.pipeline.StageDefinition;
import io.genstage.task.TaskOptions;
import io.genstage.task.Tasks;
import io.genstage.thread.StagePool;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * By which class loader the user's code finds classes, services and resources: by that of
 * the application, never by that of the JVM or of whoever wakes the stage.
 */
class ContextClassLoaderTests {

	private static final ClassLoader APPLICATION = new URLClassLoader("application", new URL[0], null);

	private static final ClassLoader STRANGER = new URLClassLoader("stranger", new URL[0], null);

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Found found = new Found();

	private final ExecutorService strangers = in(STRANGER, ContextClassLoaderTests::newThreads);

	private final StagePool pool = in(APPLICATION, () -> new StagePool("of-the-application-", true));

	ContextClassLoaderTests() throws Exception {
	}

	@AfterEach
	void close() {
		this.strangers.shutdownNow();
		this.pool.close();
	}

	@ParameterizedTest
	@EnumSource
	void isThatOfTheApplicationInEveryCallback(Threads threads) throws Exception {
		try (StageSystem system = system(threads)) {
			in(STRANGER, () -> {
				StageRef producer = system.start("producer", new FindingProducer(this.found),
						options(threads).withBufferSize(0));
				StageRef consumer = system.start("consumer", new FindingConsumer(this.found), options(threads));
				join(producer.tellBehindEvents("too many"));
				Subscription first = join(consumer.subscribeTo(producer, temporary()));
				first.cancel(ExitReason.NORMAL);
				join(first.whenEnded());
				join(consumer.subscribeTo(producer, temporary()));
				join(producer.call("question", Duration.ofSeconds(30)));
				Awaitility.await().until(() -> this.found.places().containsAll(Set.of("timer", "handleEvents")));
				producer.drain();
				join(producer.whenStopped());
				assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(STRANGER);
				return true;
			});
		}
		assertThat(this.found.loaders()).containsOnlyKeys("onStart", "onSubscribe", "handleDemand", "onInfo", "timer",
				"onCall", "onCancel", "onDiscard", "onDrain", "onStop", "handleEvents", "listener");
		assertThat(this.found.loaders()).allSatisfy((place, loaders) -> assertThat(loaders).containsOnly(APPLICATION));
	}

	/** A handler that changes it, and one that comes after it on the same thread. */
	@ParameterizedTest
	@EnumSource
	void isLeftByNoTurn(Threads threads) throws Exception {
		try (StageSystem system = system(threads)) {
			List<StageRef> stages = new ArrayList<>();
			for (int stage = 0; stage < 16; stage++) {
				stages.add(system.start("stage" + stage, new ConsumerStage<>() {

					@Override
					public void handleEvents(List<Object> events, Subscription from) {
					}

					@Override
					public void onInfo(Object message) {
						ContextClassLoaderTests.this.found.at("handler");
						Thread.currentThread().setContextClassLoader(STRANGER);
					}

				}, options(threads)));
			}
			stages.forEach((stage) -> stage.tell("change it"));
			stages.forEach((stage) -> join(stage.stop(ExitReason.NORMAL)));
		}
		assertThat(this.found.loaders().get("handler")).containsOnly(APPLICATION);
	}

	@Test
	void isGivenBackToThreadsThatAreNotOurs() throws Exception {
		try (StageSystem system = system(Threads.STRANGERS)) {
			StageRef stage = system.start("stage", new FindingConsumer(this.found));
			stage.tell("hello");
			join(stage.stop(ExitReason.NORMAL));
		}
		List<Callable<@Nullable ClassLoader>> questions = new ArrayList<>();
		for (int thread = 0; thread < 4; thread++) {
			questions.add(() -> Thread.currentThread().getContextClassLoader());
		}
		for (Future<@Nullable ClassLoader> answer : this.strangers.invokeAll(questions)) {
			assertThat(answer.get()).isSameAs(STRANGER);
		}
	}

	@Test
	void isThatOfTheThreadThatCreatesTheSystemUnlessGiven() throws Exception {
		try (StageSystem system = in(STRANGER, () -> StageSystem.builder().contextClassLoader(APPLICATION).build());
				StageSystem other = in(STRANGER, StageSystem::create)) {
			assertThat(system.<Object>inContext(() -> Thread.currentThread().getContextClassLoader()))
				.isSameAs(APPLICATION);
			assertThat(other.<Object>inContext(() -> Thread.currentThread().getContextClassLoader()))
				.isSameAs(STRANGER);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void isThatOfTheApplicationInATask(boolean ownExecutor) throws Exception {
		TaskOptions options = ownExecutor ? TaskOptions.defaults().withExecutor(this.strangers)
				: TaskOptions.defaults();
		try (StageSystem system = system(Threads.DEFAULT)) {
			in(STRANGER, () -> {
				ConsumerStage<Object> consumer = (events, from) -> this.found.at("task");
				StageRef tasks = system.start("tasks", consumer, StageOptions.defaults().withTasks(Tasks.of(options)));
				StageRef producer = system.start("producer", new FindingProducer(this.found));
				join(tasks.subscribeTo(producer, temporary()));
				Awaitility.await().until(() -> this.found.places().contains("task"));
				return true;
			});
		}
		assertThat(this.found.loaders().get("task")).containsOnly(APPLICATION);
	}

	@Test
	void isThatOfTheApplicationWhenAPipelineMakesStagesAndTellsNews() throws Exception {
		try (StageSystem system = system(Threads.DEFAULT)) {
			StageDefinition failing = StageDefinition.of("failing", StageKind.PRODUCER, () -> {
				this.found.at("factory");
				return (ProducerStage<Object>) (demand) -> {
					throw new IllegalStateException("expected");
				};
			})
				.withRestarts(RestartPolicy.defaults()
					.withBackOff(Duration.ofMillis(1), 1, Duration.ofMillis(1))
					.withLimit(1, Duration.ofSeconds(30)));
			StageDefinition consumer = StageDefinition.of("consumer", new FindingConsumer(this.found))
				.subscribeTo("failing");
			Pipeline pipeline = new Pipeline(PipelineGraph.of(List.of(failing, consumer)), system,
					List.of(new FindingListener(this.found)));
			in(STRANGER, () -> join(pipeline.start()));
			Awaitility.await().until(() -> this.found.at.getOrDefault("factory", List.of()).size() == 2);
			in(STRANGER, () -> join(pipeline.stop("consumer")));
		}
		assertThat(this.found.loaders()).containsKeys("factory", "onStageChange", "onPipelineChange");
		assertThat(this.found.loaders()).allSatisfy((place, loaders) -> assertThat(loaders).containsOnly(APPLICATION));
	}

	private static ExecutorService newThreads() {
		ThreadPoolExecutor threads = new ThreadPoolExecutor(4, 4, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>());
		threads.prestartAllCoreThreads();
		return threads;
	}

	private StageSystem system(Threads threads) throws Exception {
		return in(APPLICATION, () -> {
			StageSystem.Builder builder = StageSystem.builder().listener(new FindingStages(this.found));
			return switch (threads) {
				case POOL -> builder.executor(this.pool).build();
				case STRANGERS -> builder.executor(this.strangers).build();
				case CALLERS -> builder.executor(Runnable::run).build();
				case DEFAULT, OF_THE_STAGE -> builder.build();
			};
		});
	}

	private StageOptions options(Threads threads) {
		return (threads == Threads.OF_THE_STAGE) ? StageOptions.defaults().withExecutor(this.strangers)
				: StageOptions.defaults();
	}

	private static SubscribeOptions temporary() {
		return SubscribeOptions.defaults().withMaxDemand(4).withCancel(CancelMode.TEMPORARY);
	}

	private static <T> T in(ClassLoader loader, Callable<T> call) throws Exception {
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		thread.setContextClassLoader(loader);
		try {
			return call.call();
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}

	private static <T extends @Nullable Object> T join(CompletionStage<T> stage) {
		return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
	}

	/**
	 * What runs the stages.
	 */
	enum Threads {

		/** The system's own, virtual ones where there are any. */
		DEFAULT,

		/** A pool of the application's. */
		POOL,

		/** An executor that somebody else gave its threads. */
		STRANGERS,

		/** The same, for one stage only. */
		OF_THE_STAGE,

		/** Whoever sends the stage something, and timers. */
		CALLERS

	}

	/**
	 * Which loaders were found, and where.
	 */
	private static final class Found {

		private final Map<String, List<ClassLoader>> at = new ConcurrentHashMap<>();

		void at(String place) {
			this.at.compute(place, (same, before) -> {
				List<ClassLoader> all = new ArrayList<>((before != null) ? before : List.of());
				all.add(Thread.currentThread().getContextClassLoader());
				return all;
			});
		}

		Set<String> places() {
			return this.at.keySet();
		}

		Map<String, List<ClassLoader>> loaders() {
			return this.at;
		}

	}

	/**
	 * A producer that notes what it finds, and emits more than it is asked for.
	 */
	private record FindingProducer(Found found) implements ProducerStage<Object> {

		@Override
		public void onStart(StageContext context) {
			this.found.at("onStart");
			context.tellLater(Duration.ofMillis(1), "timer");
		}

		@Override
		public void onSubscribe(Peer peer, Subscription subscription) {
			this.found.at("onSubscribe");
		}

		@Override
		public List<Object> handleDemand(long demand) {
			this.found.at("handleDemand");
			return List.of("event");
		}

		@Override
		public List<Object> onInfo(Object message) {
			this.found.at(message.equals("timer") ? "timer" : "onInfo");
			return message.equals("timer") ? List.of() : List.of("nobody", "wants", "them");
		}

		@Override
		public List<Object> onCall(Object request, Caller caller) {
			this.found.at("onCall");
			caller.reply("answer");
			return List.of();
		}

		@Override
		public List<Object> onCancel(Subscription subscription, Cancellation cancellation) {
			this.found.at("onCancel");
			return List.of();
		}

		@Override
		public boolean onDiscard(List<Object> events) {
			this.found.at("onDiscard");
			return false;
		}

		@Override
		public void onDrain(StageContext context) {
			this.found.at("onDrain");
			context.complete();
		}

		@Override
		public void onStop(ExitReason reason) {
			this.found.at("onStop");
		}

	}

	/**
	 * A consumer that notes what it finds.
	 */
	private record FindingConsumer(Found found) implements ConsumerStage<Object> {

		@Override
		public void handleEvents(List<Object> events, Subscription from) {
			this.found.at("handleEvents");
		}

		@Override
		public void onSubscribe(Peer peer, Subscription subscription) {
			this.found.at("onSubscribe");
		}

		@Override
		public void onCancel(Subscription subscription, Cancellation cancellation) {
			this.found.at("onCancel");
		}

		@Override
		public void onInfo(Object message) {
			this.found.at("onInfo");
		}

	}

	/**
	 * A listener to stages that notes what it finds.
	 */
	private record FindingStages(Found found) implements StageListener {

		@Override
		public void onStart(StageRef stage) {
			this.found.at("listener");
		}

		@Override
		public void onStop(StageRef stage, ExitReason reason) {
			this.found.at("listener");
		}

		@Override
		public void onDiscard(StageRef stage, Discard discard) {
			this.found.at("listener");
		}

		@Override
		public void onHandle(Subscription subscription, List<?> events) {
			this.found.at("listener");
		}

	}

	/**
	 * A listener to a pipeline that notes what it finds.
	 */
	private record FindingListener(Found found) implements PipelineListener {

		@Override
		public void onStageChange(StageChange change) {
			this.found.at("onStageChange");
		}

		@Override
		public void onPipelineChange(PipelineChange change) {
			this.found.at("onPipelineChange");
		}

	}

}
