package io.genstage.task;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class AttemptTests {

	private int ends;

	@AfterEach
	void clearTheInterrupt() {
		Thread.interrupted();
	}

	@Test
	void tellsThatItHasReturned() {
		Attempt attempt = attempt(() -> {
		});
		assertThat(attempt.hasEnded()).isFalse();
		attempt.run();
		assertThat(attempt.hasEnded()).isTrue();
		assertThat(attempt.failure()).isNull();
		assertThat(this.ends).isEqualTo(1);
	}

	@Test
	void tellsWhatItHasThrown() {
		Error failure = new StackOverflowError();
		Attempt attempt = attempt(() -> {
			throw failure;
		});
		attempt.run();
		assertThat(attempt.failure()).isSameAs(failure);
		assertThat(this.ends).isEqualTo(1);
	}

	@Test
	void neverBeginsAfterAnInterrupt() {
		Attempt attempt = attempt(() -> {
			throw new AssertionError("has begun");
		});
		attempt.interrupt();
		attempt.interrupt();
		attempt.run();
		assertThat(attempt.failure()).isInstanceOf(CancellationException.class);
		assertThat(this.ends).isEqualTo(1);
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

	@Test
	void clearsAnInterruptThatTheBodyHasNotNoticed() {
		Attempt[] attempt = new Attempt[1];
		attempt[0] = attempt(() -> attempt[0].interrupt());
		attempt[0].run();
		assertThat(attempt[0].failure()).isNull();
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

	@Test
	void leavesAnInterruptByOthersToTheThread() {
		Attempt attempt = attempt(() -> {
			Thread.currentThread().interrupt();
			new CountDownLatch(1).await();
		});
		attempt.run();
		assertThat(attempt.failure()).isInstanceOf(InterruptedException.class);
		assertThat(Thread.currentThread().isInterrupted()).isTrue();
	}

	@Test
	void interruptsNothingWhenItHasEnded() {
		Attempt attempt = attempt(() -> {
		});
		attempt.run();
		attempt.interrupt();
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
		assertThat(this.ends).isEqualTo(1);
	}

	private Attempt attempt(Attempt.Body body) {
		return new Attempt(body, (ended) -> this.ends++);
	}

}
