package io.genstage;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls have odd numbers while they go on, and may take 10.
 */
class CallWatchTests {

	private final CallWatch watch = new CallWatch(10);

	@Test
	void noticesACallThatGoesOnForLongOnce() {
		assertThat(this.watch.notices(1, 100)).isFalse();
		assertThat(this.watch.notices(1, 109)).isFalse();
		assertThat(this.watch.notices(1, 110)).isTrue();
		assertThat(this.watch.since()).isEqualTo(100);
		assertThat(this.watch.notices(1, 200)).isFalse();
	}

	@Test
	void noticesTheNextOneToo() {
		this.watch.notices(1, 100);
		this.watch.notices(1, 110);
		assertThat(this.watch.notices(3, 120)).isFalse();
		assertThat(this.watch.notices(3, 130)).isTrue();
	}

	@Test
	void takesCallsThatFollowEachOtherForSeveral() {
		for (int call = 0; call < 10; call++) {
			assertThat(this.watch.notices(2 * call + 1, 5L * call)).isFalse();
		}
	}

	@Test
	void doesNotMindThatThereIsNone() {
		assertThat(this.watch.notices(0, 0)).isFalse();
		assertThat(this.watch.notices(0, 100)).isFalse();
		assertThat(this.watch.notices(2, 101)).isFalse();
		assertThat(this.watch.notices(2, 200)).isFalse();
	}

	@Test
	void worksWhenTheTimeOverflows() {
		this.watch.notices(1, Long.MAX_VALUE - 3);
		assertThat(this.watch.notices(1, Long.MIN_VALUE + 3)).isFalse();
		assertThat(this.watch.notices(1, Long.MIN_VALUE + 6)).isTrue();
	}

}
