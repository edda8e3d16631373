package io.genstage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.genstage.thread.StageScheduler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls that are interrupted when their time is over, on the thread of the test.
 */
class TimedCallTests {

	/** Timers as they were set. */
	private final List<Runnable> timers = new ArrayList<>();

	private final List<Integer> cancelled = new ArrayList<>();

	private final TimedCall call = new TimedCall(Duration.ofSeconds(3), this::schedule);

	private StageScheduler.Timer schedule(Duration delay, Runnable timer) {
		assertThat(delay).isEqualTo(Duration.ofSeconds(3));
		this.timers.add(timer);
		int number = this.timers.size();
		return () -> this.cancelled.add(number);
	}

	@AfterEach
	void clear() {
		Thread.interrupted();
	}

	@Test
	void areInterruptedOnce() {
		this.call.begin();
		this.timers.get(0).run();
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.call.end()).isTrue();
		assertThat(Thread.interrupted()).isFalse();
	}

	@Test
	void leaveNoInterruptThatTheyHaveNotNoticed() {
		this.call.begin();
		this.timers.get(0).run();
		assertThat(this.call.end()).isTrue();
		assertThat(Thread.interrupted()).isFalse();
	}

	@Test
	void areLeftAloneWhenTheyEndInTime() {
		this.call.begin();
		assertThat(this.call.end()).isFalse();
		assertThat(this.cancelled).containsExactly(1);
		this.timers.get(0).run();
		assertThat(Thread.interrupted()).isFalse();
	}

	@Test
	void areNotInterruptedByTheTimerOfTheOneBefore() {
		this.call.begin();
		this.call.end();
		this.call.begin();
		this.timers.get(0).run();
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
		assertThat(this.call.end()).isFalse();
	}

	@Test
	void areJudgedByThemselves() {
		this.call.begin();
		this.timers.get(0).run();
		this.call.end();
		this.call.begin();
		assertThat(this.call.end()).isFalse();
	}

	@Test
	void leaveAnInterruptThatWasThereBefore() {
		Thread.currentThread().interrupt();
		this.call.begin();
		this.timers.get(0).run();
		assertThat(this.call.end()).isTrue();
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void sayWhereTheyWere() {
		this.call.begin();
		takeLong();
		this.call.end();
		InterruptedException cause = new InterruptedException();
		assertThat(this.call.failure("s", cause)).hasMessage("stage 's' was not done within PT3S, its failure.timeout")
			.hasCause(cause)
			.satisfies((failure) -> assertThat(failure.getStackTrace()).extracting(StackTraceElement::getMethodName)
				.contains("takeLong"));
	}

	private void takeLong() {
		this.timers.get(0).run();
	}

}
