package io.genstage.boot.actuate;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.core.io.support.SpringFactoriesLoader;

import static org.assertj.core.api.Assertions.assertThat;

class PageHintsTests {

	@ParameterizedTest
	@ValueSource(strings = { "page.html", "page.css", "page.js" })
	void nameEachFile(String file) {
		RuntimeHints hints = new RuntimeHints();
		SpringFactoriesLoader.forResourceLocation("META-INF/spring/aot.factories")
			.load(RuntimeHintsRegistrar.class)
			.stream()
			.filter(PageHints.class::isInstance)
			.forEach((registrar) -> registrar.registerHints(hints, getClass().getClassLoader()));
		assertThat(GenStagePageEndpoint.class.getResource(file)).isNotNull();
		assertThat(hints).matches(RuntimeHintsPredicates.resource().forResource("io/genstage/boot/actuate/" + file));
	}

}
