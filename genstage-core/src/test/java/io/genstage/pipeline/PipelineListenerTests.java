package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.genstage.ConsumerStage;
import io.genstage.StageSystem;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PipelineListenerTests extends PipelineFixture {

	private final List<String> heard = new ArrayList<>();

	private final EventQueue<Integer> queue = new EventQueue<>(10);

	private final PipelineListener listener = new PipelineListener() {

		@Override
		public void onStageChange(StageChange change) {
			PipelineListenerTests.this.heard.add("%s: %s -> %s%s".formatted(change.stage(), change.from(), change.to(),
					(change.cause() != null) ? ", " + change.cause() : ""));
		}

		@Override
		public void onPipelineChange(PipelineChange change) {
			PipelineListenerTests.this.heard
				.add("pipeline %s: %s -> %s".formatted(change.pipeline(), change.from(), change.to()));
		}

		@Override
		public void onDrained(DrainReport report) {
			PipelineListenerTests.this.heard.add(report.toString());
		}

	};

	@Test
	void hearsOfEachChangeInOrder() {
		Pipeline pipeline = pipeline(this.listener);
		pipeline.start();
		run();
		assertThat(heard()).containsExactly("queue: CREATED -> STARTING", "a: CREATED -> STARTING",
				"pipeline queue: CREATED -> RUNNING", "queue: STARTING -> RUNNING", "a: STARTING -> RUNNING");
		pipeline.pause("a");
		run();
		assertThat(heard()).containsExactly("a: RUNNING -> PAUSING", "a: PAUSING -> PAUSED");
		pipeline.resume("a");
		this.queue.offer(0);
		run();
		assertThat(heard()).containsExactly("a: PAUSED -> RUNNING",
				"a: RUNNING -> RESTARTING, failure (java.lang.IllegalStateException: no)");
		this.executor.advance(Duration.ofMillis(100));
		assertThat(heard()).containsExactly("a: RESTARTING -> STARTING, failure (java.lang.IllegalStateException: no)",
				"a: STARTING -> RUNNING");
		pipeline.drain(Duration.ofSeconds(1));
		run();
		assertThat(heard()).containsExactly("pipeline queue: RUNNING -> DRAINING",
				"queue: RUNNING -> COMPLETED, normal", "a: RUNNING -> COMPLETED, normal",
				"pipeline queue: DRAINING -> COMPLETED",
				"pipeline 'queue' has been drained, nothing is left (queue: 0 finished in 0 ms, a: 0 finished in 0 ms)");
	}

	@Test
	void mayCallThePipelineAndFail() {
		Pipeline[] called = new Pipeline[1];
		called[0] = pipeline(new PipelineListener() {
			@Override
			public void onPipelineChange(PipelineChange change) {
				if (change.to() == PipelineState.RUNNING) {
					called[0].pause("a");
					throw new AssertionError("planted");
				}
			}
		});
		called[0].start();
		run();
		assertThat(stage(called[0], "a").state()).isEqualTo(StageState.PAUSED);
	}

	@Test
	void doesNotHoldUpTheTimerOfRestarts() {
		List<Boolean> byTimer = new ArrayList<>();
		boolean[] timerRuns = { false };
		StageSystem system = StageSystem.builder().executor(this.executor).scheduler((delay, task) -> {
			return this.executor.schedule(delay, () -> {
				timerRuns[0] = true;
				task.run();
				timerRuns[0] = false;
			});
		}).build();
		this.queue.offer(0);
		new Pipeline(graph(), system, List.of(new PipelineListener() {
			@Override
			public void onStageChange(StageChange change) {
				byTimer.add(timerRuns[0]);
			}
		})).start();
		this.executor.advance(Duration.ofMillis(100));
		assertThat(byTimer).hasSizeGreaterThan(6).doesNotContain(true);
	}

	private List<String> heard() {
		List<String> heard = List.copyOf(this.heard);
		this.heard.clear();
		return heard;
	}

	private Pipeline pipeline(PipelineListener listener) {
		return new Pipeline(graph(), this.system, List.of(listener));
	}

	private PipelineGraph graph() {
		return PipelineGraph.of(List.of(StageDefinition.of("queue", this.queue),
				StageDefinition.of("a", (ConsumerStage<Integer>) (events, from) -> {
					throw new IllegalStateException("no");
				}).subscribeTo("queue", FEW)));
	}

}
