package io.genstage.kafka.crash;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import io.genstage.kafka.KafkaLinks;
import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkWriter;
import io.genstage.trial.broker.KafkaServer;
import io.genstage.trial.link.Deaf;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two processes read a link together. One is killed (SIGKILL), frozen (SIGSTOP), or
 * leaves, in the middle. The system property {@code test.kafka.kills} says how often,
 * {@code test.kafka.seed} when. With {@code test.kafka.scenarios} set to {@code true}
 * also those run that take longer.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no SIGKILL")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class KilledReaderTests {

	static final int MAX_UNSETTLED = 200;

	private static final int KILLS = Integer.getInteger("test.kafka.kills", 1);

	private static final long SEED = Long.getLong("test.kafka.seed", 1);

	private static final int PARTITIONS = 8;

	private static final int MANY_PARTITIONS = 12;

	/** Milliseconds that an event takes where that is measured. */
	private static final int WORK = 5;

	private static final int KEYS = 100;

	private static final int EVENTS_PER_KEY = 40;

	/** Milliseconds of silence after which a process counts as dead. */
	private static final int SHORT = 3000;

	private static final int LONG = 120_000;

	static final int EVENTS = KEYS * EVENTS_PER_KEY;

	/** One of two readers has handled so many before half of the events are sent. */
	private static final int LATEST = EVENTS / 8;

	private final KafkaServer server = KafkaServer.shared();

	private final List<Process> processes = new ArrayList<>();

	private final List<Path> files = new ArrayList<>();

	private String topic = "unset";

	@TempDir
	private Path folder;

	private void createTopic() {
		createTopic(PARTITIONS);
	}

	private void createTopic(int partitions) {
		this.topic = "link-" + UUID.randomUUID();
		this.server.createTopics(partitions, this.topic, this.topic + ".dead");
	}

	@AfterEach
	void end() throws InterruptedException {
		for (Process process : this.processes) {
			process.destroyForcibly();
			process.waitFor();
		}
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(50));
	}

	/**
	 * Starts a reader that waits behind so many lines, and whose death is soon noticed.
	 */
	private Process start(int lines) throws IOException {
		return start(ReadingApplication.class, this.topic, lines, Integer.toString(SHORT));
	}

	/** Starts a reader that nobody takes for dead on a machine that is busy. */
	private Process startSteady() throws IOException {
		return start(ReadingApplication.class, this.topic, Integer.MAX_VALUE, Integer.toString(LONG));
	}

	/** Starts a process that reads a topic, and waits behind so many lines. */
	private Process start(Class<?> application, String from, int lines, String... more) throws IOException {
		Path file = this.folder.resolve(this.topic + "-" + this.files.size());
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
						"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
						application.getName(), this.server.address(), from, file.toString(), Integer.toString(lines)));
		command.addAll(List.of(more));
		Process process = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(this.folder.resolve(file.getFileName() + ".log").toFile())
			.start();
		this.processes.add(process);
		this.files.add(file);
		return process;
	}

	private Handled handled() throws IOException {
		return Handled.by(this.files);
	}

	private int handledBy(int process) throws IOException {
		return Handled.by(this.files.subList(process, process + 1)).lines().size();
	}

	/** Waits until both have partitions, so that nothing moves while they work. */
	private void awaitBoth() {
		await().until(() -> this.server.sharesOf("genstage." + this.topic),
				(shares) -> shares.equals(List.of(PARTITIONS / 2, PARTITIONS / 2)));
	}

	private List<CompletionStage<Void>> send(LinkWriter writer, int from, int to) {
		List<CompletionStage<Void>> sent = new ArrayList<>();
		for (int number = from; number < to; number++) {
			for (int key = 0; key < KEYS; key++) {
				sent.add(writer.send(LinkMessage.of(Integer.toString(number).getBytes(StandardCharsets.UTF_8))
					.withKey("key" + key)));
			}
		}
		return sent;
	}

	private LinkWriter openWriter() {
		return new KafkaLinks(KafkaServer.consumers(this.server.address(), Map.of()),
				KafkaServer.producers(this.server.address()))
			.openWriter(LinkDefinition.of(this.topic), new Deaf());
	}

	@Test
	@EnabledIfSystemProperty(named = "test.kafka.scenarios", matches = "true", disabledReason = "run by hand")
	void shareAllBetweenThem() throws Exception {
		createTopic();
		Process one = startSteady();
		Process other = startSteady();
		awaitBoth();
		try (LinkWriter writer = openWriter()) {
			List<CompletionStage<Void>> sent = send(writer, 0, EVENTS_PER_KEY);
			await().until(() -> handled().distinct() == EVENTS);
			assertThat(sent)
				.allSatisfy((confirmation) -> assertThat(confirmation).succeedsWithin(Duration.ofMinutes(1)));
		}
		leave(one);
		leave(other);
		assertThat(handledBy(0)).isPositive();
		assertThat(handledBy(1)).isPositive();
		assertThat(handled().duplicates()).as("what the readers have logged: %s", logs()).isZero();
		assertThat(handled().stepsBack()).isZero();
		assertThat(committed()).isEqualTo(EVENTS);
	}

	/**
	 * A measurement, that asserts nothing about times.
	 */
	@Test
	@EnabledIfSystemProperty(named = "test.kafka.scenarios", matches = "true", disabledReason = "run by hand")
	void doMoreTogetherThanOneAlone() throws Exception {
		double alone = rateOf(1);
		double together = rateOf(2);
		// Which is what this is for.
		System.out.printf("%d ms an event, %d partitions: one %.0f/s, two %.0f/s, ratio %.2f%n", WORK, MANY_PARTITIONS,
				alone, together, together / alone);
	}

	private double rateOf(int readers) throws Exception {
		createTopic(MANY_PARTITIONS);
		this.files.clear();
		List<Process> started = new ArrayList<>();
		for (int reader = 0; reader < readers; reader++) {
			started.add(start(ReadingApplication.class, this.topic, Integer.MAX_VALUE, Integer.toString(LONG),
					Integer.toString(WORK)));
		}
		await().until(() -> this.server.sharesOf("genstage." + this.topic),
				(shares) -> shares.equals(Collections.nCopies(readers, MANY_PARTITIONS / readers)));
		try (LinkWriter writer = openWriter()) {
			List<CompletionStage<Void>> sent = send(writer, 0, EVENTS_PER_KEY);
			await().until(() -> handled().distinct() == EVENTS);
			assertThat(sent)
				.allSatisfy((confirmation) -> assertThat(confirmation).succeedsWithin(Duration.ofMinutes(1)));
		}
		for (Process reader : started) {
			leave(reader);
		}
		assertThat(handled().duplicates()).isZero();
		return handled().rate();
	}

	private long committed() {
		return this.server.committed("genstage." + this.topic).values().stream().mapToLong(Long::longValue).sum();
	}

	@Test
	@EnabledIfSystemProperty(named = "test.kafka.scenarios", matches = "true", disabledReason = "run by hand")
	void ignoreWhatAFrozenReaderSettlesWhenItWakes() throws Exception {
		createTopic();
		int moment = 1 + new Random(SEED).nextInt(LATEST);
		Process frozen = start(moment);
		Process left = startSteady();
		awaitBoth();
		try (LinkWriter writer = openWriter()) {
			List<CompletionStage<Void>> sent = send(writer, 0, EVENTS_PER_KEY);
			await().until(() -> handledBy(0) == moment);
			signal("STOP", frozen);
			await().until(() -> handled().distinct() == EVENTS);
			assertThat(sent)
				.allSatisfy((confirmation) -> assertThat(confirmation).succeedsWithin(Duration.ofMinutes(1)));
		}
		signal("CONT", frozen);
		// It is a member again, so it knows what it has lost.
		awaitBoth();
		frozen.getOutputStream().write('g');
		leave(frozen);
		leave(left);
		assertThat(logs().get(0)).contains("stale: ").doesNotContain("stale: 0");
		assertThat(handled().stepsBack()).isZero();
		assertThat(committed()).isEqualTo(EVENTS);
	}

	private static void signal(String signal, Process process) throws Exception {
		Process kill = new ProcessBuilder("sh", "-c", "kill -%s %d".formatted(signal, process.pid())).inheritIO()
			.start();
		assertThat(kill.waitFor(1, TimeUnit.MINUTES)).isTrue();
		assertThat(kill.exitValue()).isZero();
	}

	@Test
	@EnabledIfSystemProperty(named = "test.kafka.scenarios", matches = "true", disabledReason = "run by hand")
	void getAllFromAStageThatIsKilledBetweenTwoLinks() throws Exception {
		createTopic();
		String further = this.topic + "-further";
		this.server.createTopics(PARTITIONS, further, further + ".dead");
		int moment = 1 + new Random(SEED).nextInt(LATEST);
		Process far = start(ReadingApplication.class, further, Integer.MAX_VALUE, Integer.toString(LONG));
		Process killed = start(PassingApplication.class, this.topic, moment, Integer.toString(SHORT), further);
		try (LinkWriter writer = openWriter()) {
			List<CompletionStage<Void>> sent = send(writer, 0, EVENTS_PER_KEY);
			await().until(() -> handledBy(1) == moment);
			killed.destroyForcibly().waitFor();
			Process next = start(PassingApplication.class, this.topic, Integer.MAX_VALUE, Integer.toString(LONG),
					further);
			await().until(() -> Handled.by(this.files.subList(0, 1)).distinct() == EVENTS);
			assertThat(sent)
				.allSatisfy((confirmation) -> assertThat(confirmation).succeedsWithin(Duration.ofMinutes(1)));
			leave(next);
		}
		leave(far);
		Handled arrived = Handled.by(this.files.subList(0, 1));
		assertThat(arrived.stepsBack()).isZero();
		assertThat(arrived.duplicates()).as("only what the killed one had passed on").isLessThanOrEqualTo(moment);
		assertThat(committed()).isEqualTo(EVENTS);
	}

	@Test
	void losesNothingAndKeepsTheOrderOfKeysWhenAReaderIsKilled() throws Exception {
		Random moments = new Random(SEED);
		for (int kill = 1; kill <= KILLS; kill++) {
			this.files.clear();
			createTopic();
			killOneAt(1 + moments.nextInt(LATEST));
		}
	}

	private void killOneAt(int moment) throws Exception {
		Process killed = start(moment);
		Process left = start(Integer.MAX_VALUE);
		awaitBoth();
		try (LinkWriter writer = openWriter()) {
			List<CompletionStage<Void>> sent = send(writer, 0, EVENTS_PER_KEY);
			await().until(() -> handledBy(0) == moment);
			killed.destroyForcibly();
			await().until(() -> handled().distinct() == EVENTS);
			assertThat(sent)
				.allSatisfy((confirmation) -> assertThat(confirmation).succeedsWithin(Duration.ofMinutes(1)));
		}
		leave(left);
		Handled handled = handled();
		// How many come again is of interest when many moments are tried.
		System.out.printf("killed after %d of %d events: %d handled again%n", moment, EVENTS, handled.duplicates());
		assertThat(handled.stepsBack()).isZero();
		assertThat(handled.duplicates()).as("only what the killed one had handled").isLessThanOrEqualTo(moment);
	}

	@Test
	void handlesNothingTwiceWhenAReaderLeaves() throws Exception {
		createTopic();
		Process leaving = start(Integer.MAX_VALUE);
		Process left = start(Integer.MAX_VALUE);
		awaitBoth();
		try (LinkWriter writer = openWriter()) {
			List<CompletionStage<Void>> sent = new ArrayList<>(send(writer, 0, EVENTS_PER_KEY / 2));
			await().until(() -> handledBy(0) > 0);
			leaving.getOutputStream().close();
			sent.addAll(send(writer, EVENTS_PER_KEY / 2, EVENTS_PER_KEY));
			assertThat(leaving.waitFor(1, TimeUnit.MINUTES)).isTrue();
			assertThat(leaving.exitValue()).isZero();
			await().until(() -> handled().distinct() == EVENTS);
			assertThat(sent)
				.allSatisfy((confirmation) -> assertThat(confirmation).succeedsWithin(Duration.ofMinutes(1)));
		}
		leave(left);
		Handled handled = handled();
		assertThat(handled.duplicates()).as("what the readers have logged: %s", logs()).isZero();
		assertThat(handled.stepsBack()).isZero();
	}

	private List<String> logs() throws IOException {
		List<String> logs = new ArrayList<>();
		for (Path file : this.files) {
			logs.add(Files.readString(this.folder.resolve(file.getFileName() + ".log")));
		}
		return logs;
	}

	private static void leave(Process process) throws Exception {
		process.getOutputStream().close();
		assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
		assertThat(process.exitValue()).isZero();
	}

}
