package io.genstage.trial.link;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import io.genstage.link.LinkMessage;
import io.genstage.link.LinkWriter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process with a small heap that reads a link with more messages than fit into it, by
 * {@link BoundedReading}.
 */
public final class BoundedProcess implements AutoCloseable {

	/** So many in hand are more than fit. */
	public static final int UNBOUNDED = 1_000_000;

	/** So many in hand fit. */
	public static final int WINDOW = 200;

	private static final int BYTES = 1024;

	private static final int MESSAGES = 50_000;

	private static final int AT_ONCE = 5000;

	/** The exit status that -XX:+ExitOnOutOfMemoryError gives. */
	private static final int OUT_OF_MEMORY = 3;

	private final Process process;

	private final Path output;

	private final Path log;

	private final int handled;

	private BoundedProcess(Process process, Path output, Path log, int handled) {
		this.process = process;
		this.output = output;
		this.log = log;
		this.handled = handled;
	}

	/**
	 * Sends more messages than fit into the heap of such a process.
	 * @param writer the sending end of the link
	 */
	public static void sendAll(LinkWriter writer) {
		for (int sent = 0; sent < MESSAGES; sent += AT_ONCE) {
			List<CompletionStage<Void>> confirmations = new ArrayList<>();
			for (int number = sent; number < sent + AT_ONCE; number++) {
				confirmations.add(writer.send(LinkMessage.of(new byte[BYTES]).withKey("key" + number)));
			}
			assertThat(confirmations)
				.allSatisfy((confirmed) -> assertThat(confirmed).succeedsWithin(Duration.ofMinutes(1)));
		}
	}

	/**
	 * Starts a process.
	 * @param output where to keep what it prints, in a file that is new
	 * @param window how many messages it may have in hand
	 * @param handled how many of them it handles in the end
	 * @param main its class, which passes its last three arguments on to
	 * {@link BoundedReading}
	 * @param arguments the arguments before these
	 * @return the process
	 */
	public static BoundedProcess start(Path output, int window, int handled, Class<?> main, String... arguments)
			throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx40m",
						"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError", "-cp",
						System.getProperty("java.class.path"), main.getName()));
		command.addAll(List.of(arguments));
		command.addAll(List.of(Integer.toString(MESSAGES), Integer.toString(window), Integer.toString(handled)));
		Path log = output.resolveSibling(output.getFileName() + ".log");
		return new BoundedProcess(
				new ProcessBuilder(command).redirectError(log.toFile()).redirectOutput(output.toFile()).start(), output,
				log, handled);
	}

	/** Waits for its death. */
	public void awaitOutOfMemory() throws InterruptedException {
		awaitExit(OUT_OF_MEMORY);
	}

	/**
	 * Waits for its end: it has had a window in hand and no more, the rest has waited,
	 * and its heap has grown by what a window may take.
	 * @param kept what the client of the engine may keep, in bytes
	 * @return what it has seen of itself, for the documentation
	 */
	public String awaitBounded(long kept) throws InterruptedException {
		awaitExit(0);
		List<Look> looks = read(this.output).lines().map(Look::parse).toList();
		assertThat(looks).extracting(Look::when).containsExactly("idle", "full", "working");
		assertThat(looks.get(1).most()).isEqualTo(WINDOW);
		assertThat(looks.get(2).most()).isEqualTo(WINDOW);
		assertThat(looks.get(1).waiting()).isEqualTo(MESSAGES - WINDOW);
		assertThat(looks.get(2).waiting()).isBetween((long) MESSAGES - this.handled - WINDOW,
				(long) MESSAGES - this.handled);
		assertThat(looks).extracting(Look::live)
			.as("%s", looks)
			.allSatisfy(
					(live) -> assertThat(live).isLessThanOrEqualTo(looks.get(0).live() + 3 * WINDOW * BYTES + kept));
		return "idle %d, %d in hand %d, %d handled %d; %d wait".formatted(looks.get(0).live(), WINDOW,
				looks.get(1).live(), this.handled, looks.get(2).live(), looks.get(2).waiting());
	}

	private void awaitExit(int status) throws InterruptedException {
		assertThat(this.process.waitFor(5, TimeUnit.MINUTES)).isTrue();
		assertThat(this.process.exitValue()).as(() -> read(this.log)).isEqualTo(status);
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	/** Ends it, if it runs. */
	@Override
	public void close() {
		this.process.destroyForcibly().onExit().join();
	}

	/**
	 * What a process has seen of itself.
	 *
	 * @param when what it had asked for
	 * @param live how much of its heap was in use behind a collection, in bytes
	 * @param most how many messages have been in hand at once until then
	 * @param waiting how many were not
	 */
	private record Look(String when, long live, int most, long waiting) {

		static Look parse(String line) {
			List<String> parts = Arrays.asList(line.split(" ", -1));
			return new Look(parts.get(0), Long.parseLong(parts.get(1)), Integer.parseInt(parts.get(2)),
					Long.parseLong(parts.get(3)));
		}

	}

}
