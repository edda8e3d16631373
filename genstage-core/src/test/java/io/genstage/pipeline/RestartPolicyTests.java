package io.genstage.pipeline;

import java.time.Duration;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RestartPolicyTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	@Test
	void pausesLongerAndLonger() {
		RestartPolicy policy = RestartPolicy.defaults().withBackOff(SECOND, 3, Duration.ofSeconds(20));
		assertThat(IntStream.range(0, 5).mapToObj(policy::delay)).extracting(Duration::toSeconds)
			.containsExactly(1L, 3L, 9L, 20L, 20L);
		assertThat(policy.delay(Integer.MAX_VALUE)).hasSeconds(20);
	}

	@Test
	void isExhaustedAtItsLimit() {
		RestartPolicy policy = RestartPolicy.defaults().withLimit(2, SECOND);
		assertThat(policy.isExhausted(1)).isFalse();
		assertThat(policy.isExhausted(2)).isTrue();
		assertThat(RestartPolicy.never().isExhausted(0)).isTrue();
	}

	@Test
	void refusesWhatMakesNoSense() {
		RestartPolicy policy = RestartPolicy.defaults();
		assertThatIllegalArgumentException().isThrownBy(() -> policy.withBackOff(SECOND, 2, Duration.ZERO))
			.withMessage("expected 0 <= firstDelay <= maxDelay, but got PT1S and PT0S");
		assertThatIllegalArgumentException().isThrownBy(() -> policy.withBackOff(SECOND, 0.5, SECOND))
			.withMessage("multiplier must be >= 1, was 0.5");
		assertThatIllegalArgumentException().isThrownBy(() -> policy.withBackOff(SECOND, Double.NaN, SECOND));
		assertThatIllegalArgumentException().isThrownBy(() -> policy.withLimit(-1, SECOND))
			.withMessage("maxRestarts must be >= 0, was -1");
		assertThatIllegalArgumentException().isThrownBy(() -> policy.withLimit(1, Duration.ZERO))
			.withMessage("period must be positive, was PT0S");
	}

}
