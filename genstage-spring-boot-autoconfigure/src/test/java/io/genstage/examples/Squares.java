package io.genstage.examples;

import java.util.List;

import io.genstage.ProducerConsumerStage;
import io.genstage.Subscription;
import io.genstage.annotation.ProducerConsumer;

// tag::squares[]
@ProducerConsumer(name = "squares", subscribeTo = "numbers")
class Squares implements ProducerConsumerStage<Integer, Integer> {

	@Override
	public List<Integer> handleEvents(List<Integer> numbers, Subscription from) {
		return numbers.stream().map((number) -> number * number).toList();
	}

}
// end::squares[]
