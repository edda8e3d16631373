package io.genstage.flow;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

import io.genstage.ConsumerStage;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import org.reactivestreams.tck.flow.FlowSubscriberBlackboxVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

/**
 * The rules of Reactive Streams for the subscriber that a producer stage is to its
 * publisher, seen from the publisher. A consumer stage makes the demand.
 */
public class PublisherProducerBlackboxTckTests extends FlowSubscriberBlackboxVerification<Integer> {

	private StageSystem system;

	private int stages;

	public PublisherProducerBlackboxTckTests() {
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
	@SuppressWarnings("unchecked") // the producer is one of integers
	public Flow.Subscriber<Integer> createFlowSubscriber() {
		CompletableFuture<Flow.Subscriber<? super Integer>> subscriber = new CompletableFuture<>();
		StageRef producer = this.system.start("producer " + ++this.stages,
				Flows.<Integer>producer(subscriber::complete));
		StageRef consumer = this.system.start("consumer " + this.stages, (ConsumerStage<Integer>) (events, from) -> {
		});
		consumer.subscribeTo(producer, SubscribeOptions.defaults().withMaxDemand(10));
		return (Flow.Subscriber<Integer>) subscriber.join();
	}

	@Override
	public Integer createElement(int element) {
		return element;
	}

}
