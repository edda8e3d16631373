package io.genstage.examples;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import io.genstage.ConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.source.CheckpointOptions;
import io.genstage.source.CheckpointedProducer;
import io.genstage.source.CheckpointedSource;
import io.genstage.source.CheckpointedSource.Element;
import io.genstage.source.CheckpointedSource.Page;
import io.genstage.source.LinePosition;
import io.genstage.source.MemoryProgressStore;
import io.genstage.source.ProgressStore;
import io.genstage.source.Sources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class CheckpointExampleTests {

	private static List<String> allOf(ProducerStage<String> producer) {
		List<String> handled = new CopyOnWriteArrayList<>();
		try (StageSystem system = StageSystem.create()) {
			StageRef source = system.start("source", producer);
			system.start("consumer", (ConsumerStage<String>) (events, from) -> handled.addAll(events))
				.subscribeTo(source, SubscribeOptions.defaults().withMaxDemand(4));
			source.whenStopped().toCompletableFuture().join();
		}
		return handled;
	}

	@Test
	void linesAreReadOnce(@TempDir Path directory) throws Exception {
		Path file = Files.write(directory.resolve("readings.txt"), List.of("21.5", "30.5"));
		// tag::lines[]
		ProgressStore<LinePosition> positions = new MemoryProgressStore<>();
		CheckpointedProducer<LinePosition, String> readings = Sources.lines(file, positions, "readings");
		// end::lines[]
		assertThat(allOf(readings)).containsExactly("21.5", "30.5");
		assertThat(allOf(readings)).isEmpty();
		assertThat(positions.load("readings")).isEqualTo(new LinePosition(2, Files.size(file)));
	}

	@Test
	void aSourceIsAFunctionOfAPosition() {
		String alphabet = "abcdefghij";
		ProgressStore<Integer> store = new MemoryProgressStore<>();
		// tag::checkpointed[]
		CheckpointedSource<Integer, String> letters = (position, max) -> {
			int first = (position != null) ? position + 1 : 0;
			int end = Math.min(first + max, alphabet.length());
			List<Element<Integer, String>> page = IntStream.range(first, end)
				.mapToObj((index) -> new Element<>(index, alphabet.substring(index, index + 1)))
				.toList();
			return new Page<>(page, end == alphabet.length());
		};
		CheckpointedProducer<Integer, String> producer = Sources.checkpointed(letters, store, "letters",
				CheckpointOptions.defaults().withMaxUnsettled(1000).withReadAgainAfter(Duration.ofSeconds(5)));
		// end::checkpointed[]
		assertThat(String.join("", allOf(producer))).isEqualTo(alphabet);
	}

}
