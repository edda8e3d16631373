package io.genstage.boot.scanned;

import java.util.List;
import java.util.Locale;

import io.genstage.ProducerConsumerStage;
import io.genstage.Subscription;
import io.genstage.annotation.ProducerConsumer;

/**
 * A class that is a stage and a bean by its annotation, with the name as the value.
 */
@ProducerConsumer(value = "capitals", subscribeTo = "alphabet")
class Upper implements ProducerConsumerStage<String, String> {

	@Override
	public List<String> handleEvents(List<String> events, Subscription from) {
		return events.stream().map((event) -> event.toUpperCase(Locale.ROOT)).toList();
	}

}
