package io.genstage.test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.genstage.link.LinkReader;
import io.genstage.link.LinkRecord;

/**
 * Notes what an end of a link reports, and what must not be. The threads of a provider
 * call it, that of the test reads it.
 */
final class LinkRecorder implements LinkReader.Listener {

	private final Duration patience;

	private final List<LinkRecord> records = new CopyOnWriteArrayList<>();

	private final List<String> breaches = new CopyOnWriteArrayList<>();

	private final AtomicLong asked = new AtomicLong();

	private final AtomicInteger interruptions = new AtomicInteger();

	private final AtomicInteger recoveries = new AtomicInteger();

	private final AtomicBoolean called = new AtomicBoolean();

	private volatile boolean closed;

	LinkRecorder(Duration patience) {
		this.patience = patience;
	}

	/** Notes that more is going to be asked for. */
	void asked(long messages) {
		this.asked.addAndGet(messages);
	}

	/** Notes that the end is closed. */
	void close() {
		this.closed = true;
	}

	List<LinkRecord> records() {
		return List.copyOf(this.records);
	}

	int interruptions() {
		return this.interruptions.get();
	}

	List<LinkRecord> await(int count) throws InterruptedException {
		Waiting.until(this.patience, "%d messages are delivered".formatted(count), () -> this.records.size() >= count);
		return records();
	}

	void awaitInterruptions(int count) throws InterruptedException {
		Waiting.until(this.patience, "interruption %d is reported".formatted(count),
				() -> this.interruptions.get() >= count);
	}

	void awaitRecoveries(int count) throws InterruptedException {
		Waiting.until(this.patience, "recovery %d is reported".formatted(count), () -> this.recoveries.get() >= count);
	}

	/** Waits until nothing has been delivered for some time. */
	void awaitQuiet(Duration quiet) throws InterruptedException {
		int before;
		do {
			before = this.records.size();
			Waiting.forQuiet(quiet);
		}
		while (this.records.size() > before);
	}

	void checkContract() {
		if (!this.breaches.isEmpty()) {
			throw new AssertionError("the contract is broken: " + this.breaches);
		}
	}

	@Override
	public void delivered(List<LinkRecord> records) {
		call("delivered", () -> {
			if (records.isEmpty()) {
				this.breaches.add("no messages were delivered");
			}
			this.records.addAll(records);
			if (this.records.size() > this.asked.get()) {
				this.breaches.add("%d messages were delivered, but %d were asked for".formatted(this.records.size(),
						this.asked.get()));
			}
		});
	}

	@Override
	public void interrupted(Throwable cause) {
		call("interrupted", () -> {
			if (this.interruptions.incrementAndGet() - this.recoveries.get() != 1) {
				this.breaches.add("an interruption was reported twice");
			}
		});
	}

	@Override
	public void recovered() {
		call("recovered", () -> {
			if (this.recoveries.incrementAndGet() != this.interruptions.get()) {
				this.breaches.add("a recovery was reported without an interruption");
			}
		});
	}

	@Override
	public void failed(Throwable cause) {
		this.breaches.add("failed for good: " + cause);
	}

	private void call(String what, Runnable call) {
		if (this.closed) {
			this.breaches.add("%s was called when the end was closed".formatted(what));
		}
		if (!this.called.compareAndSet(false, true)) {
			this.breaches.add("%s was called while another call went on".formatted(what));
		}
		try {
			call.run();
		}
		finally {
			this.called.set(false);
		}
	}

}
