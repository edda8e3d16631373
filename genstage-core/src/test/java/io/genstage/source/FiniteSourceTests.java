package io.genstage.source;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.genstage.AsyncConsumerStage;
import io.genstage.CancelMode;
import io.genstage.ExitReason;
import io.genstage.ProducerStage;
import io.genstage.SourceProgress;
import io.genstage.SourceProgress.Measure;
import io.genstage.StageKind;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.intake.InFlight;
import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.StageDefinition;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.CheckpointedSource.Element;
import io.genstage.source.CheckpointedSource.Extent;
import io.genstage.source.CheckpointedSource.Page;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * How far sources say that they have come, in time that the tests let pass.
 */
class FiniteSourceTests {

	private final SeededExecutor executor = new SeededExecutor(1);

	private final StageSystem system = StageSystem.builder().executor(this.executor).scheduler(this.executor).build();

	/** What is being handled, to be finished by the test. */
	private final Map<Object, CompletableFuture<Void>> open = new HashMap<>();

	private int started;

	private StageRef start(ProducerStage<?> source, int maxDemand) {
		StageRef producer = this.system.start("source-" + ++this.started, source);
		this.system.start("consumer-" + this.started, consumer(), inFlight(maxDemand))
			.subscribeTo(producer, new SubscribeOptions(maxDemand, maxDemand - 1, CancelMode.TEMPORARY));
		this.executor.runReady();
		return producer;
	}

	private Pipeline start(StageDefinition source) {
		Pipeline pipeline = new Pipeline(PipelineGraph.of(List.of(source,
				StageDefinition.of("consumer", consumer())
					.withOptions(inFlight(10))
					.subscribeTo("source", new SubscribeOptions(1, 0, CancelMode.TEMPORARY)))),
				this.system);
		pipeline.start();
		this.executor.runReady();
		return pipeline;
	}

	private AsyncConsumerStage<Object> consumer() {
		return (event, from) -> {
			CompletableFuture<Void> work = new CompletableFuture<>();
			this.open.put(event, work);
			return work;
		};
	}

	private static StageOptions inFlight(int events) {
		return StageOptions.defaults().withInFlight(InFlight.of(events).unordered());
	}

	private static @Nullable SourceProgress progress(Pipeline pipeline) {
		return pipeline.status().stage("source").orElseThrow().started().orElseThrow().progress();
	}

	private void finish(Object... events) {
		for (Object event : events) {
			this.open.remove(event).complete(null);
		}
		this.executor.runReady();
	}

	private void finishAll() {
		while (!this.open.isEmpty()) {
			finish(List.copyOf(this.open.keySet()).toArray());
		}
	}

	private static @Nullable SourceProgress progress(StageRef source) {
		return source.status().progress();
	}

	private static SourceProgress events(long done, @Nullable Long total) {
		return SourceProgress.ofEvents(done, total);
	}

	@Nested
	class Sequences {

		@Test
		void countWhatTheyHaveEmittedOfACollection() {
			StageRef source = start(Sources.iterable(List.of("a", "b", "c", "d")), 2);
			assertThat(progress(source)).isEqualTo(events(2, 4L));
			finish("a");
			assertThat(progress(source)).isEqualTo(events(3, 4L));
			finishAll();
			assertThat(progress(source)).isEqualTo(events(4, 4L));
			assertThat(source.status().exit()).isEqualTo(ExitReason.NORMAL);
		}

		@Test
		void knowTheSizeOfAStreamThatKnowsIt() {
			StageRef mapped = start(Sources.stream(IntStream.range(0, 10).map((number) -> 2 * number)), 3);
			assertThat(progress(mapped)).isEqualTo(events(3, 10L));
		}

		@Test
		void knowTheTotalOfOthersAtTheEnd() {
			StageRef source = start(Sources.stream(Stream.of("a", "b", "c").filter((letter) -> !letter.equals("b"))),
					1);
			assertThat(progress(source)).isEqualTo(events(1, null));
			finishAll();
			assertThat(progress(source)).isEqualTo(events(2, 2L));
		}

		@Test
		void haveNothingToDoWithoutElements() {
			StageRef source = start(Sources.iterable(List.of()), 1);
			assertThat(progress(source)).isEqualTo(events(0, 0L));
		}

		@Test
		void whoseListShrinksHaveTheTotalThatWasThere() {
			List<String> shrinking = new ArrayList<>(List.of("a", "b", "c")) {

				@Override
				public int size() {
					return 4;
				}

			};
			StageRef source = start(Sources.iterable(shrinking), 1);
			assertThat(progress(source)).isEqualTo(events(1, 4L));
			finishAll();
			assertThat(progress(source)).isEqualTo(events(3, 3L));
		}

		@Test
		void stopBeforeTheEndIfTheyAreDrained() {
			Pipeline pipeline = start(StageDefinition.of("source", Sources.iterable(List.of("a", "b", "c"))));
			pipeline.drain(Duration.ofSeconds(1));
			FiniteSourceTests.this.executor.runReady();
			finishAll();
			assertThat(progress(pipeline)).isEqualTo(events(1, 3L));
		}

	}

	@Nested
	class Others {

		@Test
		void haveNoProgressWithoutAnEnd() {
			assertThat(progress(start(Sources.polling((limit) -> List.of()), 1))).isNull();
			assertThat(progress(start(new EventQueue<>(1), 1))).isNull();
		}

		@Test
		void sayThemselvesHowFarTheyAre() {
			class Own implements ProducerStage<String> {

				@Override
				public List<String> handleDemand(long demand) {
					return List.of();
				}

				@Override
				public SourceProgress progress() {
					return new SourceProgress(5, 7L, Measure.BYTES);
				}

			}
			SourceProgress own = new SourceProgress(5, 7L, Measure.BYTES);
			assertThat(progress(start(new Own(), 1))).isEqualTo(own);
			assertThat(progress(start(Sources.deferred((context) -> new Own()), 1))).isEqualTo(own);
		}

		@Test
		void areAddedUpOverTheInstancesOfAStage() {
			Pipeline pipeline = start(
					StageDefinition.of("source", StageKind.PRODUCER, () -> Sources.iterable(List.of("a", "b", "c")))
						.withConcurrency(2));
			assertThat(progress(pipeline)).isEqualTo(events(2, 6L));
		}

	}

	@Nested
	class Checkpointed {

		private final MemoryProgressStore<Integer> store = new MemoryProgressStore<>();

		private final List<Integer> numbers = List.of(1, 2, 3, 4, 5);

		private CheckpointedSource<Integer, Integer> source(boolean counted) {
			return new CheckpointedSource<>() {

				@Override
				public Page<Integer, Integer> read(@Nullable Integer position, int max) {
					List<Integer> page = behind(position).stream().limit(max).toList();
					return new Page<>(page.stream().map((number) -> new Element<>(number, number)).toList(),
							page.isEmpty() || page.contains(5));
				}

				@Override
				public @Nullable Extent<Integer> extent(@Nullable Integer position) {
					return counted ? Extent.ofElements(behind(position).size()) : null;
				}

			};
		}

		private List<Integer> behind(@Nullable Integer position) {
			return this.numbers.stream().filter((number) -> position == null || number > position).toList();
		}

		@Test
		void countWhatIsSettledInWhateverOrder() {
			StageRef source = start(Sources.checkpointed(source(true), this.store, "numbers"), 3);
			assertThat(progress(source)).isEqualTo(events(0, 5L));
			finish(2);
			assertThat(progress(source)).isEqualTo(events(1, 5L));
			finishAll();
			assertThat(progress(source)).isEqualTo(events(5, 5L));
		}

		@Test
		void countWhatIsLeftOfAnEarlierRun() {
			this.store.save("numbers", 2);
			StageRef source = start(Sources.checkpointed(source(true), this.store, "numbers"), 1);
			assertThat(progress(source)).isEqualTo(events(0, 3L));
			finish(3);
			assertThat(progress(source)).isEqualTo(events(1, 3L));
		}

		@Test
		void knowTheTotalWithTheLastPageIfNobodyCounts() {
			StageRef source = start(Sources.checkpointed(source(false), this.store, "numbers"), 3);
			assertThat(progress(source)).isEqualTo(events(0, null));
			finish(1, 2, 3);
			assertThat(progress(source)).isEqualTo(events(3, 5L));
		}

		@Test
		void ofLinesMeasureTheBytesUpToWhichAllIsSettled(@TempDir Path directory) throws IOException {
			Path file = Files.writeString(directory.resolve("lines.txt"), "one\nand\nthree");
			MemoryProgressStore<LinePosition> positions = new MemoryProgressStore<>();
			positions.save("lines", new LinePosition(1, 4));
			StageRef source = start(Sources.lines(file, positions, "lines"), 2);
			assertThat(progress(source)).isEqualTo(new SourceProgress(4, 13L, Measure.BYTES));
			finish("three");
			assertThat(progress(source)).isEqualTo(new SourceProgress(4, 13L, Measure.BYTES));
			finish("and");
			assertThat(progress(source)).isEqualTo(new SourceProgress(13, 13L, Measure.BYTES));
		}

		@Test
		void ofGrowingLinesHaveNoTotal(@TempDir Path directory) throws IOException {
			Path file = Files.writeString(directory.resolve("lines.txt"), "one\n");
			StageRef source = start(
					Sources.checkpointed(Lines.of(file).growing(), new MemoryProgressStore<>(), "lines"), 2);
			assertThat(progress(source)).isEqualTo(events(0, null));
		}

		@Test
		void ofAResourceHaveTheSizeThatIsGiven() throws Exception {
			Lines lines = Lines.of(() -> new ByteArrayInputStream("a\nb\n".getBytes(StandardCharsets.UTF_8)))
				.sized(() -> 4L);
			Extent<LinePosition> extent = lines.extent(null);
			assertThat(extent.total()).isEqualTo(4);
			assertThat(extent.measured().applyAsLong(new LinePosition(1, 2))).isEqualTo(2);
		}

		@Test
		void haveAnExtentThatIsNotNegative() {
			assertThatIllegalArgumentException().isThrownBy(() -> Extent.ofElements(-1))
				.withMessage("expected total to be 0 or more, but got -1");
		}

		@Test
		void countAgainIfTheSourceCannotBeReached() {
			List<String> counts = new ArrayList<>();
			CheckpointedSource<Integer, Integer> source = new CheckpointedSource<>() {

				@Override
				public Page<Integer, Integer> read(@Nullable Integer position, int max) {
					return Page.of(List.of());
				}

				@Override
				public Extent<Integer> extent(@Nullable Integer position) {
					counts.add("count");
					if (counts.size() == 1) {
						throw new SourceUnavailableException("away", new IOException());
					}
					return Extent.ofElements(7);
				}

			};
			StageRef started = start(Sources.checkpointed(source, this.store, "numbers"), 1);
			while (counts.size() < 2) {
				assertThat(FiniteSourceTests.this.executor.runOne()).isTrue();
			}
			FiniteSourceTests.this.executor.runReady();
			assertThat(progress(started)).isEqualTo(events(0, 7L));
		}

	}

}
