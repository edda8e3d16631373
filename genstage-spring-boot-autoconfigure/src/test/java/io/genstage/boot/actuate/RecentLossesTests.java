package io.genstage.boot.actuate;

import java.time.Duration;
import java.util.Map;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RecentLosses}.
 */
class RecentLossesTests {

	/** A clock like that of the JVM, which may overflow. */
	private long now = Long.MAX_VALUE - Duration.ofSeconds(30).toNanos();

	private final RecentLosses losses = new RecentLosses(Duration.ofMinutes(1), () -> this.now);

	private long look(int seconds, long lost) {
		this.now += Duration.ofSeconds(seconds).toNanos();
		return this.losses.look(Map.of("stage", lost)).get("stage");
	}

	@Test
	void knowsNothingAtTheFirstLook() {
		assertThat(look(0, 7)).isZero();
	}

	@Test
	void countsWhatWasLostWithinTheSpan() {
		assertThat(look(0, 7)).isZero();
		assertThat(look(20, 10)).isEqualTo(3);
		assertThat(look(20, 10)).isEqualTo(3);
		assertThat(look(19, 12)).isEqualTo(5);
	}

	@Test
	void forgetsWhatWasLostBefore() {
		look(0, 7);
		look(20, 10);
		look(20, 10);
		assertThat(look(30, 12)).as("since the first look, 70 s ago").isEqualTo(5);
		assertThat(look(10, 12)).as("since the second look, 60 s ago").isEqualTo(2);
		assertThat(look(60, 12)).isZero();
	}

	@Test
	void countsFromTheLastLookIfThatIsLongAgo() {
		look(0, 7);
		assertThat(look(3600, 10)).isEqualTo(3);
		assertThat(look(3600, 10)).isZero();
	}

	@Test
	void countsTheSameHoweverOftenItLooks() {
		look(0, 0);
		this.now += Duration.ofSeconds(2).toNanos();
		assertThat(LongStream.rangeClosed(1, 1000).map((lost) -> {
			this.now += Duration.ofMillis(1).toNanos();
			return this.losses.look(Map.of("stage", lost)).get("stage");
		})).containsExactlyElementsOf(LongStream.rangeClosed(1, 1000).boxed().toList());
	}

	@Test
	void countsAllOfAStageThatHasComeSince() {
		this.losses.look(Map.of());
		assertThat(look(1, 5)).isEqualTo(5);
	}

}
