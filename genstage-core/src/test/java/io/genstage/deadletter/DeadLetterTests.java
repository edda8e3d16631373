package io.genstage.deadletter;

import java.time.Instant;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link DeadLetter} and {@link DeadLetterFilter}.
 */
class DeadLetterTests {

	private static final Instant MONDAY = Instant.parse("2026-11-30T08:00:00Z");

	private static final Instant TUESDAY = Instant.parse("2026-12-01T08:00:00Z");

	private final DeadLetter letter = DeadLetter.of("book", "4711 secret", MONDAY);

	@Test
	void waitsAtFirst() {
		assertThat(this.letter.status()).isEqualTo(DeadLetter.Status.WAITING);
		assertThat(this.letter.eventType()).isEqualTo("java.lang.String");
		assertThat(this.letter.firstFailedAt()).isEqualTo(MONDAY);
		assertThat(this.letter.lastFailedAt()).isEqualTo(MONDAY);
		assertThat(this.letter.causeType()).isNull();
	}

	@Test
	void isOneOfItsOwn() {
		assertThat(this.letter.id()).isNotEqualTo(DeadLetter.of("book", "4711 secret", MONDAY).id());
	}

	@Test
	void keepsTypeAndMessageOfACause() {
		DeadLetter caused = this.letter.withCause(new IllegalStateException("no stock"));
		assertThat(caused.causeType()).isEqualTo("java.lang.IllegalStateException");
		assertThat(caused.causeMessage()).isEqualTo("no stock");
	}

	@Test
	void keepsTheBeginningOfAMessageInOneLine() {
		DeadLetter caused = this.letter.withCause(new IllegalStateException("a\r\nb" + "x".repeat(1000)));
		assertThat(caused.causeMessage()).startsWith("a\\u000d\\u000abxxx").doesNotContain("\n").hasSizeLessThan(220);
	}

	@Test
	void takesACauseWhoseMessageCantBeHad() {
		DeadLetter caused = this.letter.withCause(new IllegalStateException() {
			@Override
			public String getMessage() {
				throw new IllegalArgumentException("no");
			}
		});
		assertThat(caused.causeMessage()).isNull();
	}

	@Test
	void showsNothingOfTheEvent() {
		DeadLetter shown = this.letter.withCause(new IllegalStateException("4711 is bad")).withKey("4711");
		assertThat(shown.toString()).doesNotContain("4711 is bad", "secret", "'4711'")
			.contains("book", "java.lang.String", "java.lang.IllegalStateException", "WAITING");
	}

	@Test
	void keepsItsIdentityAndItsFirstFailureWhenAReplayFails() {
		DeadLetter again = this.letter.withPosition(7)
			.withAttempts(4)
			.withReason("no stage 'book'")
			.withStatus(DeadLetter.Status.REPLAYING)
			.replayedInVain(2, TUESDAY);
		assertThat(again.id()).isEqualTo(this.letter.id());
		assertThat(again.position()).isEqualTo(7);
		assertThat(again.attempts()).isEqualTo(6);
		assertThat(again.replays()).isEqualTo(1);
		assertThat(again.firstFailedAt()).isEqualTo(MONDAY);
		assertThat(again.lastFailedAt()).isEqualTo(TUESDAY);
		assertThat(again.reason()).isNull();
		assertThat(again.status()).isEqualTo(DeadLetter.Status.WAITING);
	}

	@Test
	void refusesNegativeNumbers() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.letter.withAttempts(-1))
			.withMessage("position, attempts and replays must be >= 0, were 0, -1 and 0");
	}

	@Test
	void passesAFilterIfAllOfItFits() {
		DeadLetter keyed = this.letter.withKey("a").withCause(new IllegalStateException());
		DeadLetterFilter filter = DeadLetterFilter.all()
			.withStage("book")
			.withKey("a")
			.withCauseType("java.lang.IllegalStateException")
			.withStatus(DeadLetter.Status.WAITING)
			.withLastFailedBefore(TUESDAY);
		assertThat(filter.matches(keyed)).isTrue();
		assertThat(filter.withStage("pay").matches(keyed)).isFalse();
		assertThat(filter.withKey("b").matches(keyed)).isFalse();
		assertThat(filter.withCauseType("java.lang.RuntimeException").matches(keyed)).isFalse();
		assertThat(filter.withStatus(DeadLetter.Status.ABANDONED).matches(keyed)).isFalse();
		assertThat(filter.withLastFailedBefore(MONDAY).matches(keyed)).isFalse();
		assertThat(filter.withBatch(keyed.id()).matches(keyed)).isFalse();
		assertThat(filter.withBatch(keyed.id()).matches(keyed.withBatch(keyed.id()))).isTrue();
	}

}
