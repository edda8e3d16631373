package io.genstage.source;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import io.genstage.CancelMode;
import io.genstage.ConsumerStage;
import io.genstage.ExitReason;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import io.genstage.pipeline.DrainReport;
import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.StageDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Sources that block: their stage does not.
 */
@Timeout(120)
class BlockingSourceTests {

	private final StageSystem system = StageSystem.builder().closeTimeout(Duration.ofMillis(100)).build();

	private final LongAdder handled = new LongAdder();

	private final WatchedIterator numbers = new WatchedIterator(3, true);

	private final WatchedIterator stubborn = new WatchedIterator(3, false);

	@AfterEach
	void close() {
		this.numbers.released.countDown();
		this.stubborn.released.countDown();
		this.system.close();
	}

	private ConsumerStage<Object> counting() {
		return (events, from) -> this.handled.add(events.size());
	}

	private StageRef start(Sequence<Integer> source) {
		StageRef producer = this.system.start("source", source);
		subscribe("consumer", producer);
		return producer;
	}

	private void subscribe(String name, StageRef producer) {
		this.system.start(name, counting())
			.subscribeTo(producer, SubscribeOptions.defaults().withCancel(CancelMode.TEMPORARY))
			.toCompletableFuture()
			.join();
	}

	private void awaitHandled(long count) {
		await().untilAsserted(() -> assertThat(this.handled.sum()).isEqualTo(count));
	}

	static Stream<Arguments> forms() {
		Function<WatchedIterator, Sequence<Integer>> iterable = (numbers) -> Sources.iterable(() -> numbers);
		Function<WatchedIterator, Sequence<Integer>> iterator = Sources::iterator;
		Function<WatchedIterator, Sequence<Integer>> stream = (numbers) -> Sources.stream(stream(numbers));
		Function<WatchedIterator, Sequence<Integer>> streams = (numbers) -> Sources.streams(() -> stream(numbers));
		Function<WatchedIterator, Sequence<Integer>> ints = (numbers) -> Sources
			.stream(stream(numbers).mapToInt(Integer::intValue));
		return Stream.of(arguments("iterable", iterable), arguments("iterator", iterator), arguments("stream", stream),
				arguments("streams", streams), arguments("stream of numbers", ints));
	}

	private static Stream<Integer> stream(WatchedIterator numbers) {
		Iterable<Integer> iterable = () -> numbers;
		return StreamSupport.stream(iterable.spliterator(), false).onClose(numbers::close);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("forms")
	void handOnWhatIsThereWhileTheNextElementBlocks(String name, Function<WatchedIterator, Sequence<Integer>> form) {
		StageRef source = start(form.apply(this.numbers));
		awaitHandled(3);
		assertThat(source.status().out()).isEqualTo(3);
		this.numbers.released.countDown();
		await().untilAsserted(() -> assertThat(this.handled.sum()).isGreaterThan(3000));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("forms")
	void areDrainedWhileTheNextElementBlocks(String name, Function<WatchedIterator, Sequence<Integer>> form) {
		StageRef source = start(form.apply(this.numbers));
		awaitHandled(3);
		source.drain();
		await().untilAsserted(() -> assertThat(source.status().exit()).isEqualTo(ExitReason.NORMAL));
		assertThat(source.status().discarded()).isZero();
		assertThat(this.numbers.closed).hasValue(1);
		assertThat(this.numbers.clashes).hasValue(0);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("forms")
	void stopAtOnceAndAreClosedBehindTheRead(String name, Function<WatchedIterator, Sequence<Integer>> form) {
		StageRef source = start(form.apply(this.stubborn));
		awaitHandled(3);
		assertThat(source.stop(ExitReason.SHUTDOWN).toCompletableFuture().join()).isEqualTo(ExitReason.SHUTDOWN);
		await().untilAsserted(() -> assertThat(this.stubborn.interrupted).isTrue());
		assertThat(this.stubborn.closed).hasValue(0);
		this.stubborn.released.countDown();
		await().untilAsserted(() -> assertThat(this.stubborn.closed).hasValue(1));
		assertThat(this.stubborn.clashes).hasValue(0);
		assertThat(this.stubborn.read).isLessThanOrEqualTo(4);
	}

	@Test
	void handOnAMillionQuickLinesAndThreeMoreBeforeTheSilence() throws IOException {
		int quick = 1_000_000;
		try (PipedWriter slow = new PipedWriter()) {
			Stream<String> lines = Stream.concat(IntStream.range(0, quick).mapToObj(String::valueOf),
					new BufferedReader(new PipedReader(slow)).lines());
			subscribe("consumer", this.system.start("lines", Sources.stream(lines)));
			awaitHandled(quick);
			slow.write("one\ntwo\nthree\n");
			slow.flush();
			awaitHandled(quick + 3);
			slow.write("four\n");
			slow.flush();
			awaitHandled(quick + 4);
		}
	}

	@Test
	void finishTheElementThatIsBeingReadBeforeADrainEnds() {
		StageRef source = start(Sources.iterator(this.stubborn));
		awaitHandled(3);
		source.drain();
		assertThat(source.status().isRunning()).isTrue();
		this.stubborn.released.countDown();
		await().untilAsserted(() -> assertThat(source.status().exit()).isEqualTo(ExitReason.NORMAL));
		awaitHandled(this.stubborn.read);
		assertThat(this.stubborn.closed).hasValue(1);
		assertThat(this.stubborn.clashes).hasValue(0);
	}

	@Test
	void endTheirPipelineInOrderWhileTheyBlock() {
		Pipeline pipeline = new Pipeline(
				PipelineGraph.of(List.of(StageDefinition.of("numbers", Sources.iterator(this.numbers)),
						StageDefinition.of("counting", counting()).subscribeTo("numbers"))),
				this.system);
		pipeline.start();
		awaitHandled(3);
		CompletionStage<DrainReport> unused = pipeline.drain(Duration.ofSeconds(60));
		await().untilAsserted(() -> assertThat(pipeline.state()).isIn(PipelineState.STOPPED, PipelineState.COMPLETED));
		assertThat(pipeline.drainReport().orElseThrow().isComplete()).isTrue();
	}

	@Test
	void areInterruptedAtTheDeadlineOfADrain() {
		Pipeline pipeline = new Pipeline(
				PipelineGraph.of(List.of(StageDefinition.of("numbers", Sources.iterator(this.stubborn)),
						StageDefinition.of("counting", counting()).subscribeTo("numbers"))),
				this.system);
		pipeline.start();
		awaitHandled(3);
		CompletionStage<DrainReport> unused = pipeline.drain(Duration.ofMillis(1));
		await().untilAsserted(() -> assertThat(this.stubborn.interrupted).isTrue());
		assertThat(this.stubborn.closed).hasValue(0);
		assertThat(this.stubborn.clashes).hasValue(0);
	}

	@Test
	void haveAReaderForEachRunWhenTheyAreStartedAgain() {
		List<WatchedIterator> runs = List.of(this.stubborn, this.numbers);
		AtomicInteger opened = new AtomicInteger();
		Sequence<Integer> source = Sources.iterable(() -> runs.get(opened.getAndIncrement()));
		StageRef first = start(source);
		awaitHandled(3);
		first.stop(ExitReason.SHUTDOWN).toCompletableFuture().join();
		subscribe("other", this.system.start("source", source));
		awaitHandled(6);
		this.stubborn.released.countDown();
		await().untilAsserted(() -> assertThat(this.stubborn.closed).hasValue(1));
		assertThat(this.numbers.closed).hasValue(0);
		assertThat(this.stubborn.clashes).hasValue(0);
		assertThat(this.numbers.clashes).hasValue(0);
	}

	@Test
	void areReadByOneThreadAtATimeHoweverTheyAreAsked() {
		WatchedIterator many = new WatchedIterator(Integer.MAX_VALUE, true);
		StageRef source = this.system.start("source", Sources.iterator(many));
		List<Integer> received = new ArrayList<>();
		Subscription subscription = this.system
			.start("consumer", (ConsumerStage<Integer>) (events, from) -> received.addAll(events))
			.subscribeTo(source, SubscribeOptions.defaults().withManualDemand().withCancel(CancelMode.TEMPORARY))
			.toCompletableFuture()
			.join();
		int asked = 3000;
		IntStream.range(0, asked).forEach((number) -> subscription.ask(1));
		await().untilAsserted(() -> assertThat(source.status().out()).isEqualTo(asked));
		subscription.consumer().stop(ExitReason.NORMAL).toCompletableFuture().join();
		source.stop(ExitReason.SHUTDOWN).toCompletableFuture().join();
		assertThat(received).containsExactlyElementsOf(IntStream.range(0, asked).boxed().toList());
		assertThat(many.read).isEqualTo(asked);
		assertThat(many.clashes).hasValue(0);
	}

}
