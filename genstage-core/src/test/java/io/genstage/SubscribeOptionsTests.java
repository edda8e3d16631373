package io.genstage;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SubscribeOptionsTests {

	private final SubscribeOptions defaults = SubscribeOptions.defaults();

	@Test
	void defaultsToAThousandAndHalfOfItAndPermanent() {
		assertThat(this.defaults).isEqualTo(new SubscribeOptions(1000, 500, CancelMode.PERMANENT));
	}

	@ParameterizedTest
	@CsvSource({ "1, 0", "2, 1", "3, 1", "1000, 500", "2147483647, 1073741823" })
	void takesHalfOfTheMaximumAsTheMinimum(int max, int min) {
		assertThat(this.defaults.withMaxDemand(max).minDemand()).isEqualTo(min);
	}

	@Test
	void keepsWhatIsNotChanged() {
		SubscribeOptions options = this.defaults.withCancel(CancelMode.TEMPORARY).withMaxDemand(4).withMinDemand(3);
		assertThat(options).isEqualTo(new SubscribeOptions(4, 3, CancelMode.TEMPORARY));
	}

	@Test
	@DisplayName("G45 G53 S32 Q16 refuses a maximum of 0")
	void refusesAMaximumOfZero() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.defaults.withMaxDemand(0))
			.withMessage("maxDemand must be >= 1, was 0");
	}

	@Test
	void refusesANegativeMaximum() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.defaults.withMaxDemand(Integer.MIN_VALUE))
			.withMessage("maxDemand must be >= 1, was -2147483648");
	}

	@Test
	@DisplayName("G45 G53 S32 Q16 refuses a minimum above the maximum")
	void refusesAMinimumAboveTheMaximum() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.defaults.withMinDemand(2000))
			.withMessage("minDemand must be <= 999 (less than maxDemand), was 2000");
	}

	@Test
	void refusesAMinimumThatEqualsTheMaximum() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.defaults.withMaxDemand(4).withMinDemand(4))
			.withMessage("minDemand must be <= 3 (less than maxDemand), was 4");
	}

	@Test
	void refusesANegativeMinimum() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.defaults.withMinDemand(-1))
			.withMessage("minDemand must be >= 0, was -1");
	}

}
