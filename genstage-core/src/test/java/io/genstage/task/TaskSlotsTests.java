package io.genstage.task;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TaskSlotsTests {

	private final TaskSlots slots = new TaskSlots(4, 2);

	@Test
	void asksForAllAtFirst() {
		assertThat(this.slots.ask()).isEqualTo(4);
		assertThat(this.slots.ask()).isZero();
	}

	@Test
	void asksAgainForTheMinimum() {
		this.slots.ask();
		this.slots.take(4);
		this.slots.release();
		assertThat(this.slots.ask()).isZero();
		this.slots.release();
		assertThat(this.slots.ask()).isEqualTo(2);
		assertThat(this.slots.ask()).isZero();
	}

	@Test
	void asksForAllThatBecameFreeSinceTheLastTime() {
		this.slots.ask();
		this.slots.take(4);
		release(3);
		assertThat(this.slots.ask()).isEqualTo(3);
	}

	@Test
	void asksOneByOneForAMinimumOfZero() {
		TaskSlots slots = new TaskSlots(4, 0);
		slots.ask();
		slots.take(4);
		assertThat(slots.ask()).isZero();
		slots.release();
		assertThat(slots.ask()).isEqualTo(1);
	}

	@Test
	void tellsTheExcessOverWhatItHasAskedFor() {
		this.slots.ask();
		assertThat(this.slots.take(3)).isZero();
		assertThat(this.slots.take(3)).isEqualTo(2);
		this.slots.release();
		// One is free again, but nobody has asked for it.
		assertThat(this.slots.take(1)).isEqualTo(1);
	}

	@Test
	void asksForNothingWhileThereAreMoreTasksThanPlaces() {
		this.slots.ask();
		this.slots.take(7);
		release(4);
		assertThat(this.slots.ask()).isZero();
		release(1);
		assertThat(this.slots.ask()).isEqualTo(2);
	}

	private void release(int count) {
		for (int i = 0; i < count; i++) {
			this.slots.release();
		}
	}

	@Test
	void asksAgainForWhatWasTakenBack() {
		this.slots.ask();
		this.slots.withdraw(1);
		assertThat(this.slots.ask()).isZero();
		this.slots.withdraw(1);
		assertThat(this.slots.ask()).isEqualTo(2);
	}

	@Test
	void asksForWhatMoreSlotsLeaveFree() {
		this.slots.ask();
		this.slots.retune(9, 2);
		assertThat(this.slots.ask()).isEqualTo(5);
	}

	@Test
	void asksForNothingUntilFewerSlotsAreFree() {
		this.slots.ask();
		this.slots.take(4);
		this.slots.retune(2, 1);
		release(2);
		assertThat(this.slots.ask()).isZero();
		release(1);
		assertThat(this.slots.ask()).isEqualTo(1);
	}

}
