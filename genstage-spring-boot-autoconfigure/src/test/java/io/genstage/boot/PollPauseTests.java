package io.genstage.boot;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import io.genstage.ConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.source.EventQueue;
import io.genstage.thread.StageScheduler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The pauses of producers that are polled, in virtual time.
 */
class PollPauseTests {

	private static final String PLAIN = "genstage.stages.%s.poll.";

	private final VirtualTime time = new VirtualTime();

	private final ApplicationContextRunner contextRunner = TestContexts.runner()
		.withPropertyValues("genstage.lifecycle.auto-startup=false")
		.withBean(VirtualTime.class, () -> this.time)
		.withUserConfiguration(Polled.class);

	@ParameterizedTest
	@ValueSource(strings = { "method", "supplier" })
	void growFromTenMillisecondsToASecondIfNothingIsSaid(String stage) {
		assertThat(polls(stage, 4000)).containsExactly(0, 10, 30, 70, 150, 310, 630, 1270, 2270, 3270);
	}

	@ParameterizedTest
	@ValueSource(strings = { "method", "supplier" })
	void doubleUpToTheLongestOne(String stage) {
		assertThat(
				polls(stage, 1500, PLAIN.formatted(stage) + "pause=100ms", PLAIN.formatted(stage) + "max-pause=300ms"))
			.containsExactly(0, 100, 300, 600, 900, 1200, 1500);
	}

	@Test
	void areThoseOfTheAnnotation() {
		assertThat(polls("marked", 700)).containsExactly(0, 50, 150, 250, 350, 450, 550, 650);
	}

	@Test
	void areThoseOfThePropertyBeforeTheAnnotation() {
		assertThat(polls("marked", 700, "genstage.stages.marked.poll.pause=70ms")).containsExactly(0, 70, 170, 270, 370,
				470, 570, 670);
	}

	@Test
	void doNotGrowIfTheFirstOneIsLongerThanTheDefaultOfTheLongest() {
		assertThat(polls("method", 7000, "genstage.stages.method.poll.pause=2s")).containsExactly(0, 2000, 4000, 6000);
	}

	@Test
	void beginAnewAfterAnEvent() {
		this.time.eventAt = 30;
		assertThat(polls("method", 150)).containsExactly(0, 10, 30, 30, 40, 60, 100);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					genstage.stages.method.poll.pause=0s       | property 'genstage.stages.method.poll.pause': must be from 1ms to 1d, but is 0s
					genstage.stages.method.poll.pause=25h      | property 'genstage.stages.method.poll.pause': must be from 1ms to 1d, but is 1d1h
					genstage.stages.method.poll.max-pause=9ms  | property 'genstage.stages.method.poll.max-pause': must be from 10ms to 1d (not below 'poll.pause'), but is 9ms
					genstage.stages.marked.poll.max-pause=49ms | property 'genstage.stages.marked.poll.max-pause': must be from 50ms to 1d (not below 'poll.pause'), but is 49ms
					genstage.stages.keep.poll.pause=1s         | property 'genstage.stages.keep.poll': has no effect on a consumer: remove it
					genstage.stages.queue.poll.pause=1s        | property 'genstage.stages.queue.poll.pause': has no effect, as the producer is not polled: remove it
					genstage.stages.list.poll.max-pause=1s     | property 'genstage.stages.list.poll.max-pause': has no effect, as the producer is not polled: remove it
					genstage.stages.method.poll.max-pause=soon | property 'genstage.stages.method.poll.max-pause': must be a time such as 500ms or 2s, from 'poll.pause' to 1d, but is 'soon'
					the.pause=0ms                              | attribute 'poll.pause' must be from 1ms to 1d, but is 0s
					the.pause=101ms                            | attribute 'poll.maxPause' must be from 101ms to 1d (not below 'poll.pause'), but is 100ms
					the.pause=soon                             | attribute 'poll.pause' must be a time such as 500ms or 2s, but is 'soon'
					""")
	void haveLimits(String property, String message) {
		this.contextRunner.withPropertyValues(property)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining(message)
				.hasMessageNotContaining("\n"));
	}

	/** Polls a stage for some time, and returns when it was polled. */
	private List<Integer> polls(String stage, int millis, String... properties) {
		this.contextRunner.withPropertyValues(properties).run((context) -> {
			StageSystem system = StageSystem.builder().executor(this.time).scheduler(this.time).build();
			ProducerStage<?> producer = (ProducerStage<?>) TestContexts.registry(context)
				.definition(stage)
				.orElseThrow()
				.stages()
				.get();
			StageRef polled = system.start(stage, producer, StageOptions.defaults());
			StageRef asking = system.start("asking", (ConsumerStage<Object>) (events, from) -> {
			});
			asking.subscribeTo(polled, SubscribeOptions.defaults().withMaxDemand(100));
			this.time.runUntil(millis);
		});
		return this.time.polls;
	}

	static class Polled {

		private final VirtualTime time;

		Polled(VirtualTime time) {
			this.time = time;
		}

		@Producer
		List<String> method() {
			return this.time.poll();
		}

		@Producer(poll = @Producer.Poll(pause = "${the.pause:50ms}", maxPause = "100ms"))
		List<String> marked(int demand) {
			return this.time.poll();
		}

		@Bean
		@Producer
		Supplier<List<String>> supplier() {
			return this.time::poll;
		}

		@Bean
		@Producer
		EventQueue<String> queue() {
			return new EventQueue<>(1);
		}

		@Bean
		@Producer
		List<String> list() {
			return List.of();
		}

		@Consumer(subscribeTo = { "method", "marked", "supplier", "queue", "list" })
		void keep(String event) {
		}

	}

	/**
	 * A clock that goes on when there is nothing else to do.
	 */
	static class VirtualTime implements Executor, StageScheduler {

		private final List<Integer> polls = new ArrayList<>();

		private final Queue<Runnable> ready = new ArrayDeque<>();

		private final Queue<Due> timers = new PriorityQueue<>(Comparator.comparing(Due::at));

		private Duration now = Duration.ZERO;

		private int eventAt = -1;

		List<String> poll() {
			int millis = (int) this.now.toMillis();
			this.polls.add(millis);
			boolean answers = millis == this.eventAt;
			this.eventAt = answers ? -1 : this.eventAt;
			return answers ? List.of("event") : List.of();
		}

		void runUntil(int millis) {
			runReady();
			while (!this.timers.isEmpty() && this.timers.element().at().toMillis() <= millis) {
				Due next = this.timers.remove();
				this.now = next.at();
				next.task().run();
				runReady();
			}
		}

		private void runReady() {
			while (!this.ready.isEmpty()) {
				this.ready.remove().run();
			}
		}

		@Override
		public void execute(Runnable task) {
			this.ready.add(task);
		}

		@Override
		public Timer schedule(Duration delay, Runnable task) {
			Due due = new Due(this.now.plus(delay), task);
			this.timers.add(due);
			return () -> this.timers.remove(due);
		}

		@Override
		public long nanoTime() {
			return this.now.toNanos();
		}

		private record Due(Duration at, Runnable task) {
		}

	}

}
