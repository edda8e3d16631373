package io.genstage.flow;

import java.util.List;
import java.util.concurrent.Flow;
import java.util.stream.LongStream;

import io.genstage.CancelMode;
import io.genstage.ExitReason;
import io.genstage.ProducerStage;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.source.Sources;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

/**
 * The rules of Reactive Streams for a consumer stage that serves a subscriber, which gets
 * its events from two producers.
 */
public class SubscriberConsumerTckTests extends FlowPublisherVerification<Long> {

	private static final SubscribeOptions EDGE = SubscribeOptions.defaults().withCancel(CancelMode.TRANSIENT);

	private StageSystem system;

	private int stages;

	public SubscriberConsumerTckTests() {
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
		StageRef first = start(Sources.stream(LongStream.range(0, elements / 2)));
		StageRef second = start(Sources.stream(LongStream.range(elements / 2, elements)));
		return (subscriber) -> serve(subscriber, first, second);
	}

	@Override
	public Flow.Publisher<Long> createFailedFlowPublisher() {
		StageRef failed = start((demand) -> List.of());
		failed.stop(ExitReason.failure(new IllegalStateException("expected in this test")));
		return (subscriber) -> serve(subscriber, failed);
	}

	private void serve(Flow.Subscriber<? super Long> subscriber, StageRef... producers) {
		StageRef consumer = this.system.start("consumer " + ++this.stages, Flows.consumer(subscriber));
		for (StageRef producer : producers) {
			consumer.subscribeTo(producer, EDGE);
		}
	}

	private StageRef start(ProducerStage<Long> producer) {
		return this.system.start("producer " + ++this.stages, producer);
	}

}
