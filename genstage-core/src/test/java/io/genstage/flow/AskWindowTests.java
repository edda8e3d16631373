package io.genstage.flow;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class AskWindowTests {

	private final AskWindow window = new AskWindow(4, 2);

	@Test
	void asksForAllThatIsOpen() {
		assertThat(this.window.cover(1)).isEqualTo(1);
		assertThat(this.window.cover(3)).isEqualTo(2);
		assertThat(this.window.cover(3)).isZero();
	}

	@Test
	void asksForNoMoreThanTheMaximum() {
		assertThat(this.window.cover(Long.MAX_VALUE)).isEqualTo(4);
		assertThat(this.window.cover(Long.MAX_VALUE)).isZero();
	}

	@Test
	void asksAgainInBulkAtTheMinimum() {
		this.window.cover(Long.MAX_VALUE);
		this.window.arrived(1);
		assertThat(this.window.cover(Long.MAX_VALUE)).isZero();
		this.window.arrived(1);
		assertThat(this.window.cover(Long.MAX_VALUE)).isEqualTo(2);
	}

	@Test
	void asksForTheRestAtOnceWhenItFits() {
		this.window.cover(5);
		this.window.arrived(1);
		assertThat(this.window.cover(4)).isEqualTo(1);
		this.window.arrived(4);
		assertThat(this.window.cover(0)).isZero();
	}

	@Test
	void asksForNothingWhileMoreThanWhatIsOpenIsOutstanding() {
		this.window.cover(4);
		assertThat(this.window.cover(1)).isZero();
		this.window.arrived(3);
		assertThat(this.window.cover(2)).isEqualTo(1);
	}

	@Test
	void needsAMinimumBelowTheMaximum() {
		assertThatIllegalArgumentException().isThrownBy(() -> new AskWindow(2, 2))
			.withMessage("expected 0 <= min < max, but got min=2 and max=2");
		assertThatIllegalArgumentException().isThrownBy(() -> new AskWindow(2, -1));
	}

}
