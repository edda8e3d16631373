package io.genstage;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When what is finished of a portion goes on.
 */
class ResultPaceTests {

	private final ResultPace pace = new ResultPace();

	private long now = Long.MAX_VALUE;

	private boolean starving;

	private int looks;

	/** Handles events of a portion, and returns after how many of them some went on. */
	private String handle(int events, Duration each) {
		StringBuilder wentOn = new StringBuilder();
		for (int event = 1; event <= events; event++) {
			this.now += each.toNanos();
			if (this.pace.looksAfterNext()) {
				this.looks++;
				if (this.pace.goesOn(this.now, () -> this.starving)) {
					wentOn.append(event).append(' ');
				}
			}
		}
		return wentOn.toString().strip();
	}

	private static Duration millis(long millis) {
		return Duration.ofMillis(millis);
	}

	@Test
	void isAfterEachSlowEventIfSomebodyStarves() {
		this.starving = true;
		this.pace.begin(4, this.now);
		assertThat(handle(4, millis(50))).isEqualTo("1 2 3 4");
	}

	@Test
	void isAfterAQuarterOfASecondIfNobodyStarves() {
		this.pace.begin(12, this.now);
		assertThat(handle(12, millis(50))).isEqualTo("5 10");
	}

	@Test
	void isNotBeforeSomeHaveGatheredOfQuickEvents() {
		this.starving = true;
		this.pace.begin(50, this.now);
		assertThat(handle(50, millis(2))).isEqualTo("10 20 30 40 50");
	}

	@Test
	void isCountedFromTheBeginningOfEachPortion() {
		this.starving = true;
		this.pace.begin(4, this.now);
		assertThat(handle(1, millis(15))).isEmpty();
		this.pace.begin(4, this.now);
		assertThat(handle(2, millis(15))).isEqualTo("2");
	}

	@Test
	void isLookedForSeldomWhileEventsAreQuick() {
		this.pace.begin(1000, this.now);
		assertThat(handle(1000, Duration.ofNanos(100))).isEmpty();
		assertThat(this.looks).isEqualTo(4 + (1000 - 15) / 16);
	}

	@Test
	void isSoonAfterAHandlerHasBecomeSlow() {
		this.starving = true;
		this.pace.begin(1000, this.now);
		handle(15 + 32, Duration.ofNanos(100));
		assertThat(handle(20, millis(50))).isEqualTo("16 17 18 19 20");
	}

	@Test
	void isLookedForInSmallPortionsToo() {
		this.pace.begin(1000, this.now);
		handle(1000, Duration.ofNanos(100));
		this.starving = true;
		this.pace.begin(4, this.now);
		assertThat(handle(4, millis(50))).isEqualTo("2 3 4");
		this.pace.begin(2, this.now);
		assertThat(handle(1, millis(50))).isEqualTo("1");
	}

}
