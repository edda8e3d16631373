package io.genstage.sample.page;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.genstage.sample.Sample;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.FileSystemUtils;

/**
 * One tab of a Chromium without a window, driven by its own protocol. It collects what a
 * page complains of, such as what its security policy has refused.
 */
final class Browser implements AutoCloseable {

	private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");

	private static final String LISTENING = "DevTools listening on ";

	/**
	 * Pages look for news three times a second, so that nobody waits for their next look.
	 */
	private static final String IMPATIENCE = "{ const later = window.setTimeout; "
			+ "window.setTimeout = (task, time, ...more) => later(task, Math.min(time, 300), ...more); }";

	private final JsonMapper json = new JsonMapper();

	private final AtomicInteger ids = new AtomicInteger();

	private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();

	private final List<String> complaints = new CopyOnWriteArrayList<>();

	private final Process process;

	private final Path profile;

	private final WebSocket socket;

	private final String tab;

	private Browser(Path program) throws IOException {
		this.profile = Files.createTempDirectory("browser");
		this.process = new ProcessBuilder(program.toString(), "--headless=new", "--no-sandbox", "--disable-gpu",
				"--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run", "--lang=en-US",
				"--remote-debugging-port=0", "--user-data-dir=" + this.profile, "about:blank")
			.redirectErrorStream(true)
			.start();
		this.socket = HttpClient.newHttpClient()
			.newWebSocketBuilder()
			.buildAsync(URI.create(address()), new Messages())
			.join();
		String target = call("Target.createTarget", Map.of("url", "about:blank"), "").path("targetId").asString();
		this.tab = call("Target.attachToTarget", Map.of("targetId", target, "flatten", true), "").path("sessionId")
			.asString();
		call("Page.enable", Map.of());
		call("Runtime.enable", Map.of());
		call("Log.enable", Map.of());
		call("Page.addScriptToEvaluateOnNewDocument", Map.of("source", IMPATIENCE));
	}

	/** Returns where a browser is installed, if one is. */
	static Optional<Path> installed() {
		return Stream.of(System.getenv("PATH").split(":"))
			.flatMap((directory) -> NAMES.stream().map((name) -> Path.of(directory, name)))
			.filter(Files::isExecutable)
			.findFirst();
	}

	static Browser start() {
		try {
			return new Browser(installed().orElseThrow());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private String address() throws IOException {
		BufferedReader output = new BufferedReader(
				new InputStreamReader(this.process.getInputStream(), StandardCharsets.UTF_8));
		for (String line = output.readLine(); line != null; line = output.readLine()) {
			if (line.startsWith(LISTENING)) {
				Thread reader = new Thread(() -> output.lines().forEach((rest) -> {
				}), "browser-output");
				reader.setDaemon(true);
				reader.start();
				return line.substring(LISTENING.length());
			}
		}
		throw new IOException("the browser has ended without listening");
	}

	/** Opens a page, and forgets what the last one has complained of. */
	void open(String url) {
		call("Page.navigate", Map.of("url", "about:blank"));
		this.complaints.clear();
		call("Page.navigate", Map.of("url", url));
	}

	void resize(int width, int height) {
		call("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
	}

	/** Changes the colors at once, so that no picture shows what is between the two. */
	void preferColors(String scheme) {
		call("Emulation.setEmulatedMedia", Map.of("features",
				List.of(feature("prefers-color-scheme", scheme), feature("prefers-reduced-motion", "reduce"))));
	}

	private static Map<String, String> feature(String name, String value) {
		return Map.of("name", name, "value", value);
	}

	/** Cuts the page off from everything, or ends that. */
	void offline(boolean offline) {
		call("Network.enable", Map.of());
		call("Network.emulateNetworkConditions",
				Map.of("offline", offline, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
	}

	/** Returns the value of an expression in the page. */
	JsonNode evaluate(String expression) {
		JsonNode answer = call("Runtime.evaluate",
				Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
		if (answer.has("exceptionDetails")) {
			throw new IllegalStateException("%s: %s".formatted(expression, answer.path("exceptionDetails")));
		}
		return answer.path("result").path("value");
	}

	void awaitTrue(String expression) {
		Sample.await().until(() -> evaluate(expression).asBoolean());
	}

	void press(String key, int code) {
		for (String type : List.of("keyDown", "keyUp")) {
			call("Input.dispatchKeyEvent", Map.of("type", type, "key", key, "code", key, "windowsVirtualKeyCode", code,
					"text", key.equals("Enter") ? "\r" : ""));
		}
	}

	/** Writes a picture of a part of the page, also of what doesn't fit the window. */
	void capture(String selector, Path file) {
		JsonNode box = evaluate("(() => { const box = document.querySelector('%s').getBoundingClientRect();"
			.formatted(selector)
				+ " return { x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height, scale: 1 };"
				+ " })()");
		JsonNode answer = call("Page.captureScreenshot",
				Map.of("format", "png", "captureBeyondViewport", true, "clip", box));
		try {
			Files.createDirectories(file.getParent());
			Files.write(file, Base64.getDecoder().decode(answer.path("data").asString()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Returns what the page has complained of. */
	List<String> complaints() {
		return List.copyOf(this.complaints);
	}

	private JsonNode call(String method, Map<String, ?> parameters) {
		return call(method, parameters, this.tab);
	}

	private JsonNode call(String method, Map<String, ?> parameters, String session) {
		int id = this.ids.incrementAndGet();
		CompletableFuture<JsonNode> answer = new CompletableFuture<>();
		this.answers.put(id, answer);
		Map<String, Object> message = session.isEmpty() ? Map.of("id", id, "method", method, "params", parameters)
				: Map.of("id", id, "method", method, "params", parameters, "sessionId", session);
		this.socket.sendText(this.json.writeValueAsString(message), true).join();
		return answer.orTimeout(Sample.PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
	}

	private void take(JsonNode message) {
		if (message.has("id")) {
			CompletableFuture<JsonNode> answer = this.answers.remove(message.path("id").asInt());
			if (message.has("error")) {
				answer.completeExceptionally(new IllegalStateException(message.path("error").toString()));
			}
			else {
				answer.complete(message.path("result"));
			}
		}
		else if (isComplaint(message)) {
			this.complaints.add(message.path("params").toString());
		}
	}

	private static boolean isComplaint(JsonNode message) {
		return switch (message.path("method").asString()) {
			case "Runtime.exceptionThrown" -> true;
			case "Log.entryAdded" -> !message.at("/params/entry/level").asString().equals("verbose");
			case "Runtime.consoleAPICalled" ->
				List.of("error", "warning").contains(message.at("/params/type").asString());
			default -> false;
		};
	}

	@Override
	public void close() {
		this.process.destroy();
		try {
			if (!this.process.waitFor(10, TimeUnit.SECONDS)) {
				this.process.destroyForcibly().waitFor();
			}
			FileSystemUtils.deleteRecursively(this.profile);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (IOException ex) {
			// What is left of it is in the directory for temporary files.
		}
	}

	/**
	 * Joins the parts of each message.
	 */
	private final class Messages implements WebSocket.Listener {

		private final StringBuilder text = new StringBuilder();

		@Override
		public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
			this.text.append(data);
			if (last) {
				JsonNode message = Browser.this.json.readTree(this.text.toString());
				this.text.setLength(0);
				take(message);
			}
			socket.request(1);
			return CompletableFuture.completedFuture(null);
		}

	}

}
