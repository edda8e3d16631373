package io.genstage.jdbc.autoconfigure;

import java.io.IOException;
import java.util.Arrays;

import org.junit.jupiter.api.Test;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.io.support.SpringFactoriesLoader;

import static org.assertj.core.api.Assertions.assertThat;

class ScriptHintsTests {

	@Test
	void nameEachScript() throws IOException {
		RuntimeHints hints = new RuntimeHints();
		SpringFactoriesLoader.forResourceLocation("META-INF/spring/aot.factories")
			.load(RuntimeHintsRegistrar.class)
			.stream()
			.filter(ScriptHints.class::isInstance)
			.forEach((registrar) -> registrar.registerHints(hints, getClass().getClassLoader()));
		Resource[] scripts = new PathMatchingResourcePatternResolver()
			.getResources("classpath*:io/genstage/jdbc/*.sql");
		assertThat(Arrays.stream(scripts).map(Resource::getFilename).distinct()).hasSize(20)
			.allSatisfy((script) -> assertThat(hints)
				.matches(RuntimeHintsPredicates.resource().forResource("io/genstage/jdbc/" + script)));
	}

}
