package io.genstage.intake;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How many events a handler that takes them one by one is given.
 */
class PortionSizeTests {

	private static final long MILLISECOND = Duration.ofMillis(1).toNanos();

	private final PortionSize size = new PortionSize();

	@Test
	void isOneAtFirst() {
		assertThat(this.size.events()).isEqualTo(1);
	}

	@Test
	void doublesWhileTheHandlerIsFast() {
		for (int expected : new int[] { 2, 4, 8, 16 }) {
			this.size.took(this.size.events(), this.size.events());
			assertThat(this.size.events()).isEqualTo(expected);
		}
	}

	@Test
	void staysOneWhileAnEventTakesLongerThanTheBudget() {
		this.size.took(1, 50 * MILLISECOND);
		assertThat(this.size.events()).isEqualTo(1);
	}

	@Test
	void isWhatFitsIntoTheBudget() {
		grow();
		this.size.took(1000, 1000 * MILLISECOND);
		assertThat(this.size.events()).isEqualTo(10);
		this.size.took(10, 40 * MILLISECOND);
		assertThat(this.size.events()).isEqualTo(2);
		this.size.took(2, 2 * MILLISECOND);
		assertThat(this.size.events()).isEqualTo(4);
	}

	@Test
	void bearsAHandlerThatTakesNoTimeAtAll() {
		this.size.took(1, 0);
		assertThat(this.size.events()).isEqualTo(2);
	}

	@Test
	void neverOverflows() {
		for (int times = 0; times < 100; times++) {
			this.size.took(1, 0);
		}
		assertThat(this.size.events()).isPositive();
	}

	private void grow() {
		for (int times = 0; times < 12; times++) {
			this.size.took(this.size.events(), 1);
		}
	}

}
