package io.genstage.sample.signing;

import java.util.concurrent.atomic.AtomicLong;

import io.genstage.annotation.Consumer;

import org.springframework.stereotype.Component;

/**
 * Signs one book at a time: the next reader comes when the last one has gone.
 */
@Component
class Author {

	private final Pen pen;

	private final AtomicLong signed = new AtomicLong();

	Author(Pen pen) {
		this.pen = pen;
	}

	@Consumer(name = "author", subscribeTo = "tickets", maxDemand = 1, minDemand = 0)
	void sign(Reader reader) throws InterruptedException {
		this.pen.sign(reader);
		this.signed.incrementAndGet();
	}

	long signed() {
		return this.signed.get();
	}

}
