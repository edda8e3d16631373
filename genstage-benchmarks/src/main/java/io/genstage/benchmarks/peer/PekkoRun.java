package io.genstage.benchmarks.peer;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

import com.typesafe.config.ConfigFactory;
import io.genstage.benchmarks.workload.Adder;
import io.genstage.benchmarks.workload.Numbers;
import io.genstage.benchmarks.workload.Workload;
import io.genstage.benchmarks.workload.WorkloadRun;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.ClosedShape;
import org.apache.pekko.stream.Graph;
import org.apache.pekko.stream.SinkShape;
import org.apache.pekko.stream.UniformFanOutShape;
import org.apache.pekko.stream.javadsl.Balance;
import org.apache.pekko.stream.javadsl.Broadcast;
import org.apache.pekko.stream.javadsl.GraphDSL;
import org.apache.pekko.stream.javadsl.Partition;
import org.apache.pekko.stream.javadsl.RunnableGraph;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/**
 * Pekko Streams on its default dispatcher. Each stage is an island of its own, which an
 * actor runs.
 */
public final class PekkoRun implements WorkloadRun {

	public static final int DEFAULT_BUFFER = 16;

	private final Workload workload;

	private final Attributes buffers;

	private final ActorSystem system = ActorSystem.create("benchmark",
			ConfigFactory.parseString("pekko.loglevel = WARNING").withFallback(ConfigFactory.load()));

	public PekkoRun(Workload workload, int buffer) {
		this.workload = workload;
		this.buffers = Attributes.inputBuffer(buffer, buffer);
	}

	@Override
	public long sum(int events) throws Exception {
		Numbers numbers = new Numbers(events);
		Source<Long, NotUsed> source = Source.<Long>fromIterator(() -> numbers).async();
		for (int mapper = 0; mapper < this.workload.mappers(); mapper++) {
			source = source.map((number) -> number + 1).async();
		}
		Adder total = new Adder();
		for (CompletionStage<Adder> consumer : RunnableGraph.fromGraph(graph(source))
			.addAttributes(this.buffers)
			.run(this.system)) {
			total.plus(consumer.toCompletableFuture().get());
		}
		return total.sum();
	}

	private Graph<ClosedShape, List<CompletionStage<Adder>>> graph(Source<Long, NotUsed> source) {
		List<Graph<SinkShape<Long>, CompletionStage<Adder>>> consumers = Stream.generate(this::consumer)
			.limit(this.workload.consumers())
			.toList();
		return GraphDSL.create(consumers, (builder, sinks) -> {
			if (sinks.size() == 1) {
				builder.from(builder.add(source)).to(sinks.get(0));
				return ClosedShape.getInstance();
			}
			UniformFanOutShape<Long, Long> split = builder.add(split());
			builder.from(builder.add(source)).toInlet(split.in());
			for (int consumer = 0; consumer < sinks.size(); consumer++) {
				builder.from(split.out(consumer)).to(sinks.get(consumer));
			}
			return ClosedShape.getInstance();
		});
	}

	private Graph<SinkShape<Long>, CompletionStage<Adder>> consumer() {
		return Sink.<Adder, Long>fold(new Adder(), (adder, event) -> {
			adder.add(event);
			return adder;
		}).async();
	}

	/** It splits on the island of the producer. */
	private Graph<UniformFanOutShape<Long, Long>, NotUsed> split() {
		return switch (this.workload.split()) {
			case SHARED -> Balance.create(this.workload.consumers());
			case ALL -> Broadcast.create(this.workload.consumers());
			case KEYED -> Partition.create(this.workload.consumers(), this.workload::consumerOf);
		};
	}

	@Override
	public void close() {
		this.system.terminate();
	}

}
