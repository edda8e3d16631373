package io.genstage.test;

import java.util.ArrayList;
import java.util.List;

import io.genstage.CancelMode;
import io.genstage.ConsumerStage;
import io.genstage.StageRef;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;

/**
 * The consumer of a stage that is tested. It asks when the test does.
 *
 * @param <E> the type of the events
 */
final class PretendedConsumer<E> {

	private final List<E> received = new ArrayList<>();

	private final TestSystem system;

	private final Subscription subscription;

	PretendedConsumer(TestSystem system, StageRef producer) {
		this.system = system;
		ConsumerStage<E> receiving = (events, from) -> this.received.addAll(events);
		var subscribed = system.stages()
			.start("pretended consumer", receiving)
			.subscribeTo(producer, SubscribeOptions.defaults().withManualDemand().withCancel(CancelMode.TEMPORARY))
			.toCompletableFuture();
		system.run();
		this.subscription = subscribed.join();
	}

	void ask(long demand) {
		this.subscription.ask(demand);
		this.system.run();
	}

	long demand() {
		return this.subscription.status().demand();
	}

	List<E> received() {
		return List.copyOf(this.received);
	}

}
