package io.genstage.batch;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class BatchOptionsTests {

	private final BatchOptions options = BatchOptions.defaults();

	@Test
	void haveDefaults() {
		assertThat(this.options).isEqualTo(new BatchOptions(100, Duration.ofSeconds(1), 1000));
	}

	@Test
	void changeOneByOne() {
		assertThat(this.options.withSize(5).withTimeout(Duration.ofDays(365)).withMaxOpen(7))
			.isEqualTo(new BatchOptions(5, Duration.ofDays(365), 7));
	}

	@Test
	void sayWhatIsAllowed() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.options.withSize(0))
			.withMessage("size must be >= 1, was 0");
		assertThatIllegalArgumentException().isThrownBy(() -> this.options.withTimeout(Duration.ZERO))
			.withMessage("timeout must be positive and at most PT8760H, was PT0S");
		assertThatIllegalArgumentException().isThrownBy(() -> this.options.withTimeout(Duration.ofMillis(-1)))
			.withMessage("timeout must be positive and at most PT8760H, was PT-0.001S");
		assertThatIllegalArgumentException().isThrownBy(() -> this.options.withTimeout(Duration.ofDays(366)))
			.withMessage("timeout must be positive and at most PT8760H, was PT8784H");
		assertThatIllegalArgumentException().isThrownBy(() -> this.options.withMaxOpen(0))
			.withMessage("maxOpen must be >= 1, was 0");
	}

}
