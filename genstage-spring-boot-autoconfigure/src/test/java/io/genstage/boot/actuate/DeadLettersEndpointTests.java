package io.genstage.boot.actuate;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.boot.Sink;
import io.genstage.boot.TestContexts;
import io.genstage.deadletter.DeadLetter;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.deadletter.DeadLetterStore;
import io.genstage.desk.DeadLetterDesk;
import io.genstage.source.EventQueue;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The dead letters that an application shows over HTTP, and what can be done to them.
 */
@ExtendWith(OutputCaptureExtension.class)
class DeadLettersEndpointTests {

	private static final String ENDPOINT = "/actuator/genstagedeadletters";

	private static final String EXPOSED = "--management.endpoints.web.exposure.include=genstagedeadletters";

	private static final String UNRESTRICTED = "--management.endpoint.genstagedeadletters.access=unrestricted";

	private static final Instant MONDAY = Instant.parse("2026-11-30T08:00:00Z");

	private final HttpClient client = HttpClient.newHttpClient();

	@Nested
	@TestInstance(TestInstance.Lifecycle.PER_CLASS)
	class Reading extends Running {

		@BeforeAll
		void start() {
			run(EXPOSED);
		}

		@BeforeEach
		void clear() {
			desk().drop(DeadLetterFilter.all(), 1000);
		}

		@AfterAll
		void stop() {
			close();
		}

		@Test
		void listsLettersTheNewestFirst() throws Exception {
			DeadLetter first = letter("book", "secret 1");
			DeadLetter second = letter("book", "secret 2");
			DeadLetter third = letter("book", "secret 3");
			Map<String, Object> page = json(get("?limit=2"));
			assertThat(ids(page)).containsExactly(third.id().toString(), second.id().toString());
			letter("book", "secret 4");
			Map<String, Object> next = json(get("?limit=2&after=" + page.get("next")));
			assertThat(ids(next)).containsExactly(first.id().toString());
			assertThat(next).doesNotContainKey("next");
		}

		@Test
		void listsWhatIsAskedFor() throws Exception {
			DeadLetter wanted = letter("book", 1);
			DeadLetter abandoned = letter("book", 2);
			desk().abandon(abandoned.id(), "nobody misses it");
			DeadLetter gone = append(DeadLetter.of("gone", 3, MONDAY), 3);
			assertThat(ids(json(get("?stage=gone")))).containsExactly(gone.id().toString());
			assertThat(ids(json(get("?stage=book&causeType=" + IllegalStateException.class.getName()))))
				.containsExactly(abandoned.id().toString(), wanted.id().toString());
			assertThat(ids(json(get("?causeType=java.lang.Error")))).isEmpty();
			assertThat(ids(json(get("?stage=book&status=waiting")))).containsExactly(wanted.id().toString());
			assertThat(ids(json(get("")))).hasSize(3);
		}

		@Test
		void showsALetterWithoutDataOfItsEvent() throws Exception {
			DeadLetter letter = append(DeadLetter.of("book", "secret", MONDAY)
				.withSource("orders")
				.withKey("secret customer")
				.withAttempts(4)
				.withCause(new IllegalStateException("secret\nmessage")), "secret");
			assertThat(get("/" + letter.id()).body())
				.isEqualTo(("{\"id\":\"%s\",\"status\":\"WAITING\",\"stage\":\"book\",\"source\":\"orders\","
						+ "\"key\":\"******\",\"eventType\":\"java.lang.String\",\"attempts\":4,\"replays\":0,"
						+ "\"causeType\":\"java.lang.IllegalStateException\",\"causeMessage\":\"******\","
						+ "\"firstFailedAt\":\"2026-11-30T08:00:00Z\",\"lastFailedAt\":\"2026-11-30T08:00:00Z\","
						+ "\"payload\":\"******\"}")
					.formatted(letter.id()));
			assertThat(get("").body()).contains(letter.id().toString()).doesNotContain("secret", "payload");
		}

		@Test
		void countsLetters() throws Exception {
			letter("book", 1);
			desk().abandon(letter("book", 2).id(), "nobody misses it");
			append(DeadLetter.of("gone", 3, MONDAY), 3);
			assertThat(get("/counts").body()).isEqualTo("{\"total\":3,\"oldest\":\"2026-11-30T08:00:00Z\","
					+ "\"stages\":{\"book\":{\"ABANDONED\":1,\"WAITING\":1},\"gone\":{\"WAITING\":1}},"
					+ "\"causeTypes\":{\"\":1,\"java.lang.IllegalStateException\":2},\"dropped\":{}}");
		}

		@ParameterizedTest
		@ValueSource(strings = { "?stage=nobody", "/nobody", "/d9428888-122b-11e1-b85c-61cd3cbb3210", "/nobody/replay",
				"/1-1-1-1-1" })
		void knowsNothingElseAndRepeatsNothingOfIt(String path) throws Exception {
			HttpResponse<String> response = get(path);
			assertThat(response.statusCode()).isEqualTo(404);
			assertThat(response.body()).isEqualTo("{\"message\":\"there is nothing of that name\"}");
		}

		@ParameterizedTest
		@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
				?limit=0           | 'limit' must be a whole number from 1 to 1000
				?limit=1001        | 'limit' must be a whole number from 1 to 1000
				?limit=99999999999 | 'limit' must be a whole number from 1 to 1000
				?limit=few         | 'limit' must be a whole number from 1 to 1000
				?limit=1&limit=2   | 'limit' must be a whole number from 1 to 1000
				?after=-1          | 'after' must be the 'next' of the page before
				?after=9999999999999999999 | 'after' must be the 'next' of the page before
				?status=lost       | 'status' must be one of [WAITING, REPLAYING, ABANDONED]
				""")
		void saysWhatWasExpected(String query, String message) throws Exception {
			HttpResponse<String> response = get(query);
			assertThat(response.statusCode()).isEqualTo(400);
			assertThat(response.body()).isEqualTo("{\"message\":\"%s\"}".formatted(message));
		}

		@Test
		void isNotMisledByTheQuery() throws Exception {
			DeadLetter letter = letter("book", 1);
			assertThat(get("/counts?path=" + letter.id()).statusCode()).isEqualTo(400);
		}

		@Test
		void changesNothing() throws Exception {
			DeadLetter letter = letter("book", 1);
			assertThat(post("/replay", "{\"stage\":\"book\"}").statusCode()).isIn(404, 405);
			assertThat(post("/stop", "{}").statusCode()).isIn(404, 405);
			assertThat(post("/%s/replay".formatted(letter.id()), "{}").statusCode()).isIn(404, 405);
			assertThat(post("/%s/abandon".formatted(letter.id()), "{\"reason\":\"x\"}").statusCode()).isIn(404, 405);
			assertThat(delete("/" + letter.id()).statusCode()).isIn(404, 405);
			assertThat(delete("?stage=book&max=9").statusCode()).isIn(404, 405);
			assertThat(desk().get(letter.id())).contains(letter);
		}

	}

	@Nested
	@TestInstance(TestInstance.Lifecycle.PER_CLASS)
	class Changing extends Running {

		@BeforeAll
		void start() {
			run(EXPOSED, UNRESTRICTED);
		}

		@BeforeEach
		void clear() {
			desk().drop(DeadLetterFilter.all(), 1000);
			bean(Sink.class).events().clear();
			TestContexts.registry(context()).resume("book").toCompletableFuture().join();
		}

		@AfterAll
		void stop() {
			close();
		}

		@Test
		void replaysOneLetter(CapturedOutput output) throws Exception {
			DeadLetter letter = letter("book", "dune");
			DeadLetter other = letter("book", "emma");
			HttpResponse<String> response = post("/%s/replay".formatted(letter.id()), "");
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(json(response)).containsEntry("letters", 1).containsEntry("dryRun", false);
			bean(Sink.class).awaitExactly("dune");
			Awaitility.await().until(() -> desk().get(letter.id()).isEmpty());
			assertThat(desk().get(other.id())).isPresent();
			assertThat(output)
				.contains("'ann' replays 1 dead letter: dead letter %s of stage 'book'".formatted(letter.id()));
		}

		@Test
		void replaysSeveralLetters(CapturedOutput output) throws Exception {
			letter("book", "dune");
			letter("book", "emma");
			DeadLetter third = letter("book", "ulysses");
			HttpResponse<String> response = post("/replay",
					"{\"stage\":\"book\",\"causeType\":\"java.lang.IllegalStateException\",\"max\":2,\"rate\":1000,"
							+ "\"per\":\"1m\"}");
			assertThat(json(response)).containsEntry("letters", 2);
			bean(Sink.class).awaitExactly("dune", "emma");
			assertThat(desk().get(third.id())).isPresent();
			assertThat(output).contains("'ann' replays 2 dead letters: stage 'book', "
					+ "cause 'java.lang.IllegalStateException', at most 2, 1000 in PT1M");
		}

		@Test
		void saysWhatAReplayWouldDo() throws Exception {
			DeadLetter letter = letter("book", "dune");
			append(DeadLetter.of("gone", 1, MONDAY).withCause(new IllegalStateException("no")), 1);
			assertThat(post("/replay", "{\"causeType\":\"java.lang.IllegalStateException\",\"dryRun\":true}").body())
				.isEqualTo("{\"dryRun\":true,\"letters\":2,\"accepted\":0,\"failedAgain\":0,"
						+ "\"left\":{\"there is no stage 'gone'\":1}}");
			assertThat(desk().get(letter.id())).contains(letter);
		}

		@Test
		void leavesALetterWhoseStageIsGoneWithAReason() throws Exception {
			DeadLetter letter = append(DeadLetter.of("gone", 1, MONDAY), 1);
			assertThat(json(post("/%s/replay".formatted(letter.id()), ""))).containsEntry("left",
					Map.of("there is no stage 'gone'", 1));
			assertThat(get("?stage=gone").body()).contains("\"reason\":\"there is no stage 'gone'\"");
		}

		@Test
		void leavesALetterWhoseStageTakesAnotherTypeWithAReason() throws Exception {
			DeadLetter letter = letter("book", 7);
			post("/%s/replay".formatted(letter.id()), "");
			Awaitility.await()
				.untilAsserted(() -> assertThat(get("").body())
					.contains("\"reason\":\"stage 'book' takes java.lang.String and not java.lang.Integer\""));
			assertThat(desk().get(letter.id()).orElseThrow().status()).isEqualTo(DeadLetter.Status.WAITING);
		}

		@Test
		void abandonsALetter(CapturedOutput output) throws Exception {
			DeadLetter letter = letter("book", "dune");
			assertThat(post("/%s/abandon".formatted(letter.id()), "{\"reason\":\"nobody\\nreads it\"}").body())
				.isEqualTo("{\"changed\":1}");
			assertThat(get("?status=abandoned").body()).contains("\"reason\":\"nobody\\\\u000areads it\"");
			assertThat(output).contains("'ann' abandons 1 dead letter: dead letter %s".formatted(letter.id()))
				.contains(": nobody\\u000areads it");
		}

		@Test
		void dropsLetters(CapturedOutput output) throws Exception {
			DeadLetter first = letter("book", 1);
			letter("book", 2);
			letter("book", 3);
			assertThat(delete("/" + first.id()).body()).isEqualTo("{\"changed\":1}");
			assertThat(delete("/" + first.id()).statusCode()).isEqualTo(404);
			assertThat(delete("?stage=book&max=1").body()).isEqualTo("{\"changed\":1}");
			assertThat(desk().counts().total()).isEqualTo(1);
			assertThat(output).contains("'ann' drops 1 dead letter: dead letter %s".formatted(first.id()))
				.contains("'ann' drops 1 dead letter: stage 'book', cause any, at most 1");
		}

		@Test
		void isNamelessWithoutAUser(CapturedOutput output) throws Exception {
			DeadLetter letter = letter("book", 1);
			send(request("/" + letter.id(), null).DELETE());
			assertThat(output).contains("an unknown user drops 1 dead letter");
		}

		@Test
		void allowsOnlySoManyReplaysAtOnceAndCanStopThem() throws Exception {
			TestContexts.registry(context()).pause("book").toCompletableFuture().join();
			for (int number = 0; number < 10; number++) {
				String path = "/%s/replay".formatted(letter("book", "dune").id());
				assertThat(post(path, "").statusCode()).isEqualTo(200);
			}
			DeadLetter eleventh = letter("book", "emma");
			HttpResponse<String> refused = post("/%s/replay".formatted(eleventh.id()), "");
			assertThat(refused.statusCode()).isEqualTo(429);
			assertThat(refused.body())
				.isEqualTo("{\"message\":\"10 replays are under way: wait for one to end, or stop them\"}");
			assertThat(post("/stop", "").body()).isEqualTo("{\"changed\":10}");
			Awaitility.await().until(() -> post("/stop", "").body().equals("{\"changed\":0}"));
			assertThat(get("").body()).contains("\"reason\":\"the replay was stopped\"");
		}

		@ParameterizedTest
		@CsvSource(delimiter = '|', quoteCharacter = '`',
				textBlock = """
						/replay     | {}                                  | name a 'stage' or a 'causeType', or both
						/replay     | {"stage":" "}                       | name a 'stage' or a 'causeType', or both
						/replay     | {"stage":"book","max":10001}        | 'max' must be a whole number from 1 to 10000
						/replay     | {"stage":"book","rate":0}           | 'rate' must be a whole number from 1 to 1000000
						/replay     | {"stage":"book","per":"soon"}       | 'per' must be a time such as 500ms or 2s, from 1ms to 365d
						/replay     | {"stage":"book","per":"9999999999d"} | 'per' must be a time such as 500ms or 2s, from 1ms to 365d
						/replay     | {"stage":"book","dryRun":"perhaps"} | 'dryRun' must be true or false
						/ID/abandon | {}                                  | 'reason' must have 1 to 200 characters
						""")
		void saysWhatWasExpected(String path, String body, String message) throws Exception {
			DeadLetter letter = letter("book", "dune");
			HttpResponse<String> response = post(path.replace("ID", letter.id().toString()), body);
			assertThat(response.statusCode()).isEqualTo(400);
			assertThat(response.body()).isEqualTo("{\"message\":\"%s\"}".formatted(message));
			assertThat(desk().get(letter.id())).contains(letter);
		}

		@ParameterizedTest
		@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
				?stage=book         | 'max' must be a whole number from 1 to 10000
				?stage=book&max=all | 'max' must be a whole number from 1 to 10000
				?max=10             | name a 'stage' or a 'causeType', or both
				""")
		void dropsNothingUnlessItIsToldWhatAndHowMuch(String query, String message) throws Exception {
			letter("book", "dune");
			assertThat(delete(query).body()).isEqualTo("{\"message\":\"%s\"}".formatted(message));
			assertThat(desk().counts().total()).isEqualTo(1);
		}

		@ParameterizedTest
		@ValueSource(strings = { "/nothing", "/nobody/replay", "/ID", "/ID/nothing", "/ID/replay/more" })
		void knowsNothingElse(String path) throws Exception {
			String id = letter("book", "dune").id().toString();
			assertThat(post(path.replace("ID", id), "{\"stage\":\"book\",\"reason\":\"x\"}").statusCode())
				.isEqualTo(404);
		}

	}

	@Nested
	class Showing extends Running {

		@AfterEach
		void stop() {
			close();
		}

		@ParameterizedTest
		@CsvSource({ "never, ann, false", "when-authorized, , false", "when-authorized, ann, true", "always, , true" })
		void dataOfEventsToWhoMaySeeIt(String showPayload, @Nullable String user, boolean shown) throws Exception {
			run(EXPOSED, "--genstage.dead-letters.show-payload=" + showPayload);
			DeadLetter letter = letter("book", "dune\nby Frank Herbert");
			String one = send(request("/" + letter.id(), user)).body();
			String list = send(request("", user)).body();
			assertThat(one.contains("\"payload\":\"dune\\\\u000aby Frank Herbert\"")).isEqualTo(shown);
			assertThat(one.contains("\"causeMessage\":\"can't book dune\"")).isEqualTo(shown);
			assertThat(list.contains("\"causeMessage\":\"can't book dune\"")).isEqualTo(shown);
			assertThat(list).doesNotContain("payload");
		}

	}

	@Nested
	class Access extends Running {

		@AfterEach
		void stop() {
			close();
		}

		@Test
		void isNotExposedByDefault() throws Exception {
			run();
			assertThat(get("").statusCode()).isEqualTo(404);
		}

		@Test
		void isNotThereIfNobodyMayUseIt() throws Exception {
			run(EXPOSED, "--management.endpoint.genstagedeadletters.access=none");
			assertThat(get("").statusCode()).isEqualTo(404);
		}

		@Test
		void isForReadingIfOnlyThatIsPermitted() throws Exception {
			run(EXPOSED, UNRESTRICTED, "--management.endpoints.access.max-permitted=read-only");
			DeadLetter letter = letter("book", "dune");
			assertThat(get("/" + letter.id()).statusCode()).isEqualTo(200);
			assertThat(post("/replay", "{\"stage\":\"book\"}").statusCode()).isIn(404, 405);
			assertThat(delete("/" + letter.id()).statusCode()).isIn(404, 405);
			assertThat(desk().get(letter.id())).contains(letter);
		}

		@Test
		void isOpenedByNamesWithAHyphenOnAPortOfItsOwn() throws Exception {
			run("--management.endpoints.web.exposure.include=genstage-dead-letters",
					"--management.endpoint.genstage-dead-letters.access=unrestricted", "--management.server.port=0");
			DeadLetter letter = letter("book", "dune");
			assertThat(get("").statusCode()).isEqualTo(404);
			this.port = "local.management.port";
			assertThat(get("").statusCode()).isEqualTo(200);
			assertThat(delete("/" + letter.id()).body()).isEqualTo("{\"changed\":1}");
		}

	}

	/**
	 * An application that runs, and who asks it.
	 */
	abstract class Running {

		String port = "local.server.port";

		private @Nullable ConfigurableApplicationContext context;

		final void run(String... arguments) {
			this.context = new SpringApplicationBuilder(Shop.class)
				.properties("server.port=0", "spring.jmx.enabled=false", "spring.main.banner-mode=off")
				.run(arguments);
		}

		final void close() {
			if (this.context != null) {
				this.context.close();
			}
		}

		final ConfigurableApplicationContext context() {
			assertThat(this.context).isNotNull();
			return this.context;
		}

		final <T> T bean(Class<T> type) {
			return context().getBean(type);
		}

		final DeadLetterDesk desk() {
			return bean(DeadLetterDesk.class);
		}

		final DeadLetter letter(String stage, Object event) {
			return append(DeadLetter.of(stage, event, MONDAY).withCause(new IllegalStateException("can't book dune")),
					event);
		}

		final DeadLetter append(DeadLetter letter, Object event) {
			return bean(DeadLetterStore.class).append(letter, event).toCompletableFuture().join();
		}

		final HttpRequest.Builder request(String path, @Nullable String user) {
			String port = context().getEnvironment().getRequiredProperty(this.port);
			HttpRequest.Builder request = HttpRequest
				.newBuilder(URI.create("http://localhost:%s%s%s".formatted(port, ENDPOINT, path)));
			return (user != null) ? request.header("user", user) : request;
		}

		final HttpResponse<String> get(String path) throws IOException, InterruptedException {
			return send(request(path, "ann"));
		}

		final HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
			return send(request(path, "ann").header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers.ofString(body)));
		}

		final HttpResponse<String> delete(String path) throws IOException, InterruptedException {
			return send(request(path, "ann").DELETE());
		}

		final HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
			return DeadLettersEndpointTests.this.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
		}

		final Map<String, Object> json(HttpResponse<String> response) {
			assertThat(response.statusCode()).isEqualTo(200);
			return JsonParserFactory.getJsonParser().parseMap(response.body());
		}

		@SuppressWarnings("unchecked") // the format says so
		final List<Object> ids(Map<String, Object> page) {
			return ((List<Map<String, Object>>) page.get("letters")).stream()
				.map((letter) -> letter.get("id"))
				.toList();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Shop {

		@Bean
		Sink sink() {
			return new Sink();
		}

		@Bean
		@Producer
		EventQueue<String> orders() {
			return new EventQueue<>(10);
		}

		@Bean
		@Consumer(subscribeTo = "orders")
		java.util.function.Consumer<String> book(Sink sink) {
			return sink::add;
		}

		@Bean
		NamedUserFilter user() {
			return new NamedUserFilter();
		}

	}

}
