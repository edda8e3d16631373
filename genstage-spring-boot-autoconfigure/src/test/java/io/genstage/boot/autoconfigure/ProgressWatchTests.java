package io.genstage.boot.autoconfigure;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.genstage.SourceProgress;
import io.genstage.SourceProgress.Measure;
import io.genstage.StageSystem;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.StageRegistry;
import io.genstage.boot.TestContexts;
import io.genstage.source.EventQueue;
import io.genstage.thread.StageScheduler;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is shown of finite sources, and when, in time that the tests let pass.
 */
@Timeout(60)
class ProgressWatchTests {

	private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

	private final Clock clock = new Clock();

	private final List<String> shown = new ArrayList<>();

	private final Work work = new Work();

	private final ApplicationContextRunner contextRunner = TestContexts.runner()
		.withPropertyValues("genstage.lifecycle.auto-startup=false", "genstage.lifecycle.drain-timeout=0s",
				"genstage.progress.log-every=0s")
		.withBean(StageSystem.class, () -> StageSystem.builder().executor(Runnable::run).scheduler(this.clock).build())
		.withBean(Work.class, () -> this.work);

	private ProgressWatch watch(StageRegistry registry, StageSystem system) {
		return new ProgressWatch(registry, system, TEN_SECONDS, new ProgressOutput() {

			@Override
			public void show(String pipeline, List<SourceReading> sources) {
				sources.forEach((source) -> ProgressWatchTests.this.shown
					.add("%s %s: %s".formatted(pipeline, source.stage(), source)));
			}

			@Override
			public void end(String pipeline) {
				ProgressWatchTests.this.shown.add(pipeline + " ended");
			}

		});
	}

	private void run(Class<?> stages, java.util.function.Consumer<StageRegistry> test) {
		this.contextRunner.withUserConfiguration(stages).withBean("watch", Holder.class).run((context) -> {
			StageRegistry registry = TestContexts.registry(context);
			context.getBean(Holder.class).delegate = watch(registry, context.getBean(StageSystem.class));
			context.getBean(io.genstage.boot.PipelineLifecycle.class).start();
			test.accept(registry);
		});
	}

	@Test
	void showsHowFarASourceIsAfterEachInterval() {
		run(Numbers.class, (registry) -> {
			this.work.finish(200);
			this.clock.pass(TEN_SECONDS);
			assertThat(this.shown)
				.containsExactly("numbers numbers: 20 % done, 201 of 1000 events, 20/s, about 39 s left");
			this.work.finish(100);
			this.clock.pass(TEN_SECONDS);
			assertThat(this.shown).hasSize(2)
				.last()
				.isEqualTo("numbers numbers: 30 % done, 301 of 1000 events, 10/s, about 1 min 9 s left");
			this.clock.pass(TEN_SECONDS);
			assertThat(this.shown).hasSize(3).last().isEqualTo("numbers numbers: 30 % done, 301 of 1000 events");
			// No time passes while the context closes: nothing may be left.
			this.work.finish(700);
		});
	}

	@Test
	void leavesNoTimerBehindAtTheEnd() {
		run(Numbers.class, (registry) -> {
			this.work.finish(200);
			this.clock.pass(TEN_SECONDS);
			this.work.finish(800);
			assertThat(registry.pipelines()).extracting((pipeline) -> pipeline.state().name())
				.containsExactly("COMPLETED");
			assertThat(this.shown).hasSize(2).last().isEqualTo("numbers ended");
			this.clock.pass(Duration.ofMinutes(1));
			assertThat(this.shown).hasSize(2);
		});
	}

	@Test
	void looksOnceAtWhatHasNoEnd() {
		run(Endless.class, (registry) -> {
			this.clock.pass(Duration.ofMinutes(1));
			assertThat(this.shown).containsExactly("queue ended");
		});
	}

	@ParameterizedTest
	@CsvSource({ "-1s", "99ms" })
	void hasAnIntervalThatIsLongEnough(String interval) {
		TestContexts.runner()
			.withUserConfiguration(Endless.class)
			.withBean(Work.class)
			.withPropertyValues("genstage.progress.log-every=" + interval)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining(
						"'genstage.progress.log-every': must be 0s or 100ms or more, but is " + interval));
	}

	@Nested
	class Bar {

		private final StringWriter terminal = new StringWriter();

		private final ProgressBar bar = new ProgressBar(new PrintWriter(this.terminal));

		@Test
		void isDrawnOverAndRemoved() {
			this.bar.show("lines", List.of(reading("lines", SourceProgress.ofEvents(450, 1000L))));
			this.bar.end("lines");
			assertThat(this.terminal).hasToString(
					"\r\u001B[Klines [####......] 45 % done, 450 of 1000 events, 45/s, about 12 s left\r\u001B[K");
		}

		@Test
		void leavesOutWhatItHasNoRoomFor() {
			this.bar.show("lines", List.of(reading("lines of all files", SourceProgress.ofEvents(450, 1000L))));
			assertThat(this.terminal)
				.hasToString("\r\u001B[Klines of all files [####......] 45 % done, 450 of 1000 events, 45/s");
		}

		@Test
		void isNoBarWithoutATotal() {
			this.bar.show("lines", List.of(reading("lines", new SourceProgress(450, null, Measure.BYTES))));
			assertThat(this.terminal).hasToString("\r\u001B[Klines 450 bytes done, total unknown, 45/s");
		}

		private static SourceReading reading(String stage, SourceProgress progress) {
			return SourceReading.of(stage, progress, new SourceProgress(0, progress.total(), progress.measure()),
					TEN_SECONDS);
		}

	}

	/**
	 * Gets to know what happens, once the stages are there that it looks at.
	 */
	static class Holder implements io.genstage.pipeline.PipelineListener {

		private io.genstage.pipeline.PipelineListener delegate = new io.genstage.pipeline.PipelineListener() {
		};

		@Override
		public void onStageChange(io.genstage.pipeline.StageChange change) {
			this.delegate.onStageChange(change);
		}

		@Override
		public void onPipelineChange(io.genstage.pipeline.PipelineChange change) {
			this.delegate.onPipelineChange(change);
		}

	}

	/**
	 * What is being handled, to be finished by the test.
	 */
	static class Work {

		private final Map<Integer, CompletableFuture<Void>> open = new HashMap<>();

		private int finished;

		CompletableFuture<Void> begin(int number) {
			CompletableFuture<Void> work = new CompletableFuture<>();
			this.open.put(number, work);
			return work;
		}

		void finish(int events) {
			for (int event = 0; event < events; event++) {
				this.open.remove(this.finished++).complete(null);
			}
		}

	}

	/**
	 * Time that passes when the test lets it.
	 */
	static class Clock implements StageScheduler {

		private final PriorityQueue<Task> tasks = new PriorityQueue<>(Comparator.comparingLong(Task::due));

		private long now;

		@Override
		public Timer schedule(Duration delay, Runnable work) {
			Task task = new Task(this.now + delay.toNanos(), work);
			this.tasks.add(task);
			return () -> this.tasks.remove(task);
		}

		@Override
		public long nanoTime() {
			return this.now;
		}

		void pass(Duration time) {
			long until = this.now + time.toNanos();
			while (!this.tasks.isEmpty() && this.tasks.peek().due() <= until) {
				Task task = this.tasks.remove();
				this.now = task.due();
				task.work().run();
			}
			this.now = until;
		}

		private record Task(long due, Runnable work) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Numbers {

		@Bean
		@Producer
		List<Integer> numbers() {
			return IntStream.range(0, 1000).boxed().toList();
		}

		@Bean
		Handle handle(Work work) {
			return new Handle(work);
		}

	}

	static class Handle {

		private final Work work;

		Handle(Work work) {
			this.work = work;
		}

		@Consumer(subscribeTo = "numbers", maxDemand = 1, minDemand = 0, inFlight = 2)
		CompletableFuture<Void> handle(Integer number) {
			return this.work.begin(number);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Endless {

		@Bean
		@Producer
		EventQueue<String> queue() {
			return new EventQueue<>(1);
		}

		@Consumer(subscribeTo = "queue")
		void handle(String event) {
		}

	}

}
