package io.genstage;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

class CancelModeTests {

	private static final ExitReason FAILURE = ExitReason.failure(new IllegalStateException("oops"));

	@Test
	void permanentStopsForEveryReason() {
		assertThat(CancelMode.PERMANENT.stopsFor(ExitReason.NORMAL)).isTrue();
		assertThat(CancelMode.PERMANENT.stopsFor(ExitReason.SHUTDOWN)).isTrue();
		assertThat(CancelMode.PERMANENT.stopsFor(ExitReason.shutdown("why"))).isTrue();
		assertThat(CancelMode.PERMANENT.stopsFor(FAILURE)).isTrue();
		assertThat(CancelMode.PERMANENT.stopsFor(ExitReason.NO_STAGE)).isTrue();
		assertThat(CancelMode.PERMANENT.stopsFor(ExitReason.of("oops"))).isTrue();
	}

	@Test
	void transientStopsForAbnormalReasons() {
		assertThat(CancelMode.TRANSIENT.stopsFor(ExitReason.NORMAL)).isFalse();
		assertThat(CancelMode.TRANSIENT.stopsFor(ExitReason.SHUTDOWN)).isFalse();
		assertThat(CancelMode.TRANSIENT.stopsFor(ExitReason.shutdown("why"))).isFalse();
		assertThat(CancelMode.TRANSIENT.stopsFor(FAILURE)).isTrue();
		assertThat(CancelMode.TRANSIENT.stopsFor(ExitReason.NO_STAGE)).isTrue();
		assertThat(CancelMode.TRANSIENT.stopsFor(ExitReason.of("oops"))).isTrue();
		assertThat(CancelMode.TRANSIENT.stopsFor(ExitReason.UNKNOWN_SUBSCRIPTION)).isTrue();
	}

	@Test
	void temporaryNeverStops() {
		assertThat(CancelMode.TEMPORARY.stopsFor(ExitReason.NORMAL)).isFalse();
		assertThat(CancelMode.TEMPORARY.stopsFor(ExitReason.SHUTDOWN)).isFalse();
		assertThat(CancelMode.TEMPORARY.stopsFor(FAILURE)).isFalse();
		assertThat(CancelMode.TEMPORARY.stopsFor(ExitReason.NO_STAGE)).isFalse();
		assertThat(CancelMode.TEMPORARY.stopsFor(ExitReason.of("oops"))).isFalse();
	}

	@ParameterizedTest
	@EnumSource
	void neverStopsForARefusedSecondSubscription(CancelMode mode) {
		assertThat(mode.stopsFor(ExitReason.ALREADY_SUBSCRIBED)).isFalse();
	}

	@ParameterizedTest
	@EnumSource
	void decidesByTheReasonAlone(CancelMode mode) {
		assertThat(mode.stopsFor(ExitReason.shutdown("one"))).isEqualTo(mode.stopsFor(ExitReason.shutdown("two")));
	}

	@Nested
	class Reasons {

		@Test
		void saysWhatHappened() {
			assertThat(ExitReason.NORMAL).hasToString("normal");
			assertThat(ExitReason.SHUTDOWN).hasToString("shutdown");
			assertThat(ExitReason.shutdown("why")).hasToString("shutdown (why)");
			assertThat(FAILURE).hasToString("failure (java.lang.IllegalStateException: oops)");
			assertThat(ExitReason.NO_STAGE).hasToString("no stage");
			assertThat(ExitReason.of("oops")).hasToString("oops");
			assertThat(ExitReason.ALREADY_SUBSCRIBED).hasToString("already_subscribed");
			assertThat(Cancellation.down(ExitReason.NORMAL)).hasToString("down, normal");
			assertThat(Cancellation.cancel(ExitReason.of("oops"))).hasToString("cancel, oops");
		}

		@Test
		void areEqualByValue() {
			assertThat(ExitReason.shutdown("why")).isEqualTo(ExitReason.shutdown("why"));
			assertThat(ExitReason.of("already_subscribed")).isEqualTo(ExitReason.ALREADY_SUBSCRIBED);
			assertThat(ExitReason.of("oops")).isNotEqualTo(ExitReason.of("other"));
		}

	}

}
