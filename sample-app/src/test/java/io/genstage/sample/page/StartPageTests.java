package io.genstage.sample.page;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.genstage.sample.Sample;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.JRE;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The start page in a browser: its buttons are pressed, and when all is at rest its
 * numbers are those of the page beside it, of the endpoints, and of what was pressed.
 */
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "slow, and the same on each JDK: runs once, on the newer one")
@EnabledIf("isBrowserInstalled")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StartPageTests {

	private static final Path PICTURES = Path.of(System.getProperty("sample.pictures", "target/pictures"));

	private final CompletableFuture<Browser> starting = CompletableFuture.supplyAsync(Browser::start);

	private final Sample sample = Sample.start("sample.signing.pace=0s", "sample.signing.slow-pace=100ms",
			"genstage.stages.author.handle-within=50ms", "genstage.defaults.failure.outage.pause=100ms",
			"genstage.accounts.interval=300ms");

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
		this.browser.open(this.sample.url() + "/");
		awaitText("stored", "1,707");
		this.browser
			.awaitTrue("document.querySelector('iframe')?.contentDocument?.querySelectorAll('#rows tr').length === 7");
	}

	@Test
	void sendsReadersWhoAreHeldUpByASlowAuthor() {
		press("[data-switch=slow-author]");
		this.browser.awaitTrue("document.querySelector('[data-switch=slow-author]').ariaPressed === 'true'");
		this.browser.evaluate("document.querySelector('[data-readers=\"1\"]').focus()");
		this.browser.press("Enter", 13);
		awaitText("said", "1 reader has come.");
		press("[data-readers='100']");
		awaitText("said", "100 readers have come.");
		press("[data-readers='1000']");
		awaitText("said", "1,000 readers have come.");
		awaitText("line", "20 of 20");
		this.browser.awaitTrue("[...document.querySelector('iframe').contentDocument.querySelectorAll('.verdict')]"
				+ ".at(-1).textContent.includes(\"'author'\")");
		takePictures();
		assertThatThePageBesideItShowsWhereTheAuthorIs();
		press("[data-switch=slow-author]");
		awaitText("signed", "991");
		awaitText("arrived", "1,101");
		awaitText("turned-away", "110");
		awaitText("outside", "0");
		awaitText("refused", "0");
		awaitText("line", "0 of 20");
		assertThat(this.sample.get("/signing")).hasToString("""
				{"outside":0,"line":0,"capacity":20,"arrived":1101,"refused":0,"turnedAway":110,"signed":991}""");
		assertThatThePageBesideItShows("line", 0, 1101);
		assertThatThePageBesideItShows("tickets", 991, 991);
		assertThatThePageBesideItShows("author", 991, 0);
		assertThat(this.browser.complaints()).isEmpty();
	}

	@Test
	void replaysWhatABrokenFeedHasTorn() {
		JsonNode before = this.sample.get("/actuator/genstage/located");
		press("[data-switch=broken-feed]");
		awaitText("said", "Broken feed: on.");
		press("#read");
		awaitText("dead-letters", "34");
		this.sample.awaitCompletionOf("store", "alerts");
		this.browser.awaitTrue(cell("located", "Dead letters") + " === '34'");
		press("[data-switch=broken-feed]");
		awaitText("said", "Broken feed: off.");
		press("#replay");
		awaitText("said", "Of 34 dead letters 0 are quakes now.");
		press("[data-switch=corrected-parser]");
		awaitText("said", "Corrected parser: on.");
		press("#replay");
		awaitText("said", "Of 34 dead letters 34 are quakes now.");
		awaitText("dead-letters", "0");
		awaitText("stored", "1,707");
		press("[data-switch=corrected-parser]");
		awaitText("said", "Corrected parser: off.");
		press("#replay");
		awaitText("said", "There are no dead letters.");
		this.browser.awaitTrue(cell("located", "Dead letters") + " === '0'");
		assertThatThePageBesideItShows("located", before.path("in").asLong() + 1707,
				before.path("out").asLong() + 1707);
		assertThat(this.browser.complaints()).isEmpty();
	}

	@Test
	void goesOnWhenTheDatabaseIsBack() {
		long stored = this.sample.get("/actuator/genstage/store").path("in").asLong();
		press("[data-switch=database-away]");
		awaitText("stored", "unknown");
		awaitText("health", "down");
		press("#read");
		awaitText("said", "The feed is being read.");
		this.browser.awaitTrue("[...document.querySelector('iframe').contentDocument.querySelectorAll('.node')]"
				+ ".some((node) => node.getAttribute('aria-label').startsWith('store, consumer, outage'))");
		// As far as the stages behind it have asked, which is not far.
		this.browser.awaitTrue("((bar) => bar?.value > 0 && bar.value < .5)(document.querySelector('iframe')"
				+ ".contentDocument.querySelector('.progress progress'))");
		this.browser.awaitTrue(cell("store", "Does") + " === 'outage'");
		press("#read");
		awaitText("said", "The feed is being read already.");
		press("[data-switch=database-away]");
		awaitText("health", "up");
		awaitText("stored", "1,707");
		this.sample.awaitCompletionOf("store", "alerts");
		assertThatThePageBesideItShows("store", stored + 1707, 0);
		this.browser.awaitTrue("document.querySelector('iframe').contentDocument.querySelector('.progress').textContent"
				+ " === 'feed100 %, 1,707 of 1,707 events'");
		awaitText("dead-letters", "0");
		// Of answers that are refusals a browser complains, whoever has asked for them.
		assertThat(this.browser.complaints())
			.allSatisfy((complaint) -> assertThat(complaint).containsAnyOf("status of 503", "status of 409"));
	}

	@Test
	void leadsToTheCodeOfEachStage() {
		JsonNode links = this.browser.evaluate(
				"[...document.querySelectorAll('.code a')].map((one) => [one.closest('div').firstChild.textContent, one.href])");
		assertThat(links).hasSize(7);
		for (JsonNode link : links) {
			this.browser.open(link.path(1).asString());
			this.browser.awaitTrue(
					"document.querySelector('mark')?.textContent.includes('%s')".formatted(link.path(0).asString()));
			this.browser.awaitTrue("getComputedStyle(document.querySelector('mark')).display === 'block'");
			assertThat(this.browser.evaluate("document.querySelector('header a').href").asString())
				.isEqualTo(this.sample.url() + "/");
			assertThat(this.browser.complaints()).isEmpty();
		}
		takePicturesOfTheCode();
	}

	private void takePicturesOfTheCode() {
		this.browser.capture("html", PICTURES.resolve("code-light.png"));
		this.browser.resize(390, 844);
		assertThat(this.browser.evaluate("document.documentElement.scrollWidth").asInt()).isLessThanOrEqualTo(390);
		this.browser.resize(1440, 900);
	}

	private void takePictures() {
		this.browser.capture("html", PICTURES.resolve("start-light.png"));
		this.browser.preferColors("dark");
		this.browser.capture("html", PICTURES.resolve("start-dark.png"));
		this.browser.resize(390, 844);
		this.browser.capture("html", PICTURES.resolve("start-phone.png"));
		assertThat(this.browser.evaluate("document.documentElement.scrollWidth").asInt()).isLessThanOrEqualTo(390);
		this.browser.preferColors("light");
		this.browser.resize(1440, 900);
	}

	/** Each book is too late for a part of its time only, so the page is asked again. */
	private void assertThatThePageBesideItShowsWhereTheAuthorIs() {
		this.browser.evaluate("globalThis.frame = document.querySelector('iframe').contentDocument, true");
		// Kept with the same look: with the next answer the book may be signed.
		this.browser.awaitTrue("frame.querySelector('.stack')?.textContent.includes('SlowPen.sign')"
				+ " ? (globalThis.seen = frame.getElementById('details-body').textContent, true)"
				+ " : (frame.querySelector('[data-stage=\"author\"] button').click(), false)");
		assertThat(this.browser.evaluate("seen").asString()).contains("a call of its handler has not returned for",
				"at most 1, more is asked for at 0", "genstage.stages.author.handle-within");
		this.browser.evaluate("frame.getElementById('details').close()");
	}

	private void assertThatThePageBesideItShows(String stage, long handled, long emitted) {
		JsonNode endpoint = this.sample.get("/actuator/genstage/" + stage);
		assertThat(endpoint.path("in").asLong()).isEqualTo(handled);
		assertThat(endpoint.path("out").asLong()).isEqualTo(emitted);
		this.browser.awaitTrue("%s === '%d'".formatted(cell(stage, "Handled"), handled));
		this.browser.awaitTrue("%s === '%d'".formatted(cell(stage, "Emitted"), emitted));
	}

	/**
	 * Returns an expression for the text of a cell of the page beside it, without commas.
	 */
	private static String cell(String stage, String column) {
		return ("((page) => page.querySelector('[data-stage=\"%s\"]').children[[...page.querySelectorAll('#headings th')]"
				+ ".findIndex((one) => one.textContent === '%s')].textContent.replaceAll(',', ''))"
				+ "(document.querySelector('iframe').contentDocument)")
			.formatted(stage, column);
	}

	private void press(String selector) {
		this.browser.evaluate("document.querySelector(\"%s\").click()".formatted(selector));
	}

	private void awaitText(String id, String text) {
		this.browser.awaitTrue("document.getElementById('%s')?.textContent === '%s'".formatted(id, text));
	}

}
