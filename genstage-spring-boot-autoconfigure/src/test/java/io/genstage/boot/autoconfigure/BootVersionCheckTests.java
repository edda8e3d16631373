package io.genstage.boot.autoconfigure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringBootVersion;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * With which versions of Spring Boot an application may start. Whole applications of
 * other versions are in the modules below {@code compatibility}.
 */
class BootVersionCheckTests {

	@Test
	void acceptsTheVersionOfTheseTests() {
		assertThatCode(() -> BootVersionCheck.check(SpringBootVersion.getVersion())).doesNotThrowAnyException();
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "4.0.0", "4.1.2", "4.2.0-M1", "5.0.0-SNAPSHOT", "", "unknown", ".", "x.y" })
	void acceptsWhatIsNotKnownToFail(String version) {
		assertThatCode(() -> BootVersionCheck.check(version)).doesNotThrowAnyException();
	}

	@ParameterizedTest
	@ValueSource(strings = { "3.5.14", "3.5.14-SNAPSHOT", "2.7.18", "1.0.0.RELEASE" })
	void refusesAnOldVersionAndNamesThoseThatWork(String version) {
		assertThatExceptionOfType(UnsupportedBootVersionException.class)
			.isThrownBy(() -> BootVersionCheck.check(version))
			.withMessage(
					"GenStage for Spring works with Spring Boot 4.0 and 4.1, but this application has Spring Boot %s.",
					version);
	}

}
