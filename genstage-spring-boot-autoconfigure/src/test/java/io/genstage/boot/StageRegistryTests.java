package io.genstage.boot;

import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.ConsumerStage;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterStore;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.pipeline.DrainReport;
import io.genstage.pipeline.EdgeStatus;
import io.genstage.pipeline.InvalidGraphException;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.PipelineStatus;
import io.genstage.pipeline.StageDefinition;
import io.genstage.pipeline.StageState;
import io.genstage.source.EventQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests for {@link StageRegistry}.
 */
@Timeout(60)
class StageRegistryTests {

	private final ApplicationContextRunner contextRunner = TestContexts.runner().withUserConfiguration(Line.class);

	@AfterEach
	void leavesNothingRunning() {
		TestContexts.awaitNoThreads();
	}

	@Nested
	class Changes {

		@Test
		void pausesAndResumesAStage() {
			StageRegistryTests.this.contextRunner.run((context) -> {
				StageRegistry registry = TestContexts.registry(context);
				join(registry.pause("desk"));
				assertThat(registry.stage("desk").orElseThrow().state()).isEqualTo(StageState.PAUSED);
				assertThat(registry.stage("desk").orElseThrow().pauseWanted()).isTrue();
				offer(context, 0, 50);
				join(registry.restart("desk"));
				assertThat(registry.stage("desk").orElseThrow().state()).isEqualTo(StageState.PAUSED);
				join(registry.resume("desk"));
				assertThat(registry.stage("desk").orElseThrow().pauseWanted()).isFalse();
				TestContexts.sink(context).awaitExactly(numbers(0, 50));
			});
		}

		@Test
		void leavesAStagePausedWhenTheContextIsStartedAgain() {
			StageRegistryTests.this.contextRunner.run((context) -> {
				StageRegistry registry = TestContexts.registry(context);
				join(registry.pause("desk"));
				context.getSourceApplicationContext().stop();
				context.getSourceApplicationContext().start();
				Awaitility.await().until(() -> registry.stage("desk").orElseThrow().state() == StageState.PAUSED);
				offer(context, 0, 50);
				join(registry.resume("desk"));
				TestContexts.sink(context).awaitExactly(numbers(0, 50));
			});
		}

		@Test
		void stopsAndStartsAStage() {
			StageRegistryTests.this.contextRunner.run((context) -> {
				StageRegistry registry = TestContexts.registry(context);
				join(registry.stop("desk"));
				assertThat(registry.stage("desk").orElseThrow().state()).isEqualTo(StageState.STOPPED);
				offer(context, 0, 50);
				join(registry.start("desk"));
				TestContexts.sink(context).awaitExactly(numbers(0, 50));
				assertThatIllegalStateException().isThrownBy(() -> registry.start("desk"));
			});
		}

		@Test
		void startsAStageAgainThatHasFailed() {
			StageRegistryTests.this.contextRunner.withUserConfiguration(Picky.class)
				.withPropertyValues("genstage.defaults.failure.enabled=false")
				.run((context) -> {
					StageRegistry registry = TestContexts.registry(context);
					Awaitility.await().until(() -> registry.stage("picky").orElseThrow().state() == StageState.FAILED);
					join(registry.restart("picky"));
					assertThat(registry.stage("picky").orElseThrow().state()).isEqualTo(StageState.RUNNING);
				});
		}

		@Test
		void changesDemandAndConcurrencyAndResetsThem() {
			StageRegistryTests.this.contextRunner.run((context) -> {
				StageRegistry registry = TestContexts.registry(context);
				join(registry.demand("desk", 20, 3));
				join(registry.concurrency("desk", 4));
				assertThat(registry.stage("desk").orElseThrow().instances()).hasSize(4);
				assertThat(edge(registry).options().maxDemand()).isEqualTo(20);
				assertThat(edge(registry).options().minDemand()).isEqualTo(3);
				// What the first instance has asked for before is still outstanding.
				Awaitility.await().until(() -> registry.demand("desk", "line") == 10 + 3 * 20);
				join(registry.reset("desk"));
				Awaitility.await().until(() -> registry.stage("desk").orElseThrow().instances().size() == 1);
				assertThat(edge(registry).options().maxDemand()).isEqualTo(10);
			});
		}

		@Test
		void refusesImpossibleNumbers() {
			StageRegistryTests.this.contextRunner.run((context) -> {
				StageRegistry registry = TestContexts.registry(context);
				assertThatIllegalArgumentException().isThrownBy(() -> registry.demand("desk", 5, 5));
				assertThatIllegalArgumentException().isThrownBy(() -> registry.demand("line", 5, 1))
					.withMessage("stage 'line' is a producer, which asks for nothing");
				assertThatIllegalArgumentException().isThrownBy(() -> registry.concurrency("desk", 0))
					.withMessage("the concurrency of stage 'desk' must be from 1 to 1000, was 0");
				assertThat(edge(registry).options().maxDemand()).isEqualTo(10);
			});
		}

		@ParameterizedTest
		@MethodSource("io.genstage.boot.StageRegistryTests#operations")
		void refuseAnUnknownStage(BiConsumer<StageRegistry, String> operation) {
			StageRegistryTests.this.contextRunner.run((context) -> assertThatIllegalArgumentException()
				.isThrownBy(() -> operation.accept(TestContexts.registry(context), "dsk"))
				.withMessage("there is no stage 'dsk': did you mean 'desk'? (there are [desk, line])"));
		}

	}

	static Stream<Named<BiConsumer<StageRegistry, String>>> operations() {
		return Stream.of(Named.of("start", (registry, stage) -> registry.start(stage)),
				Named.of("stop", (registry, stage) -> registry.stop(stage)),
				Named.of("restart", (registry, stage) -> registry.restart(stage)),
				Named.of("pause", (registry, stage) -> registry.pause(stage)),
				Named.of("resume", (registry, stage) -> registry.resume(stage)),
				Named.of("demand", (registry, stage) -> registry.demand(stage, 10, 5)),
				Named.of("concurrency", (registry, stage) -> registry.concurrency(stage, 2)),
				Named.of("reset", (registry, stage) -> registry.reset(stage)));
	}

	@Nested
	class Registers {

		@Test
		void aConsumerOfAStageThatRuns() {
			StageRegistryTests.this.contextRunner.run((context) -> {
				StageRegistry registry = TestContexts.registry(context);
				join(registry.stop("desk"));
				Sink audited = new Sink();
				join(registry.register(consumer("audit", audited).subscribeTo("line")));
				assertThat(registry.pipelines()).hasSize(1);
				assertThat(registry.definitions()).extracting(StageDefinition::name)
					.containsExactly("line", "desk", "audit");
				offer(context, 0, 20);
				audited.awaitExactly(numbers(0, 20));
			});
		}

		@Test
		void aPipelineOfItsOwn() {
			Sink sink = new Sink();
			AtomicReference<StageRegistry> closed = new AtomicReference<>();
			StageRegistryTests.this.contextRunner.run((context) -> {
				StageRegistry registry = TestContexts.registry(context);
				closed.set(registry);
				EventQueue<Integer> tills = new EventQueue<>(100);
				join(registry.register(consumer("keep", sink).subscribeTo("tills"),
						StageDefinition.of("tills", tills)));
				assertThat(registry.pipelines()).extracting(PipelineStatus::name).containsExactly("line", "tills");
				join(registry.pause("keep"));
				join(registry.resume("keep"));
				IntStream.range(0, 20).forEach(tills::offer);
			});
			assertThat(sink.events()).hasSize(20);
			assertThat(closed.get().drainReports()).extracting(DrainReport::pipeline, DrainReport::isComplete)
				.containsExactly(tuple("line", true), tuple("tills", true));
		}

		@Test
		void stagesThatStartWithAContextThatIsStartedAgain() {
			StageRegistryTests.this.contextRunner.run((context) -> {
				context.getSourceApplicationContext().stop();
				StageRegistry registry = TestContexts.registry(context);
				Sink sink = new Sink();
				EventQueue<Integer> tills = new EventQueue<>(100);
				join(registry.register(StageDefinition.of("tills", tills),
						consumer("keep", sink).subscribeTo("tills")));
				assertThat(registry.stage("keep").orElseThrow().state()).isEqualTo(StageState.CREATED);
				context.getSourceApplicationContext().start();
				assertThat(tills.offer(1)).isTrue();
				sink.awaitExactly(1);
				context.getSourceApplicationContext().stop();
				context.getSourceApplicationContext().start();
				assertThat(registry.stage("keep").orElseThrow().state()).isEqualTo(StageState.RUNNING);
			});
		}

		@Test
		void nothingIfTheGraphWouldBeUnsound() {
			StageRegistryTests.this.contextRunner.run((context) -> {
				StageRegistry registry = TestContexts.registry(context);
				assertThatExceptionOfType(InvalidGraphException.class)
					.isThrownBy(() -> registry.register(consumer("audit", new Sink()).subscribeTo("lin")))
					.withMessageContaining(
							"stage 'audit' subscribes to 'lin', which doesn't exist: did you mean 'line'?");
				assertThatExceptionOfType(InvalidGraphException.class)
					.isThrownBy(() -> registry.register(consumer("desk", new Sink()).subscribeTo("line")))
					.withMessageContaining("stage 'desk' is defined more than once");
				assertThat(registry.definitions()).hasSize(2);
			});
		}

		@Test
		void nothingThatWouldJoinTwoPipelines() {
			StageRegistryTests.this.contextRunner.withUserConfiguration(Picky.class).run((context) -> {
				StageRegistry registry = TestContexts.registry(context);
				assertThatIllegalArgumentException().isThrownBy(
						() -> registry.register(consumer("audit", new Sink()).subscribeTo("line").subscribeTo("zeros")))
					.withMessage("stages [audit] can't be registered: they would join "
							+ "[pipeline 'line', pipeline 'zeros'], which run apart");
				assertThat(registry.definitions()).hasSize(4);
			});
		}

		private StageDefinition consumer(String name, Sink sink) {
			return StageDefinition.of(name, (ConsumerStage<Object>) (events, from) -> events.forEach(sink::add));
		}

	}

	@Nested
	class Types {

		@Test
		void ofEventsAreThoseThatDeclarationsSay() {
			StageRegistryTests.this.contextRunner.run((context) -> {
				StageRegistry registry = TestContexts.registry(context);
				assertThat(registry.takes("desk"))
					.hasValueSatisfying((type) -> assertThat(type.getType()).isEqualTo(Integer.class));
				assertThat(registry.takes("line")).isEmpty();
				assertThat(registry.takes("nobody")).isEmpty();
			});
		}

		@Test
		void ofEventsThatComeInMessagesAreThoseWithinThem() {
			TestContexts.runner().withUserConfiguration(Mail.class).run((context) -> {
				StageRegistry registry = TestContexts.registry(context);
				assertThat(registry.takes("read"))
					.hasValueSatisfying((type) -> assertThat(type.getType()).isEqualTo(String.class));
				DeadLetterStore store = context.getBean(DeadLetterStore.class);
				DeadLetter letter = join(store.append(DeadLetter.of("read", "a", Instant.now()), "a"));
				assertThat(join(context.getBean(DeadLetterDesk.class).replay(letter.id()).whenDone()).accepted())
					.isOne();
				assertThat(TestContexts.sink(context).events()).containsExactly("a");
			});
		}

	}

	@Nested
	class Reports {

		@Test
		void whatBecameOfTheEventsOfEachStage() {
			StageRegistryTests.this.contextRunner.run((context) -> {
				StageRegistry registry = TestContexts.registry(context);
				assertThat(registry.drainReports()).isEmpty();
				join(registry.stop("desk"));
				offer(context, 0, 5);
				join(registry.start("desk"));
				context.getSourceApplicationContext().stop();
				TestContexts.awaitState(context, PipelineState.COMPLETED);
				DrainReport report = registry.drainReports().get(0);
				assertThat(report.pipeline()).isEqualTo("line");
				assertThat(report.isComplete()).isTrue();
				assertThat(report.stages()).extracting(DrainReport.Outcome::stage).containsExactly("line", "desk");
				assertThat(report.stages()).allSatisfy((stage) -> assertThat(stage.time()).isPositive());
				assertThat(TestContexts.sink(context).events()).hasSize(5);
			});
		}

	}

	private static EdgeStatus edge(StageRegistry registry) {
		return registry.pipelines().get(0).edge("desk", "line").orElseThrow();
	}

	private static void offer(ApplicationContext context, int from, int to) {
		EventQueue<?> line = context.getBean("line", EventQueue.class);
		@SuppressWarnings("unchecked") // it is one of numbers
		EventQueue<Integer> numbers = (EventQueue<Integer>) line;
		IntStream.range(from, to).forEach((number) -> assertThat(numbers.offer(number)).isTrue());
	}

	private static Object[] numbers(int from, int to) {
		return IntStream.range(from, to).boxed().toArray();
	}

	private static <T> T join(CompletionStage<T> change) {
		return change.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
	}

	@Configuration(proxyBeanMethods = false)
	static class Line {

		@Bean
		@Producer
		EventQueue<Integer> line() {
			return new EventQueue<>(100);
		}

		@Bean
		@Consumer(subscribeTo = "line", maxDemand = 10, minDemand = 5)
		java.util.function.Consumer<Integer> desk(Sink sink) {
			return sink::add;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Mail {

		private final Sink sink;

		Mail(Sink sink) {
			this.sink = sink;
		}

		@Bean
		@Producer
		EventQueue<String> letters() {
			return new EventQueue<>(10);
		}

		@Consumer(subscribeTo = "letters")
		void read(Message<String> letter) {
			this.sink.add(letter.getPayload());
		}

	}

	/**
	 * A pipeline whose consumer fails for good.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Picky {

		@Bean
		@Producer
		EventQueue<Integer> zeros() {
			EventQueue<Integer> zeros = new EventQueue<>(1);
			zeros.offer(0);
			return zeros;
		}

		@Bean
		@Consumer(subscribeTo = "zeros")
		ConsumerStage<Integer> picky() {
			return new Unrestartable();
		}

	}

}
