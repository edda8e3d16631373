package io.genstage.boot.actuate;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class SharedAnswersTests {

	private static final long SECOND = Duration.ofSeconds(1).toNanos();

	/** Near its end, as the clock of a machine may be. */
	private final AtomicLong time = new AtomicLong(Long.MAX_VALUE - SECOND / 2);

	private final AtomicInteger made = new AtomicInteger();

	private final SharedAnswers<String> answers = new SharedAnswers<>(this.time::get);

	@Test
	void areMadeOnceInASecond() {
		assertThat(answer("numbers")).isEqualTo("numbers 1");
		this.time.addAndGet(SECOND - 1);
		assertThat(answer("numbers")).isEqualTo("numbers 1");
		this.time.addAndGet(1);
		assertThat(answer("numbers")).isEqualTo("numbers 2");
	}

	@Test
	void areAsOldAsWhenTheyWereBegun() {
		this.answers.of("numbers", () -> {
			this.time.addAndGet(SECOND);
			return "slow";
		});
		assertThat(answer("numbers")).isEqualTo("numbers 1");
	}

	@Test
	void areThoseOfWhatIsAskedFor() {
		assertThat(answer("numbers")).isEqualTo("numbers 1");
		assertThat(answer("more numbers")).isEqualTo("more numbers 2");
		assertThat(answer("numbers")).isEqualTo("numbers 1");
	}

	@Test
	void areForgottenWhenSomethingIsChanged() {
		answer("numbers");
		this.answers.forget();
		assertThat(answer("numbers")).isEqualTo("numbers 2");
	}

	@Test
	void thatWereBegunBeforeAChangeAreNotKept() {
		this.answers.of("numbers", () -> {
			this.answers.forget();
			return "old";
		});
		assertThat(answer("numbers")).isEqualTo("numbers 1");
	}

	@Test
	void areForgottenIfNobodyHasAskedForThemLately() {
		answer("first");
		answer("second");
		for (int another = 2; another < SharedAnswers.MOST; another++) {
			answer("another " + another);
		}
		assertThat(answer("first")).isEqualTo("first 1");
		answer("one too many");
		assertThat(answer("first")).isEqualTo("first 1");
		assertThat(answer("second")).isEqualTo("second " + this.made);
	}

	@Test
	void areNotKeptIfTheyFail() {
		assertThatIllegalStateException().isThrownBy(() -> this.answers.of("numbers", () -> {
			throw new IllegalStateException("broken");
		}));
		assertThat(answer("numbers")).isEqualTo("numbers 1");
	}

	@Test
	void areMadeOnceForAllWhoAskAtATime() throws Exception {
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch end = new CountDownLatch(1);
		CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> this.answers.of("numbers", () -> {
			begun.countDown();
			await(end);
			return "numbers " + this.made.incrementAndGet();
		}), (task) -> new Thread(task).start());
		assertThat(begun.await(1, TimeUnit.MINUTES)).isTrue();
		List<CompletableFuture<String>> others = Stream
			.generate(() -> CompletableFuture.supplyAsync(() -> answer("numbers"), (task) -> new Thread(task).start()))
			.limit(4)
			.toList();
		// What somebody else asks for has not to wait for it.
		assertThat(this.answers.of("others", () -> "others")).isEqualTo("others");
		end.countDown();
		assertThat(first.get(1, TimeUnit.MINUTES)).isEqualTo("numbers 1");
		for (CompletableFuture<String> other : others) {
			assertThat(other.get(1, TimeUnit.MINUTES)).isEqualTo("numbers 1");
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private String answer(String asked) {
		return this.answers.of(asked, () -> asked + " " + this.made.incrementAndGet());
	}

}
