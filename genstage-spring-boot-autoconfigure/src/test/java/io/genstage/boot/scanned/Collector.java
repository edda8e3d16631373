package io.genstage.boot.scanned;

import java.util.List;

import io.genstage.ConsumerStage;
import io.genstage.Subscription;
import io.genstage.annotation.Consumer;
import io.genstage.boot.Sink;

/**
 * A class that is a stage and a bean by its annotation, named as the bean.
 */
@Consumer(subscribeTo = "capitals", maxDemand = 4, minDemand = 2)
class Collector implements ConsumerStage<String> {

	private final Sink sink;

	Collector(Sink sink) {
		this.sink = sink;
	}

	@Override
	public void handleEvents(List<String> events, Subscription from) {
		events.forEach(this.sink::add);
	}

}
