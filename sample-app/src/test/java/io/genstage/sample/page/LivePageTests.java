package io.genstage.sample.page;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.genstage.ConsumerStage;
import io.genstage.ProducerConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.StageKind;
import io.genstage.boot.StageRegistry;
import io.genstage.pipeline.StageDefinition;
import io.genstage.pipeline.StageState;
import io.genstage.rate.RateAccount;
import io.genstage.rate.RateLimit;
import io.genstage.sample.Sample;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.JRE;
import tools.jackson.databind.JsonNode;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.web.filter.OncePerRequestFilter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page that shows the pipelines at work, in a browser, with the sample under load.
 */
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "slow, and the same on each JDK: runs once, on the newer one")
@EnabledIf("isBrowserInstalled")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LivePageTests {

	private static final Path PICTURES = Path.of(System.getProperty("sample.pictures", "target/pictures"));

	/** So many that a slow author is busy for some seconds, and none loses patience. */
	private static final int READERS = 400;

	/** Each tenth one has a wrong ticket. */
	private static final int SIGNED = READERS / 10 * 9;

	private static final String PAGE = "/actuator/genstageui";

	private final HttpClient client = HttpClient.newHttpClient();

	private final CompletableFuture<Browser> starting = CompletableFuture.supplyAsync(Browser::start);

	private final Sample sample = Sample.startWith(List.of(TokenCheck.class),
			"sample.quakes.feed=classpath:malformed.geojson", "sample.signing.pace=0s", "sample.signing.slow-pace=20ms",
			"sample.signing.line=700", "sample.signing.patience=20s", "genstage.accounts.interval=300ms");

	private final Browser browser = this.starting.join();

	static boolean isBrowserInstalled() {
		return Browser.installed().isPresent();
	}

	@BeforeAll
	void awaitQuakes() {
		this.sample.awaitCompletionOf("store", "alerts");
	}

	@AfterAll
	void close() {
		this.browser.close();
		this.sample.close();
	}

	@BeforeEach
	void open() {
		this.browser.resize(1440, 900);
		this.browser.open(this.sample.url() + PAGE);
		this.browser.awaitTrue("document.querySelectorAll('#rows tr').length >= 7");
	}

	@Test
	void showsTheNumbersOfTheEndpointAndOfWhatWasPosted() {
		long before = this.sample.get("/signing").path("signed").asLong();
		letTheAuthorBeSlow(true);
		List<CompletableFuture<Integer>> answers = IntStream.range(0, READERS)
			.mapToObj((reader) -> arrive(reader, (reader % 10 == 0) ? "WRONG" : "SIGN-0001"))
			.toList();
		this.browser.awaitTrue("page.rates.get('author')?.in > 0");
		this.browser.awaitTrue("[...document.querySelectorAll('.verdict')].at(-1).textContent.includes(\"'author'\")");
		takePictures();
		letTheAuthorBeSlow(false);
		assertThat(answers.stream().map(CompletableFuture::join)).filteredOn((status) -> status == 200).hasSize(SIGNED);
		assertThat(answers.stream().map(CompletableFuture::join)).filteredOn((status) -> status == 403)
			.hasSize(READERS - SIGNED);
		this.browser.awaitTrue("%s === '%d'".formatted(cell("author", "Handled"), before + SIGNED));
		this.browser.awaitTrue("%s === '0'".formatted(cell("author", "In flight")));
		JsonNode endpoint = this.sample.get("/actuator/genstage");
		List<JsonNode> stages = endpoint.path("pipelines")
			.valueStream()
			.flatMap((pipeline) -> pipeline.path("stages").valueStream())
			.toList();
		assertThat(stages).hasSize(7).allSatisfy((stage) -> {
			String name = stage.path("name").asString();
			assertThat(shown(name, "Handled")).isEqualTo(stage.path("in").asString());
			assertThat(shown(name, "Emitted")).isEqualTo(stage.path("out").asString());
			assertThat(shown(name, "Lost")).isEqualTo(stage.path("discarded").asString());
			assertThat(shown(name, "Backlog")).isEqualTo(stage.path("backlog").asString()).isEqualTo("0");
		});
		assertThat(shown("located", "Dead letters"))
			.isEqualTo(this.sample.get("/actuator/genstagedeadletters/counts").path("total").asString())
			.isNotEqualTo("0");
		assertThat(this.browser.complaints()).isEmpty();
	}

	private void letTheAuthorBeSlow(boolean slow) {
		this.sample.http()
			.post()
			.uri("/switches/slow-author")
			.contentType(MediaType.APPLICATION_JSON)
			.body("{\"on\": %s}".formatted(slow))
			.exchange()
			.expectStatus()
			.isOk();
	}

	private void takePictures() {
		this.browser.capture("html", PICTURES.resolve("page-light.png"));
		this.browser.preferColors("dark");
		this.browser.capture("html", PICTURES.resolve("page-dark.png"));
		this.browser.resize(390, 844);
		this.browser.capture("html", PICTURES.resolve("page-phone.png"));
		assertThat(this.browser.evaluate("document.documentElement.scrollWidth").asInt()).isLessThanOrEqualTo(390);
		this.browser.preferColors("light");
		this.browser.resize(1440, 900);
	}

	@Test
	void isUsedByTheKeyboard() {
		this.browser.evaluate("[...document.querySelectorAll('.node')]"
				+ ".find((node) => node.getAttribute('aria-label').startsWith('author')).focus()");
		this.browser.press("Enter", 13);
		this.browser
			.awaitTrue("document.getElementById('details').open && !!document.getElementById('details-numbers')");
		this.browser.awaitTrue("document.getElementById('details-heading').textContent === 'author'");
		assertThat(this.browser
			.evaluate("[...document.querySelectorAll('.settings dt')]"
					+ ".find((name) => name.textContent === 'max-demand from tickets').nextSibling.textContent")
			.asString()).isEqualTo("1 attribute 'maxDemand', @Consumer method 'Author.sign' of bean 'author'");
		this.browser.capture("dialog", PICTURES.resolve("page-details.png"));
		this.browser.press("Escape", 27);
		this.browser.awaitTrue("!document.getElementById('details').open");
		assertThat(this.browser.complaints()).isEmpty();
	}

	@Test
	void pausesAStageAndLetsItGoOn() {
		this.browser.evaluate("openDetails('tickets')");
		clickOperation("Pause");
		Sample.await().until(() -> this.sample.stateOf("tickets") == StageState.PAUSED);
		this.browser.awaitTrue("%s === 'paused'".formatted(cell("tickets", "Does")));
		clickOperation("Resume");
		Sample.await().until(() -> this.sample.stateOf("tickets") == StageState.RUNNING);
		this.browser.evaluate("document.getElementById('details').close()");
	}

	private void clickOperation(String name) {
		String button = "[...document.querySelectorAll('.operations button')].find((one) => one.textContent === '%s')"
			.formatted(name);
		this.browser.awaitTrue("!!" + button);
		this.browser.evaluate(button + ".click()");
	}

	@Test
	void saysSinceWhenItIsStale() {
		String freshness = "document.getElementById('freshness').textContent";
		this.browser.awaitTrue(freshness + ".startsWith('Live')");
		this.browser.offline(true);
		this.browser.evaluate("page.answeredAt -= 4000");
		this.browser.awaitTrue(freshness + ".startsWith('Stale since')");
		this.browser.offline(false);
		this.browser.awaitTrue(freshness + ".startsWith('Live')");
	}

	@Test
	void mayNotHaveAStyleInAnAttribute() {
		assertThat(this.browser.complaints()).isEmpty();
		this.browser.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">no</p>')");
		Sample.await()
			.untilAsserted(() -> assertThat(this.browser.complaints()).isNotEmpty()
				.allSatisfy((complaint) -> assertThat(complaint).contains("Content Security Policy")));
	}

	private String shown(String stage, String column) {
		return this.browser.evaluate(cell(stage, column)).asString();
	}

	/** Returns an expression for the text of a cell, without commas. */
	private static String cell(String stage, String column) {
		return "document.querySelector('[data-stage=\"%s\"]').children[COLUMNS.findIndex((one) => one.name === '%s')]"
			.formatted(stage, column) + ".textContent.replaceAll(',', '')";
	}

	private CompletableFuture<Integer> arrive(int reader, String ticket) {
		HttpRequest request = HttpRequest.newBuilder(URI.create(this.sample.url() + "/signing/arrivals"))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers
				.ofString("{\"name\": \"Reader %d\", \"ticket\": \"%s\"}".formatted(reader, ticket)))
			.build();
		return this.client.sendAsync(request, HttpResponse.BodyHandlers.discarding())
			.thenApply(HttpResponse::statusCode);
	}

	@Test
	void showsAGraphOfSixtyStages() {
		StageRegistry stages = this.sample.bean(StageRegistry.class);
		stages.register(sixty().stream().map(LivePageTests::calm).toArray(StageDefinition[]::new))
			.toCompletableFuture()
			.join();
		this.browser.awaitTrue("document.querySelectorAll('#rows tr').length === 67");
		this.browser.awaitTrue("page.rates.get('to store')?.in > 0");
		assertThat(this.browser.evaluate("document.querySelectorAll('.node').length").asInt()).isEqualTo(67);
		this.browser.capture(".card:nth-child(3)", PICTURES.resolve("page-sixty.png"));
		stages.deregister(sixty().stream().map(StageDefinition::name).toArray(String[]::new))
			.toCompletableFuture()
			.join();
		this.browser.awaitTrue("document.querySelectorAll('#rows tr').length === 7");
	}

	/** Lets sources leave the browser some of the processor. */
	private static StageDefinition calm(StageDefinition stage) {
		return (stage.kind() == StageKind.PRODUCER)
				? stage.withOptions(stage.options().withRate(new RateAccount(RateLimit.of(500, Duration.ofSeconds(1)))))
				: stage;
	}

	/** Returns the stages of a graph that any page shows. */
	static List<StageDefinition> sixty() {
		ProducerStage<Integer> events = (demand) -> IntStream.range(0, (int) demand).boxed().toList();
		ProducerConsumerStage<Integer, Integer> between = (numbers, from) -> numbers;
		ConsumerStage<Integer> end = (numbers, from) -> {
		};
		List<StageDefinition> stages = new ArrayList<>();
		for (String source : List.of("web", "mail", "files")) {
			stages.add(StageDefinition.of(source, events));
		}
		stages.add(StageDefinition.of("parsed", between).subscribeTo("web").subscribeTo("mail").subscribeTo("files"));
		StageDefinition merged = StageDefinition.of("merged", between);
		for (int branch = 1; branch <= 7; branch++) {
			String before = "parsed";
			for (String step : List.of("region", "checked", "priced", "taxed", "packed", "labelled")) {
				stages.add(StageDefinition.of(step + " " + branch, between).subscribeTo(before));
				before = step + " " + branch;
			}
			stages.add(StageDefinition.of("cache " + branch, end).subscribeTo(before));
			merged = merged.subscribeTo(before);
		}
		stages.add(merged);
		for (String last : List.of("store", "audit", "search", "mails", "reports", "alarms")) {
			stages.add(StageDefinition.of("to " + last, end).subscribeTo("merged"));
		}
		return stages;
	}

	/**
	 * Stands for a protection against forged requests that gives its token in a cookie.
	 */
	@Configuration(proxyBeanMethods = false)
	static class TokenCheck {

		@Bean
		Filter tokenCheck() {
			return new OncePerRequestFilter() {

				@Override
				protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response,
						FilterChain chain) throws ServletException, IOException {
					boolean operates = request.getMethod().equals("POST")
							&& request.getRequestURI().startsWith("/actuator/");
					if (operates && !"a/token".equals(request.getHeader("X-XSRF-TOKEN"))) {
						response.sendError(HttpServletResponse.SC_FORBIDDEN);
						return;
					}
					response.addHeader("Set-Cookie", "XSRF-TOKEN=a%2Ftoken; Path=/");
					chain.doFilter(request, response);
				}

			};
		}

	}

}
