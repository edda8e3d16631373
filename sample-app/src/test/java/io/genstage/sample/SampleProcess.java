package io.genstage.sample;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.genstage.trial.process.Command;

import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The sample application, or another one, in a process of its own, on a free port.
 */
final class SampleProcess {

	private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

	private final Process process;

	private final Path output;

	private SampleProcess(Process process, Path output) {
		this.process = process;
		this.output = output;
	}

	/**
	 * Starts an application, and returns at once.
	 * @param application its class
	 * @param output the file that gets its log
	 * @param properties as on the command line, without dashes
	 * @return the process
	 */
	static SampleProcess start(Class<?> application, Path output, List<String> properties) throws IOException {
		Stream<String> command = Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
				application.getName(), "--server.port=0");
		Process process = new ProcessBuilder(
				Stream.concat(command, properties.stream().map((property) -> "--" + property)).toList())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		return new SampleProcess(process, output);
	}

	/** Waits until the application takes requests. */
	RestTestClient awaitHttp() throws IOException {
		Sample.await().until(() -> !this.process.isAlive() || PORT.matcher(log()).find());
		Matcher port = PORT.matcher(log());
		assertThat(port.find()).as(log()).isTrue();
		return RestTestClient.bindToServer().baseUrl("http://localhost:" + port.group(1)).build();
	}

	String log() throws IOException {
		return Files.readString(this.output);
	}

	/** Lets it read a byte. */
	void goOn() throws IOException {
		OutputStream input = this.process.getOutputStream();
		input.write('g');
		input.flush();
	}

	/**
	 * Sends it a signal.
	 * @param name the name of the signal, without SIG
	 */
	void signal(String name) {
		Command.output(List.of("sh", "-c", "kill -%s %d".formatted(name, this.process.pid())));
	}

	/** Asks the application to stop, and waits until it has. */
	void stop() throws Exception {
		this.process.destroy();
		assertThat(this.process.waitFor(1, TimeUnit.MINUTES)).as(log()).isTrue();
	}

	/** Kills it (SIGKILL), and waits until it is gone. */
	void kill() throws InterruptedException {
		this.process.destroyForcibly().waitFor();
	}

}
