package io.genstage.examples;

import io.genstage.annotation.Consumer;
import io.genstage.boot.Sink;

// tag::keeper[]
@Consumer(subscribeTo = "squares")
class Keeper implements java.util.function.Consumer<Integer> {

	private final Sink sink;

	Keeper(Sink sink) {
		this.sink = sink;
	}

	@Override
	public void accept(Integer square) {
		this.sink.add(square);
	}

}
// end::keeper[]
