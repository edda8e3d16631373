package io.genstage.rate;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RateLimitTests {

	private final RateLimit limit = RateLimit.of(100, Duration.ofSeconds(1));

	@Test
	void letsAPeriodsEventsPassAtOnceUnlessSaidOtherwise() {
		assertThat(this.limit).isEqualTo(new RateLimit(100, Duration.ofSeconds(1), 100));
	}

	@Test
	void changesOneByOne() {
		assertThat(this.limit.withEvents(1).withPeriod(Duration.ofDays(365)).withBurst(7))
			.isEqualTo(new RateLimit(1, Duration.ofDays(365), 7));
	}

	@Test
	void saysWhatIsAllowed() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.limit.withEvents(0))
			.withMessage("events must be >= 1, was 0");
		assertThatIllegalArgumentException().isThrownBy(() -> this.limit.withPeriod(Duration.ZERO))
			.withMessage("period must be positive and at most PT8760H, was PT0S");
		assertThatIllegalArgumentException().isThrownBy(() -> this.limit.withPeriod(Duration.ofDays(366)))
			.withMessage("period must be positive and at most PT8760H, was PT8784H");
		assertThatIllegalArgumentException().isThrownBy(() -> this.limit.withBurst(0))
			.withMessage("burst must be >= 1, was 0");
	}

}
