package io.genstage;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CallersTests {

	private final Callers callers = new Callers();

	@Test
	void keepsNobodyWhoHasAnAnswer() {
		for (int call = 0; call < 1000; call++) {
			Caller caller = new Caller();
			this.callers.add(caller);
			caller.replyNow("ok");
		}
		assertThat(this.callers.size()).isEqualTo(1);
	}

	@Test
	void keepsThoseWhoWait() {
		this.callers.add(new Caller());
		this.callers.add(new Caller());
		assertThat(this.callers.size()).isEqualTo(2);
	}

	@Test
	void failsThoseWhoWaitAtTheEnd() {
		Caller caller = new Caller();
		this.callers.add(caller);
		this.callers.end(new StageNotRunningException("p"));
		assertThat(caller.received().toCompletableFuture()).isCompletedExceptionally();
		assertThat(this.callers.size()).isZero();
	}

	@Test
	void givesTheLastAnswerAtTheEnd() {
		Caller caller = new Caller();
		this.callers.add(caller);
		caller.reply("ok");
		this.callers.answerAtTheEnd(caller);
		assertThat(caller.received().toCompletableFuture()).isNotDone();
		this.callers.end(new StageNotRunningException("p"));
		assertThat(caller.received().toCompletableFuture()).isCompletedWithValue("ok");
	}

}
