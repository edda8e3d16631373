package io.genstage;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Those who wait for the answer of one stage.
 */
final class Callers {

	/** Looked through now and then for ones who have their answer. */
	private final List<Caller> waiting = new ArrayList<>(0);

	private @Nullable Caller last;

	void add(Caller caller) {
		this.waiting.removeIf(Caller::isAnswered);
		this.waiting.add(caller);
	}

	/** Lets the answer to a call that stops the stage wait for the end of the stage. */
	void answerAtTheEnd(Caller caller) {
		this.last = caller;
	}

	/** Gives the last answer and fails those who have none. */
	void end(Throwable failure) {
		if (this.last != null) {
			this.last.eventsEmitted();
		}
		this.waiting.forEach((caller) -> caller.fail(failure));
		this.waiting.clear();
	}

	/** Returns how many are kept, with some who have got their answer meanwhile. */
	int size() {
		return this.waiting.size();
	}

}
