package io.genstage.examples;

import java.util.Iterator;
import java.util.List;

import io.genstage.annotation.Producer;

// tag::numbers[]
@Producer("numbers")
class Numbers implements Iterable<Integer> {

	@Override
	public Iterator<Integer> iterator() {
		return List.of(1, 2, 3).iterator();
	}

}
// end::numbers[]
