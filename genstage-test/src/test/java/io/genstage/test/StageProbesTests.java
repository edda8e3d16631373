package io.genstage.test;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.Stage;
import io.genstage.StageContext;
import io.genstage.StageOptions;
import io.genstage.StageSystem;
import io.genstage.Subscription;
import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.RestartPolicy;
import io.genstage.pipeline.StageDefinition;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import io.genstage.source.EventQueue;
import io.genstage.task.TaskConsumer;
import io.genstage.task.TaskOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Stages of running pipelines that are tapped.
 */
class StageProbesTests {

	private final StageProbes probes = new StageProbes();

	private final EventQueue<String> letters = new EventQueue<>(10);

	private final ProducerConsumerStage<String, String> upper = (events,
			from) -> events.stream().map(String::toUpperCase).toList();

	private final ConsumerStage<String> reader = (events, from) -> {
		if (events.contains("X")) {
			throw new IllegalStateException("no X");
		}
	};

	private Pipeline start(StageSystem system, ProducerStage<String> producer) {
		Pipeline pipeline = new Pipeline(PipelineGraph.of(Stream
			.of(StageDefinition.of("letters", producer), StageDefinition.of("upper", this.upper).subscribeTo("letters"),
					StageDefinition.of("reader", this.reader).subscribeTo("upper").withRestarts(RestartPolicy.never()))
			.map(this.probes::tap)
			.toList()), system);
		pipeline.start();
		return pipeline;
	}

	@Test
	void seeWhatEachStageEmitsOrHandles() {
		try (TestSystem system = new TestSystem()) {
			start(system.stages(), this.letters);
			this.letters.offer("a");
			this.letters.offer("b");
			system.run();
			assertThat(this.probes.events("letters")).containsExactly("a", "b");
			assertThat(this.probes.events("upper")).containsExactly("A", "B");
			assertThat(this.probes.events("reader")).containsExactly("A", "B");
		}
	}

	@Test
	void emitEventsInTheNameOfAStage() {
		try (TestSystem system = new TestSystem()) {
			start(system.stages(), this.letters);
			system.run();
			this.probes.emit("letters", "a");
			this.probes.emit("upper", "as it is");
			system.run();
			assertThat(this.probes.events("reader")).containsExactlyInAnyOrder("A", "as it is");
		}
	}

	@Test
	void emitEventsWhileAnyInstanceRuns() {
		try (TestSystem system = new TestSystem()) {
			Pipeline pipeline = start(system.stages(), this.letters);
			pipeline.concurrency("upper", 2);
			system.run();
			pipeline.concurrency("upper", 1);
			system.run();
			this.probes.emit("upper", "a");
			system.run();
			assertThat(this.probes.events("reader")).containsExactly("a");
		}
	}

	@Test
	void makeStagesThatEqualThemselvesOnly() {
		Stage stage = this.probes.tap(StageDefinition.of("upper", this.upper)).stages().get();
		assertThat(stage.equals(stage)).isTrue();
		assertThat(stage.equals(this.upper)).isFalse();
	}

	@Test
	void leaveTheEndOfAPipelineAsItIs() {
		try (TestSystem system = new TestSystem()) {
			Pipeline pipeline = start(system.stages(), this.letters);
			this.letters.close();
			system.run();
			assertThat(pipeline.status().state()).isEqualTo(PipelineState.COMPLETED);
			assertThatIllegalStateException().isThrownBy(() -> this.probes.emit("letters", "a"))
				.withMessage("stage 'letters' doesn't run");
		}
	}

	@Test
	void leaveTheFailureOfAStageAsItIs() {
		try (TestSystem system = new TestSystem()) {
			Pipeline pipeline = start(system.stages(), this.letters);
			this.letters.offer("x");
			system.run();
			assertThat(pipeline.status().state()).isEqualTo(PipelineState.FAILED);
			assertThat(this.probes.events("upper")).containsExactly("X");
			assertThat(this.probes.events("reader")).isEmpty();
		}
	}

	@Test
	void waitForEventsOfRealThreads() {
		try (StageSystem system = StageSystem.create()) {
			start(system, this.letters);
			this.letters.offer("a");
			assertThat(this.probes.await("reader", 1, Duration.ofMinutes(1))).isEqualTo(List.of("A"));
			assertThatExceptionOfType(AssertionError.class)
				.isThrownBy(() -> this.probes.await("reader", 2, Duration.ofMillis(1)))
				.withMessage("expected 2 events of stage 'reader' within PT0.001S, but there are 1: [A]");
		}
	}

	@Test
	void waitUntilATaskIsDone() {
		try (TestSystem system = new TestSystem()) {
			List<Runnable> begun = new ArrayList<>();
			TaskConsumer<String> reading = new TaskConsumer<>((letter) -> {
			}, TaskOptions.defaults().withExecutor(begun::add));
			startReader(system, StageDefinition.of("reader", reading));
			this.letters.offer("a");
			system.run();
			assertThat(this.probes.events("reader")).containsExactly("a");
			assertThatExceptionOfType(AssertionError.class)
				.isThrownBy(() -> this.probes.await("reader", 1, Duration.ofMillis(1)))
				.withMessage("expected 1 events of stage 'reader' within PT0.001S, but there are 1, "
						+ "of which 0 are handled: [a]");
			begun.forEach(Runnable::run);
			system.run();
			assertThat(this.probes.await("reader", 1, Duration.ofMinutes(1))).isEqualTo(List.of("a"));
		}
	}

	@Test
	void seeABatchWhenItIsHandledAndLetItBeChanged() {
		try (TestSystem system = new TestSystem()) {
			Batching<String> pairs = Batching.of(BatchOptions.defaults().withSize(2));
			Pipeline pipeline = startReader(system,
					StageDefinition.of("reader", this.reader).withOptions(StageOptions.defaults().withBatching(pairs)));
			this.letters.offer("a");
			system.run();
			assertThat(this.probes.events("reader")).isEmpty();
			this.letters.offer("b");
			system.run();
			assertThat(this.probes.await("reader", 2, Duration.ofMinutes(1))).isEqualTo(List.of("a", "b"));
			pipeline.batch("reader", BatchOptions.defaults().withSize(1));
			this.letters.offer("c");
			system.run();
			assertThat(this.probes.events("reader")).containsExactly("a", "b", "c");
		}
	}

	@Test
	void letARateBeChanged() {
		try (TestSystem system = new TestSystem()) {
			Pipeline pipeline = startReader(system, StageDefinition.of("reader", this.reader)
				.withOptions(StageOptions.defaults().withRate(new RateAccount(RateLimit.of(1, Duration.ofDays(1))))));
			List.of("a", "b", "c").forEach(this.letters::offer);
			system.run();
			assertThat(this.probes.events("reader")).containsExactly("a");
			pipeline.rate("reader", RateLimit.of(2, Duration.ofSeconds(1)));
			system.advance(Duration.ofSeconds(1));
			assertThat(this.probes.events("reader")).containsExactly("a", "b", "c");
		}
	}

	private Pipeline startReader(TestSystem system, StageDefinition reader) {
		Pipeline pipeline = new Pipeline(PipelineGraph
			.of(List.of(StageDefinition.of("letters", this.letters), this.probes.tap(reader.subscribeTo("letters")))),
				system.stages());
		pipeline.start();
		return pipeline;
	}

	@Test
	void seeWhatWasHandledBeforeAFailure() {
		StageContext[] context = new StageContext[1];
		ConsumerStage<String> failing = new ConsumerStage<>() {

			@Override
			public void onStart(StageContext started) {
				context[0] = started;
			}

			@Override
			public void handleEvents(List<String> events, Subscription from) {
				context[0].handled(from, 1);
				throw new IllegalStateException("the second one");
			}

		};
		try (TestSystem system = new TestSystem()) {
			new Pipeline(PipelineGraph.of(List.of(StageDefinition.of("letters", this.letters), this.probes.tap(
					StageDefinition.of("reader", failing).subscribeTo("letters").withRestarts(RestartPolicy.never())))),
					system.stages())
				.start();
			this.letters.offer("a");
			this.letters.offer("b");
			system.run();
			assertThat(this.probes.events("reader")).containsExactly("a");
		}
	}

	@Test
	void refuseStagesThatTheyCanNotServe() {
		try (TestSystem system = new TestSystem()) {
			start(system.stages(), this.letters);
			system.run();
			assertThatIllegalArgumentException().isThrownBy(() -> this.probes.events("lower"))
				.withMessageStartingWith("stage 'lower' is not tapped, but ");
			assertThatIllegalArgumentException().isThrownBy(() -> this.probes.emit("reader", "a"))
				.withMessage("stage 'reader' is a consumer, which emits nothing");
		}
	}

	@ParameterizedTest
	@ValueSource(classes = { ProducerStage.class, ProducerConsumerStage.class, ConsumerStage.class })
	void passOnEveryCallback(Class<? extends Stage> kind) throws Exception {
		List<String> called = new ArrayList<>();
		Stage stage = (Stage) Proxy.newProxyInstance(kind.getClassLoader(), new Class<?>[] { kind },
				(proxy, method, arguments) -> {
					called.add(method.getName());
					return (method.getReturnType() == boolean.class) ? false
							: (method.getReturnType() == long.class) ? 0L : null;
				});
		Stage tapped = new StageProbe("tapped").tap(stage);
		called.clear();
		List<Method> callbacks = Arrays.stream(kind.getMethods())
			.filter((method) -> !method.getName().equals("handleEvents"))
			.toList();
		for (Method callback : callbacks) {
			callback.invoke(tapped,
					Arrays.stream(callback.getParameterTypes())
						.map((type) -> (type == int.class) ? (Object) 1 : (type == long.class) ? 1L : null)
						.toArray());
		}
		assertThat(called).containsExactlyElementsOf(callbacks.stream().map(Method::getName).toList());
	}

}
