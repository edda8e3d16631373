package io.genstage.documents;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is published is the same in the build, in the BOM and in the documents.
 */
class PublishedModulesTests {

	private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

	private static final Pattern MANAGED = Pattern.compile("<dependency>\\s*<groupId>io\\.genstage</groupId>\\s*"
			+ "<artifactId>([^<]+)</artifactId>\\s*<version>\\$\\{project\\.version}</version>\\s*</dependency>");

	private static final Pattern MODULE_NAME = Pattern.compile("<java\\.module\\.name>([^<]+)</java\\.module\\.name>");

	private static final Pattern ROW = Pattern.compile("^\\| `(genstage-[^`]+)` \\| `?([^`|]+?)`? \\|$",
			Pattern.MULTILINE);

	@Test
	void areAllInTheBom() throws IOException {
		assertThat(find(MANAGED, "genstage-bom/pom.xml")).containsExactlyInAnyOrderElementsOf(published());
	}

	@Test
	void areAllManagedInThisBuild() throws IOException {
		assertThat(find(MANAGED, "pom.xml")).containsExactlyInAnyOrderElementsOf(published());
	}

	@Test
	void areListedWithNamesOfTheirOwn() throws IOException {
		List<String> named = new ArrayList<>(List.of("genstage-bom –"));
		Set<String> names = new HashSet<>();
		for (String module : published()) {
			assertThat(find(MODULE_NAME, module + "/pom.xml")).as(module).singleElement().satisfies((name) -> {
				assertThat(names.add(name)).as(name).isTrue();
				named.add(module + " " + name);
			});
		}
		Stream<String> listed = ROW.matcher(text("docs/releasing.md"))
			.results()
			.map((row) -> row.group(1) + " " + row.group(2));
		assertThat(listed).containsExactlyInAnyOrderElementsOf(named);
	}

	/** The modules of the build, without the BOM and those that aren't deployed. */
	private static List<String> published() throws IOException {
		List<String> published = new ArrayList<>(find(MODULE, "pom.xml"));
		published.remove("genstage-bom");
		for (String module : List.copyOf(published)) {
			if (text(module + "/pom.xml").contains("<maven.deploy.skip>true</maven.deploy.skip>")) {
				published.remove(module);
			}
		}
		assertThat(published).contains("genstage-core", "genstage-spring-boot-starter").doesNotContain("sample-app");
		return published;
	}

	private static List<String> find(Pattern pattern, String file) throws IOException {
		return pattern.matcher(text(file)).results().map((found) -> found.group(1)).toList();
	}

	private static String text(String file) throws IOException {
		return Files.readString(Document.ROOT.resolve(file));
	}

}
