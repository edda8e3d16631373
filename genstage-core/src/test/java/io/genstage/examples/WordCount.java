package io.genstage.examples;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.StageOptions;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import io.genstage.dispatch.Dispatchers;
import io.genstage.dispatch.PartitionOptions;
import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.StageDefinition;
import io.genstage.source.Sources;

// tag::wordcount[]
class WordCount {

	static final List<String> LINES = List.of("the quick brown fox", "jumps over the lazy dog", "the end");

	static final ProducerConsumerStage<String, String> split = (lines,
			from) -> lines.stream().flatMap((line) -> Stream.of(line.split(" "))).toList();

	static class Counter implements ConsumerStage<String> {

		private final Map<String, Integer> counts = new TreeMap<>();

		@Override
		public void handleEvents(List<String> words, Subscription from) {
			words.forEach((word) -> this.counts.merge(word, 1, Integer::sum));
		}

	}

	static String half(String word) {
		return (word.charAt(0) < 'n') ? "a-m" : "n-z";
	}

	public static void main(String[] arguments) {
		Counter early = new Counter();
		Counter late = new Counter();
		PartitionOptions<String> halves = PartitionOptions.ofNames(List.of("a-m", "n-z"), WordCount::half);
		PipelineGraph graph = PipelineGraph.of(List.of(StageDefinition.of("lines", Sources.iterable(LINES)),
				StageDefinition.of("words", split)
					.withOptions(StageOptions.defaults().withDispatcher(Dispatchers.partition(halves)))
					.subscribeTo("lines"),
				StageDefinition.of("early", early)
					.subscribeTo("words", SubscribeOptions.defaults().withPartition("a-m")),
				StageDefinition.of("late", late)
					.subscribeTo("words", SubscribeOptions.defaults().withPartition("n-z"))));

		try (StageSystem system = StageSystem.create()) {
			Pipeline pipeline = new Pipeline(graph, system);
			pipeline.start();
			System.out.println(pipeline.whenEnded().toCompletableFuture().join());
			System.out.println(early.counts);
			System.out.println(late.counts);
		}
	}

}
// end::wordcount[]
