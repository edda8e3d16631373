package io.genstage.demand;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class DemandAccountTests {

	private final DemandAccount account = new DemandAccount(4);

	@Test
	void hasRoomForItsMaximumAtFirst() {
		assertThat(this.account.room()).isEqualTo(4);
		assertThat(this.account.askForRoom()).isEqualTo(4);
		assertThat(this.account.coming()).isEqualTo(4);
		assertThat(this.account.room()).isZero();
		assertThat(this.account.askForRoom()).isZero();
	}

	@Test
	void givesNoRoomForEventsThatAreNotFinished() {
		this.account.ask(4);
		this.account.arrive(3);
		assertThat(this.account.coming()).isEqualTo(1);
		assertThat(this.account.room()).isZero();
		this.account.finish(2);
		assertThat(this.account.room()).isEqualTo(2);
	}

	@Test
	void isExhaustedWhenAllThatMayComeIsHere() {
		assertThat(this.account.isExhausted()).isFalse();
		this.account.ask(4);
		this.account.arrive(3);
		assertThat(this.account.isExhausted()).isFalse();
		this.account.arrive(1);
		assertThat(this.account.isExhausted()).isTrue();
		this.account.finish(1);
		assertThat(this.account.isExhausted()).isFalse();
	}

	@Test
	void getsOverEventsThatNobodyAskedFor() {
		this.account.ask(2);
		this.account.arrive(7);
		assertThat(this.account.coming()).isZero();
		assertThat(this.account.room()).isZero();
		assertThat(this.account.isExhausted()).isTrue();
		this.account.finish(5);
		assertThat(this.account.room()).isEqualTo(2);
	}

	@Test
	void refusesToAskForMoreThanThereIsRoomFor() {
		this.account.ask(3);
		assertThatIllegalArgumentException().isThrownBy(() -> this.account.ask(2))
			.withMessage("demand must be from 0 to 1, was 2");
		assertThatIllegalArgumentException().isThrownBy(() -> this.account.ask(-1))
			.withMessage("demand must be from 0 to 1, was -1");
	}

	@Test
	void refusesAMaximumOfNothing() {
		assertThatIllegalArgumentException().isThrownBy(() -> new DemandAccount(0))
			.withMessage("maxDemand must be >= 1, was 0");
	}

	@Test
	void hasMoreRoomWhenItsMaximumIsRaised() {
		this.account.askForRoom();
		this.account.retune(6);
		assertThat(this.account.room()).isEqualTo(2);
	}

	@Test
	void hasNoRoomUntilTheRestFitsIntoALowerMaximum() {
		this.account.askForRoom();
		this.account.arrive(4);
		this.account.retune(2);
		this.account.finish(2);
		assertThat(this.account.room()).isZero();
		this.account.finish(1);
		assertThat(this.account.room()).isEqualTo(1);
		assertThatIllegalArgumentException().isThrownBy(() -> this.account.retune(0))
			.withMessage("maxDemand must be >= 1, was 0");
	}

}
