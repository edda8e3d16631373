package io.genstage.boot.actuate;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

import io.genstage.StageSystem;
import io.genstage.boot.ElsewhereStore;
import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterStore;
import io.genstage.deadletter.MemoryDeadLetterStore;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.pipeline.PipelineRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DeadLetterNumbers}.
 */
@ExtendWith(OutputCaptureExtension.class)
class DeadLetterNumbersTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private final StageSystem system = StageSystem.create();

	private long now;

	@AfterEach
	void closeSystem() {
		this.system.close();
	}

	@Test
	void areOfAStageAndAStatus() {
		MemoryDeadLetterStore store = new MemoryDeadLetterStore();
		DeadLetterNumbers numbers = numbers(store);
		append(store, "book");
		append(store, "book");
		append(store, "pay");
		store.abandon(append(store, "book").id(), "nobody misses it");
		assertThat(numbers.with("book", DeadLetter.Status.WAITING)).isEqualTo(2);
		assertThat(numbers.with("book", DeadLetter.Status.ABANDONED)).isEqualTo(1);
		assertThat(numbers.with("book", DeadLetter.Status.REPLAYING)).isZero();
		assertThat(numbers.with("nobody", DeadLetter.Status.WAITING)).isZero();
	}

	@Test
	void sayHowManyLettersWereDropped() {
		MemoryDeadLetterStore store = new MemoryDeadLetterStore(1, InstantSource.system(), (letter, event) -> {
		});
		append(store, "book");
		append(store, "pay");
		assertThat(numbers(store).dropped()).containsOnlyKeys("book");
	}

	@Test
	void areCountedOnceASecondAtMost() {
		MemoryDeadLetterStore store = new MemoryDeadLetterStore();
		DeadLetterNumbers numbers = numbers(store);
		assertThat(numbers.with("book", DeadLetter.Status.WAITING)).isZero();
		append(store, "book");
		this.now += SECOND.toNanos() - 1;
		assertThat(numbers.with("book", DeadLetter.Status.WAITING)).isZero();
		this.now += 1;
		assertThat(numbers.with("book", DeadLetter.Status.WAITING)).isEqualTo(1);
	}

	@Test
	void areUnknownWhileTheStoreCanNotBeRead(CapturedOutput output) {
		ElsewhereStore store = new ElsewhereStore();
		store.setAway(true);
		DeadLetterNumbers numbers = numbers(store);
		for (int second = 1; second <= 5; second++) {
			assertThat(numbers.with("book", DeadLetter.Status.WAITING)).isNaN();
			assertThat(numbers.dropped()).isEmpty();
			this.now += SECOND.toNanos();
		}
		assertThat(store.counted()).isEqualTo(5);
		assertThat(output).containsOnlyOnce("The dead letters can't be counted");
		store.setAway(false);
		assertThat(numbers.with("book", DeadLetter.Status.WAITING)).isZero();
	}

	private DeadLetterNumbers numbers(DeadLetterStore store) {
		return new DeadLetterNumbers(new DeadLetterDesk(store, new PipelineRegistry(this.system), this.system),
				() -> this.now);
	}

	private static DeadLetter append(DeadLetterStore store, String stage) {
		return store.append(DeadLetter.of(stage, "event", Instant.EPOCH), "event").toCompletableFuture().join();
	}

}
