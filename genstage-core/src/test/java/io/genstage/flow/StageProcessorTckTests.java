package io.genstage.flow;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;

import io.genstage.ExitReason;
import io.genstage.ProducerConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import org.reactivestreams.tck.flow.IdentityFlowProcessorVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

/**
 * The rules of Reactive Streams for a stage as a processor.
 */
public class StageProcessorTckTests extends IdentityFlowProcessorVerification<Integer> {

	private StageSystem system;

	private ExecutorService publishers;

	private int stages;

	public StageProcessorTckTests() {
		super(Tck.environment());
	}

	@BeforeClass
	public void open() {
		this.system = StageSystem.create();
		this.publishers = Executors.newCachedThreadPool();
	}

	@AfterClass
	public void close() {
		this.system.close();
		this.publishers.shutdownNow();
	}

	@Override
	protected Flow.Processor<Integer, Integer> createIdentityFlowProcessor(int bufferSize) {
		ProducerConsumerStage<Integer, Integer> identity = (events, from) -> events;
		return Flows.processor(this.system, "processor " + ++this.stages, identity, StageOptions.defaults(),
				SubscribeOptions.defaults().withMaxDemand(bufferSize));
	}

	@Override
	public Flow.Publisher<Integer> createFailedFlowPublisher() {
		ProducerStage<Integer> idle = (demand) -> List.of();
		StageRef failed = this.system.start("failed " + ++this.stages, idle);
		failed.stop(ExitReason.failure(new IllegalStateException("expected in this test")));
		return Flows.publisher(this.system, failed);
	}

	/**
	 * The tests with several expect each event at all of them, at the pace of the
	 * fastest. A stage gives it to one of them, or to all at the pace of the slowest.
	 */
	@Override
	public long maxSupportedSubscribers() {
		return 1;
	}

	@Override
	public ExecutorService publisherExecutorService() {
		return this.publishers;
	}

	@Override
	public Integer createElement(int element) {
		return element;
	}

}
