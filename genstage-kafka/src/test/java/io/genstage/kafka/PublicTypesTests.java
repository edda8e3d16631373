package io.genstage.kafka;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A new public type of this module is a decision: it shows in a diff of the list.
 */
class PublicTypesTests {

	@Test
	void areThoseOfTheCheckedInList() throws IOException {
		List<String> types = new ClassFileImporter().importPath(Path.of("target", "classes"))
			.stream()
			.filter(PublicTypesTests::isVisible)
			.map(JavaClass::getName)
			.sorted()
			.toList();
		assertThat(types).isEqualTo(checkedIn());
	}

	private static boolean isVisible(JavaClass type) {
		return type.getModifiers().contains(JavaModifier.PUBLIC)
				&& type.getEnclosingClass().map(PublicTypesTests::isVisible).orElse(true);
	}

	private static List<String> checkedIn() throws IOException {
		try (InputStream list = PublicTypesTests.class.getResourceAsStream("/public-types.txt")) {
			assertThat(list).isNotNull();
			return new String(list.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
		}
	}

}
