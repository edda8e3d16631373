package io.genstage.test;

import java.time.Instant;

import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.MemoryDeadLetterStore;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.pipeline.PipelineRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static io.genstage.test.DeadLetterDeskAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Assertions on dead letters.
 */
class DeadLetterDeskAssertTests {

	private static final Instant MONDAY = Instant.parse("2026-11-30T08:00:00Z");

	private final TestSystem system = new TestSystem();

	private final MemoryDeadLetterStore store = new MemoryDeadLetterStore(5000, () -> MONDAY, (letter, event) -> {
	});

	private final DeadLetterDesk desk = new DeadLetterDesk(this.store, new PipelineRegistry(this.system.stages()),
			this.system.stages());

	@BeforeEach
	void fill() {
		append("book", "a");
		append("pay", "b");
		append("book", "c");
	}

	@AfterEach
	void close() {
		this.system.close();
	}

	private void append(String stage, Object event) {
		this.store.append(DeadLetter.of(stage, event, MONDAY).withReason("no " + event), event);
	}

	@Test
	void seeTheEventsInTheOrderInWhichTheyCame() {
		assertThat(this.desk).hasLetters(3).events().containsExactly("a", "b", "c");
	}

	@Test
	void seeTheLettersOfOneStage() {
		assertThat(this.desk).fromStage("book").hasLetters(2).events().containsExactly("a", "c");
		assertThat(this.desk).fromStage("book")
			.letters()
			.extracting(DeadLetter::reason)
			.containsExactly("no a", "no c");
		assertThat(this.desk).fromStage("mail").hasNoLetters();
	}

	@Test
	void seeMoreThanOnePage() {
		for (int letter = 0; letter < 2 * DeadLetterDesk.MAX_LIMIT; letter++) {
			append("mail", letter);
		}
		assertThat(this.desk).hasLetters(3 + 2 * DeadLetterDesk.MAX_LIMIT).events().startsWith("a", "b", "c", 0, 1);
	}

	@Test
	void showWhyThereAreLettersIfTheirNumberIsAnotherOne() {
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThat(this.desk).as("what is left").fromStage("pay").hasLetters(2))
			.withMessage("[what is left] Expecting 2 dead letters but there are 1:%n  stage 'pay': no b".formatted());
		this.store.append(DeadLetter.of("mail", "d", MONDAY).withCause(new IllegalStateException("no post")), "d");
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThat(this.desk).fromStage("mail").hasNoLetters())
			.withMessageContaining("stage 'mail': null, java.lang.IllegalStateException: no post");
	}

	@Test
	void needADesk() {
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThat((DeadLetterDesk) null).hasNoLetters())
			.withMessageContaining("Expecting actual not to be null");
	}

}
