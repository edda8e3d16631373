package io.genstage.sample.code;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.genstage.boot.StageRegistry;
import io.genstage.pipeline.StageDefinition;
import io.genstage.sample.Sample;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.web.util.HtmlUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The code of the sample, as it is shown in a browser.
 */
class SourceTests {

	private static final Path SOURCES = Path.of("src/main/java/io/genstage/sample");

	private static final Pattern STAGE = Pattern.compile("<dt>(\\w+)</dt><dd><a href=\"(\\S+)\"><code>(\\S+)</code>");

	private static final Pattern LINK = Pattern.compile("href=\"\\.\\./(\\w+/\\w+)\"");

	private final RestTestClient http = RestTestClient.bindToController(new SourceController(new Sources())).build();

	@Test
	void isLinkedForEachStage() {
		try (Sample sample = Sample.start("sample.quakes.feed=classpath:malformed.geojson")) {
			List<StageDefinition> stages = sample.bean(StageRegistry.class).definitions();
			Map<String, String> links = STAGE.matcher(Sample.page(sample.http(), "/"))
				.results()
				.collect(Collectors.toMap((link) -> link.group(1), (link) -> link.group(2)));
			assertThat(stages).hasSize(7)
				.extracting(StageDefinition::name)
				.containsExactlyInAnyOrderElementsOf(links.keySet());
			assertThat(stages).allSatisfy((stage) -> assertThatItsDeclarationIsMarked(stage,
					Sample.page(sample.http(), "/" + links.get(stage.name()))));
		}
	}

	/** By its annotation, which names it, or else the method does. */
	private static void assertThatItsDeclarationIsMarked(StageDefinition stage, String page) {
		String annotation = stage.kind().name().replace("CONSUMER", "Consumer").replace("PRODUCER", "Producer");
		assertThat(textBetween(page, "<mark>", "</mark>").strip()).startsWith("@" + annotation.replace("_", ""))
			.containsPattern("\"%1$s\"| %1$s\\(".formatted(stage.name()))
			.endsWith("{");
	}

	@Test
	void isWhatTheLinksSay() throws IOException {
		String start = Files.readString(Path.of("src/main/resources/static/index.html"));
		assertThat(STAGE.matcher(start).results()).hasSize(7)
			.allSatisfy((link) -> assertThat(link.group(2) + ".java").isEqualTo("code/" + link.group(3)));
	}

	@ParameterizedTest
	@MethodSource("types")
	void isShownAsItIs(String type) throws IOException {
		String page = Sample.page(this.http, "/code/" + type);
		assertThat(textBetween(page, "<code>", "</code></pre>", page.indexOf("<pre")))
			.isEqualTo(Files.readString(SOURCES.resolve(type + ".java")));
		assertThat(LINK.matcher(page).results()).allSatisfy((link) -> assertThat(types()).contains(link.group(1)));
		assertThat(page).contains("<title>" + type.substring(type.indexOf('/') + 1) + ":")
			.doesNotContain("<script", "style=\"");
	}

	static Stream<String> types() throws IOException {
		try (Stream<Path> files = Files.walk(SOURCES, 2)) {
			return files.map((file) -> SOURCES.relativize(file).toString())
				.filter((file) -> file.matches("\\w+/\\w+\\.java"))
				.map((file) -> file.substring(0, file.indexOf('.')))
				.sorted()
				.toList()
				.stream();
		}
	}

	@Test
	void leadsToWhatItUses() {
		assertThat(
				LINK.matcher(Sample.page(this.http, "/code/quakes/QuakeParser")).results().map((link) -> link.group(1)))
			.containsOnly("switchboard/Switch", "switchboard/Switchboard", "quakes/FeatureParser", "quakes/Quake",
					"quakes/MalformedFeatureException");
	}

	@Test
	void allowsNothingButItsStyleSheets() {
		HttpHeaders headers = this.http.get()
			.uri("/code/signing/Author")
			.exchange()
			.expectBody()
			.returnResult()
			.getResponseHeaders();
		assertThat(headers.getFirst("Content-Security-Policy"))
			.startsWith("default-src 'none'; style-src 'self'; img-src data:;");
		assertThat(Objects.requireNonNull(headers.getContentType()))
			.isEqualTo(MediaType.parseMediaType("text/html;charset=UTF-8"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "signing/Nobody", "Signing/Author", "signing/author.java", "signing/../Author",
			"signing/package-info", "signing" })
	void isNotThere(String type) {
		this.http.get().uri("/code/" + type).exchange().expectStatus().isNotFound();
	}

	@Test
	void isInNativeImages() {
		RuntimeHints hints = new RuntimeHints();
		new SourceHints().registerHints(hints, null);
		assertThat(RuntimeHintsPredicates.resource().forResource("sources/io/genstage/sample/signing/Author.java"))
			.accepts(hints);
	}

	private static String textBetween(String page, String start, String end) {
		return textBetween(page, start, end, 0);
	}

	/** Returns what a browser would show between two tags. */
	private static String textBetween(String page, String start, String end, int from) {
		int begin = page.indexOf(start, from) + start.length();
		Matcher tags = Pattern.compile("<[^>]*>").matcher(page.substring(begin, page.indexOf(end, begin)));
		return HtmlUtils.htmlUnescape(tags.replaceAll(""));
	}

}
