package io.genstage.migrating;

import java.util.List;
import java.util.stream.IntStream;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.migrating.Shop.Screen;

import org.springframework.stereotype.Component;

// tag::genStageAfter[]
@Component
class GenStageAfter {

	private final Screen screen;

	private int counter;

	GenStageAfter(Screen screen) {
		this.screen = screen;
	}

	@Producer
	List<Integer> numbers(int demand) {
		int first = this.counter;
		this.counter += demand;
		return IntStream.range(first, this.counter).boxed().toList();
	}

	@ProducerConsumer(subscribeTo = "numbers", maxDemand = 10)
	List<Integer> multiples(List<Integer> numbers) {
		return numbers.stream().map((number) -> number * 2).toList();
	}

	@Consumer(subscribeTo = "multiples", maxDemand = 10)
	void inspect(List<Integer> numbers) {
		this.screen.show(numbers);
	}

}
// end::genStageAfter[]
