package io.genstage.flow;

import java.util.List;
import java.util.concurrent.Flow;

import io.genstage.ExitReason;
import io.genstage.ProducerConsumerStage;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.simulation.SeededExecutor;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * A stage between a publisher and subscribers.
 */
class StageProcessorTests {

	private static final ProducerConsumerStage<String, String> TWICE = (events,
			from) -> events.stream().flatMap((event) -> List.of(event, event.toUpperCase()).stream()).toList();

	private final StageSystem system = StageSystem.builder().executor(Runnable::run).build();

	private final RecordingPublisher publisher = new RecordingPublisher();

	private final RecordingSubscriber subscriber = new RecordingSubscriber();

	private final Flow.Processor<String, String> processor = Flows.processor(this.system, "twice", TWICE,
			StageOptions.defaults(), SubscribeOptions.defaults().withMaxDemand(2));

	@Test
	void handsOnWhatItsStageMakesOfTheEvents() {
		connect();
		this.subscriber.subscription.request(3);
		assertThat(this.publisher.heard()).containsExactly("subscribe", "request 2");
		this.publisher.send("a", "b");
		assertThat(this.subscriber.heard()).containsExactly("onSubscribe", "onNext a", "onNext A", "onNext b");
		this.publisher.subscriber().onComplete();
		assertThat(this.subscriber.heard()).isEmpty();
		this.subscriber.subscription.request(1);
		assertThat(this.subscriber.heard()).containsExactly("onNext B", "onComplete");
		assertThat(this.system.stages()).isEmpty();
	}

	@Test
	void passesOnAnErrorToAllItsSubscribers() {
		connect();
		RecordingSubscriber second = new RecordingSubscriber();
		this.processor.subscribe(second);
		IllegalStateException cause = new IllegalStateException("broken");
		this.publisher.subscriber().onError(cause);
		assertThat(this.subscriber.heard()).containsExactly("onSubscribe", "onError");
		assertThat(this.subscriber.error).isSameAs(cause);
		assertThat(second.error).isSameAs(cause);
		assertThat(this.system.stages()).isEmpty();
	}

	@Test
	void isGoneWhenItsLastSubscriberHasCancelled() {
		connect();
		RecordingSubscriber second = new RecordingSubscriber();
		this.processor.subscribe(second);
		this.subscriber.subscription.cancel();
		assertThat(this.publisher.heard()).containsExactly("subscribe", "request 2");
		second.subscription.cancel();
		assertThat(this.publisher.heard()).containsExactly("cancel");
		assertThat(this.system.stages()).isEmpty();
	}

	@Test
	void isGoneWhenItsStageStops() {
		connect();
		this.system.find("twice").orElseThrow().stop(ExitReason.of("enough"));
		assertThat(this.publisher.heard()).containsExactly("subscribe", "request 2", "cancel");
		assertThat(this.subscriber.heard()).containsExactly("onSubscribe", "onError");
		assertThat(this.system.stages()).isEmpty();
	}

	@Test
	void learnsOfAnEndThatComesBeforeItsStagesAreConnected() {
		for (int seed = 0; seed < 50; seed++) {
			SeededExecutor executor = new SeededExecutor(seed);
			StageSystem later = StageSystem.builder().executor(executor).scheduler(executor).build();
			Flow.Processor<String, String> early = Flows.processor(later, "twice", TWICE);
			RecordingSubscriber subscriber = new RecordingSubscriber();
			early.onSubscribe(this.publisher);
			early.onComplete();
			early.subscribe(subscriber);
			executor.runReady();
			assertThat(subscriber.heard()).as("seed %d", seed).containsExactly("onSubscribe", "onComplete");
			assertThat(later.stages()).isEmpty();
		}
	}

	@Test
	void keepsTheFirstPublisherOfTwoThatComeBeforeItsStagesAreConnected() {
		SeededExecutor executor = new SeededExecutor(1);
		StageSystem later = StageSystem.builder().executor(executor).scheduler(executor).build();
		Flow.Processor<String, String> early = Flows.processor(later, "twice", TWICE);
		RecordingPublisher second = new RecordingPublisher();
		early.onSubscribe(this.publisher);
		early.onSubscribe(second);
		executor.runReady();
		assertThat(this.publisher.heard()).doesNotContain("cancel");
		assertThat(second.heard()).containsExactly("cancel");
	}

	@Test
	void leavesNoStageBehindIfItCannotStart() {
		StageRef holder = this.system.start("thrice input", TWICE);
		assertThatIllegalArgumentException().isThrownBy(() -> Flows.processor(this.system, "thrice", TWICE));
		assertThat(this.system.find("thrice")).isEmpty();
		assertThat(this.system.find("thrice input")).containsSame(holder);
	}

	@Test
	void takesNoNull() {
		assertThatNullPointerException().isThrownBy(() -> this.processor.onSubscribe(null));
		assertThatNullPointerException().isThrownBy(() -> this.processor.onNext(null));
		assertThatNullPointerException().isThrownBy(() -> this.processor.onError(null));
		assertThatNullPointerException().isThrownBy(() -> this.processor.subscribe(null));
	}

	private void connect() {
		this.publisher.subscribe(this.processor);
		this.processor.subscribe(this.subscriber);
		this.publisher.accept();
	}

}
