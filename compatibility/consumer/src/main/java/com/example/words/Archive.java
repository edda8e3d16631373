package com.example.words;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.springframework.stereotype.Component;

@Component
class Archive {

	private final List<Integer> lengths = new CopyOnWriteArrayList<>();

	void store(int length) {
		this.lengths.add(length);
	}

	List<Integer> lengths() {
		return List.copyOf(this.lengths);
	}

}
