package io.genstage;

import java.time.Duration;

import io.genstage.SourceProgress.Measure;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SourceProgressTests {

	private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

	@Test
	void hasTheTimeThatIsLeftByTheLastInterval() {
		SourceProgress now = SourceProgress.ofEvents(400, 1000L);
		assertThat(now.timeLeft(SourceProgress.ofEvents(200, 1000L), TEN_SECONDS)).hasValue(Duration.ofSeconds(30));
		assertThat(now.timeLeft(SourceProgress.ofEvents(399, 1000L), TEN_SECONDS)).hasValue(Duration.ofSeconds(6000));
	}

	@Test
	void doesNotKnowTheTimeThatIsLeftIfNothingWasDone() {
		SourceProgress now = SourceProgress.ofEvents(400, 1000L);
		assertThat(now.timeLeft(now, TEN_SECONDS)).isEmpty();
		assertThat(now.timeLeft(SourceProgress.ofEvents(800, 1000L), TEN_SECONDS)).isEmpty();
		assertThat(now.timeLeft(new SourceProgress(200, 1000L, Measure.BYTES), TEN_SECONDS)).isEmpty();
	}

	@Test
	void hasNoTimeLeftOnceAllIsDone() {
		SourceProgress all = SourceProgress.ofEvents(10, 10L);
		assertThat(all.isComplete()).isTrue();
		assertThat(all.timeLeft(all, TEN_SECONDS)).hasValue(Duration.ZERO);
		assertThat(SourceProgress.ofEvents(11, 10L).timeLeft(all, TEN_SECONDS)).hasValue(Duration.ZERO);
	}

	@Test
	void knowsNeitherPartNorTimeWithoutATotal() {
		SourceProgress unknown = SourceProgress.ofEvents(10, null);
		assertThat(unknown.part()).isEmpty();
		assertThat(unknown.isComplete()).isFalse();
		assertThat(unknown.timeLeft(SourceProgress.ofEvents(5, null), TEN_SECONDS)).isEmpty();
	}

	@Test
	void isAPartFromNoneToAll() {
		assertThat(SourceProgress.ofEvents(0, 10L).part()).hasValue(0.0);
		assertThat(SourceProgress.ofEvents(3, 10L).part()).hasValue(0.3);
		assertThat(SourceProgress.ofEvents(12, 10L).part()).hasValue(1.0);
		assertThat(SourceProgress.ofEvents(0, 0L).part()).hasValue(1.0);
	}

	@Test
	void isAddedToThatOfOthersWhichCountTheSame() {
		SourceProgress three = SourceProgress.ofEvents(3, 10L);
		assertThat(three.plus(SourceProgress.ofEvents(1, 5L))).isEqualTo(SourceProgress.ofEvents(4, 15L));
		assertThat(three.plus(SourceProgress.ofEvents(1, null))).isEqualTo(SourceProgress.ofEvents(4, null));
		assertThat(three.plus(new SourceProgress(1, 5L, Measure.BYTES))).isNull();
	}

	@Test
	void isNeverLessThanNothing() {
		assertThatIllegalArgumentException().isThrownBy(() -> SourceProgress.ofEvents(-1, null))
			.withMessage("expected done and total to be 0 or more, but got -1 and null");
		assertThatIllegalArgumentException().isThrownBy(() -> SourceProgress.ofEvents(0, -1L))
			.withMessage("expected done and total to be 0 or more, but got 0 and -1");
	}

}
