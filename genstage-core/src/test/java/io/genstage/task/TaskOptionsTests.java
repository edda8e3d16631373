package io.genstage.task;

import java.time.Duration;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

class TaskOptionsTests {

	private final TaskOptions defaults = TaskOptions.defaults();

	@Test
	void defaultsToTemporaryAndThreeRestartsInFiveSecondsAndAPatienceOfFiveSeconds() {
		assertThat(this.defaults).isEqualTo(
				new TaskOptions(TaskRestart.TEMPORARY, 3, Duration.ofSeconds(5), Duration.ofSeconds(5), null, false));
	}

	@Test
	void keepsWhatIsNotChanged() {
		TaskOptions options = this.defaults.withRestart(TaskRestart.TRANSIENT)
			.withMaxRestarts(0)
			.withRestartPeriod(Duration.ofDays(365))
			.withPatience(TaskOptions.UNLIMITED)
			.withExecutor(Runnable::run)
			.withFailureOverLimit();
		assertThat(options).isEqualTo(new TaskOptions(TaskRestart.TRANSIENT, 0, Duration.ofDays(365),
				TaskOptions.UNLIMITED, options.executor(), true));
		assertThat(options.withMaxRestarts(1).failsOverLimit()).isTrue();
		assertThat(options.executor()).isNotNull();
	}

	@Test
	@DisplayName("S3 offers no permanent restart")
	void offersNoPermanentRestart() {
		assertThat(TaskRestart.values()).containsExactly(TaskRestart.TEMPORARY, TaskRestart.TRANSIENT);
		assertThatNullPointerException().isThrownBy(() -> this.defaults.withRestart(null))
			.withMessage("restart must not be null");
	}

	@ParameterizedTest
	@ValueSource(strings = { "PT-1S", "PT8760H0.1S" })
	@DisplayName("S3 refuses a bad patience")
	void refusesABadPatience(Duration patience) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.defaults.withPatience(patience))
			.withMessage("patience must be >= 0 and <= 365 days, or TaskOptions.UNLIMITED, was " + patience);
	}

	@Test
	@DisplayName("S2 refuses a negative number of restarts")
	void refusesANegativeNumberOfRestarts() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.defaults.withMaxRestarts(-1))
			.withMessage("maxRestarts must be >= 0, was -1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "PT-1S", "PT0S", "PT8760H0.1S" })
	@DisplayName("S2 refuses a bad period of restarts")
	void refusesABadPeriod(Duration period) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.defaults.withRestartPeriod(period))
			.withMessage("restartPeriod must be > 0 and <= 365 days, was " + period);
	}

}
