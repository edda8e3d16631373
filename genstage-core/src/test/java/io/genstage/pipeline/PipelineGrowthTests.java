package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.StageContext;
import io.genstage.StageOptions;
import io.genstage.StageStartException;
import io.genstage.Subscription;
import io.genstage.dispatch.Dispatchers;
import io.genstage.source.EventQueue;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Pipeline#add}.
 */
class PipelineGrowthTests extends PipelineFixture {

	private final EventQueue<Integer> queue = new EventQueue<>(1000);

	private final List<Integer> first = new ArrayList<>();

	private final List<Integer> further = new ArrayList<>();

	private final Pipeline pipeline = pipeline(
			StageDefinition.of("queue", this.queue)
				.withOptions(StageOptions.defaults().withDispatcher(Dispatchers.broadcast())),
			StageDefinition.of("first", collecting(this.first)).subscribeTo("queue", FEW));

	@Test
	void joinsAConsumerToAProducerThatRuns() {
		this.pipeline.start();
		offer(0, 1, 2);
		CompletableFuture<?> added = future(this.pipeline.add(List.of(further("queue"))));
		run();
		assertThat(added).isCompleted();
		offer(3, 4, 5);
		assertThat(this.first).containsExactly(0, 1, 2, 3, 4, 5);
		assertThat(this.further).containsExactly(3, 4, 5);
		assertThat(this.pipeline.graph().consumersOf("queue")).containsExactly("first", "further");
		assertThat(this.pipeline.status().edge("further", "queue")).isPresent();
		assertThat(this.pipeline.name()).isEqualTo("queue");
	}

	@Test
	void joinsSeveralStagesAtOnce() {
		this.pipeline.start();
		run();
		ProducerConsumerStage<Integer, Integer> tenfold = (events,
				from) -> events.stream().map((event) -> 10 * event).toList();
		this.pipeline
			.add(List.of(further("tenfold"), StageDefinition.of("tenfold", tenfold).subscribeTo("queue", FEW)));
		offer(1, 2, 3);
		assertThat(this.further).containsExactly(10, 20, 30);
		assertThat(this.pipeline.status().stages()).extracting(ManagedStageStatus::name)
			.containsExactly("queue", "first", "tenfold", "further");
	}

	@Test
	void drainsAndControlsThemLikeTheOthers() {
		this.pipeline.start();
		this.pipeline.add(List.of(further("queue")));
		run();
		this.pipeline.pause("further");
		run();
		assertThat(stage(this.pipeline, "further").state()).isEqualTo(StageState.PAUSED);
		this.pipeline.resume("further");
		run();
		this.queue.offer(1);
		CompletableFuture<DrainReport> report = this.pipeline.drain(Duration.ofSeconds(1)).toCompletableFuture();
		run();
		assertThat(report.join().stages()).extracting(DrainReport.Outcome::stage)
			.containsExactly("queue", "first", "further");
		assertThat(report.join().isComplete()).isTrue();
		assertThat(this.further).containsExactly(1);
	}

	@Test
	void startsThemWithAPipelineThatIsNotStarted() {
		this.pipeline.add(List.of(further("queue")));
		run();
		assertThat(this.pipeline.status().state()).isEqualTo(PipelineState.CREATED);
		this.pipeline.start();
		offer(1);
		assertThat(this.further).containsExactly(1);
	}

	@Test
	void leavesThoseForLaterThatDoNotStartByThemselves() {
		this.pipeline.start();
		this.pipeline.add(List.of(further("queue").withAutoStartup(false)));
		run();
		assertThat(stage(this.pipeline, "further").state()).isEqualTo(StageState.CREATED);
		this.pipeline.start("further");
		offer(1);
		assertThat(this.further).containsExactly(1);
	}

	@Test
	void completesAConsumerOfACompletedProducer() {
		this.queue.close();
		this.pipeline.start();
		run();
		assertThat(this.pipeline.status().state()).isEqualTo(PipelineState.COMPLETED);
		this.pipeline.add(List.of(further("queue")));
		run();
		assertThat(stage(this.pipeline, "further").state()).isEqualTo(StageState.COMPLETED);
	}

	@Test
	void refusesWhatWouldMakeTheGraphUnsound() {
		this.pipeline.start();
		assertThatExceptionOfType(InvalidGraphException.class)
			.isThrownBy(() -> this.pipeline.add(List.of(further("qeue"))))
			.withMessageContaining("stage 'further' subscribes to 'qeue', which doesn't exist: did you mean 'queue'?");
		assertThatExceptionOfType(InvalidGraphException.class)
			.isThrownBy(() -> this.pipeline
				.add(List.of(StageDefinition.of("first", collecting(this.further)).subscribeTo("queue", FEW))))
			.withMessageContaining("stage 'first' is defined more than once");
		assertThat(this.pipeline.graph().stages()).extracting(StageDefinition::name).containsExactly("queue", "first");
	}

	@Test
	void refusesThemWhenItDrains() {
		this.pipeline.start();
		this.pipeline.drain(Duration.ofSeconds(1));
		assertThatIllegalStateException().isThrownBy(() -> this.pipeline.add(List.of(further("queue"))))
			.withMessage("pipeline 'queue' can't take in further stages: it drains");
	}

	@Test
	void letsOneBeStartedLaterThatCanNotStart() {
		boolean[] printer = { false };
		this.pipeline.start();
		run();
		StageDefinition printing = StageDefinition.of("printing", new ConsumerStage<Integer>() {
			@Override
			public void onStart(StageContext context) {
				if (!printer[0]) {
					throw new IllegalStateException("no printer");
				}
			}

			@Override
			public void handleEvents(List<Integer> events, Subscription from) {
				PipelineGrowthTests.this.further.addAll(events);
			}
		}).subscribeTo("queue", FEW);
		assertThatExceptionOfType(StageStartException.class).isThrownBy(() -> this.pipeline.add(List.of(printing)));
		offer(1);
		assertThat(this.first).containsExactly(1);
		assertThat(stage(this.pipeline, "printing").state()).isEqualTo(StageState.CREATED);
		printer[0] = true;
		this.pipeline.start("printing");
		offer(2);
		assertThat(this.further).containsExactly(2);
	}

	private StageDefinition further(String producer) {
		return StageDefinition.of("further", collecting(this.further)).subscribeTo(producer, FEW);
	}

	private void offer(Integer... events) {
		run();
		for (Integer event : events) {
			this.queue.offer(event);
		}
		run();
	}

}
