package io.genstage.sample.quakes;

import java.util.List;

import io.genstage.annotation.Consumer;

import org.springframework.stereotype.Component;

/**
 * Stores quakes.
 * <p>
 * A stage as a method that takes whole batches: one insert for all of them.
 */
@Component
class Store {

	private final QuakeRepository repository;

	Store(QuakeRepository repository) {
		this.repository = repository;
	}

	@Consumer(name = "store", subscribeTo = "located")
	void store(List<Quake> quakes) {
		this.repository.saveAll(quakes);
	}

}
