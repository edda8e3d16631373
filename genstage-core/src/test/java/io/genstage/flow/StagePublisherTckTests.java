package io.genstage.flow;

import java.util.List;
import java.util.concurrent.Flow;
import java.util.stream.LongStream;

import io.genstage.ExitReason;
import io.genstage.ProducerStage;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.source.Sources;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

/**
 * The rules of Reactive Streams for the events of a stage as a publisher.
 */
public class StagePublisherTckTests extends FlowPublisherVerification<Long> {

	private StageSystem system;

	private int stages;

	public StagePublisherTckTests() {
		super(Tck.environment());
	}

	@BeforeClass
	public void open() {
		this.system = StageSystem.create();
	}

	@AfterClass
	public void close() {
		this.system.close();
	}

	@Override
	public Flow.Publisher<Long> createFlowPublisher(long elements) {
		return Flows.publisher(this.system, start(Sources.stream(LongStream.range(0, elements))));
	}

	@Override
	public Flow.Publisher<Long> createFailedFlowPublisher() {
		StageRef failed = start((demand) -> List.of());
		failed.stop(ExitReason.failure(new IllegalStateException("expected in this test")));
		return Flows.publisher(this.system, failed);
	}

	private StageRef start(ProducerStage<Long> producer) {
		return this.system.start("producer " + ++this.stages, producer);
	}

}
