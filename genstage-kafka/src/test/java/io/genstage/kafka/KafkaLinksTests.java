package io.genstage.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkReader;
import io.genstage.link.LinkRecord;
import io.genstage.link.LinkSettlement;
import io.genstage.link.LinkWriter;
import io.genstage.trial.broker.KafkaServer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.support.KafkaHeaders;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What only Kafka has: groups, partitions, offsets and topics. The rest is in the
 * contract.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class KafkaLinksTests {

	private static final String WRONG = "wrong-" + UUID.randomUUID();

	private final KafkaServer server = KafkaServer.shared();

	private final String name = "link-" + UUID.randomUUID();

	private final LinkDefinition link = LinkDefinition.of(this.name);

	private final List<AutoCloseable> ends = new ArrayList<>();

	private KafkaLinks links = links(Map.of());

	private KafkaLinks links(Map<String, Object> settings) {
		return new KafkaLinks(KafkaServer.consumers(this.server.address(), settings),
				KafkaServer.producers(this.server.address()));
	}

	@AfterEach
	void close() throws Exception {
		for (AutoCloseable end : this.ends) {
			end.close();
		}
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofMinutes(1));
	}

	private KafkaReader open(LinkDefinition link, Heard heard) {
		LinkReader reader = this.links.openReader(link, heard);
		this.ends.add(reader);
		return (KafkaReader) reader;
	}

	private LinkWriter openWriter(LinkDefinition link, Heard heard) {
		LinkWriter writer = this.links.openWriter(link, heard);
		this.ends.add(writer);
		return writer;
	}

	private void createTopics(int partitions) {
		this.server.createTopics(partitions, this.name, this.name + ".dead");
	}

	private static LinkMessage message(String text) {
		return LinkMessage.of(text.getBytes(StandardCharsets.UTF_8));
	}

	private void send(LinkMessage... messages) {
		LinkWriter writer = openWriter(this.link, new Heard());
		for (LinkMessage message : messages) {
			assertThat(writer.send(message).toCompletableFuture()).succeedsWithin(Duration.ofMinutes(1));
		}
	}

	/** Sends messages of as many keys, so that each partition gets some. */
	private void sendKeys(int count) {
		send(IntStream.range(0, count)
			.mapToObj((number) -> message("m" + number).withKey("k" + number))
			.toArray(LinkMessage[]::new));
	}

	private static void accept(LinkReader reader, List<LinkRecord> records) {
		reader.settle(records.stream().map(LinkSettlement::accept).toList());
	}

	private Map<TopicPartition, Long> committed() {
		return this.server.committed("genstage." + this.name);
	}

	// Groups

	@Test
	void staysInItsGroupWithoutDemand() {
		createTopics(2);
		sendKeys(20);
		this.links = links(Map.of(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, 1500));
		Heard heard = new Heard();
		KafkaReader reader = open(this.link, heard);
		reader.ask(2);
		await().until(() -> heard.records().size() == 2);
		await().during(Duration.ofSeconds(4)).until(() -> reader.partitions() == 2 && heard.records().size() == 2);
		accept(reader, heard.records());
		// A member that was put out of its group could not commit.
		await().until(() -> !committed().isEmpty());
		assertThat(reader.stale()).isZero();
	}

	@Test
	void deliversNothingThatWasNotAskedForWhenPartitionsComeAndGo() {
		createTopics(4);
		sendKeys(20);
		Heard heard = new Heard();
		KafkaReader reader = open(this.link, heard);
		await().until(() -> reader.partitions() == 4);
		KafkaReader other = open(this.link, new Heard());
		await().until(() -> reader.partitions() == 2 && other.partitions() == 2);
		other.close();
		await().until(() -> reader.partitions() == 4);
		reader.ask(5);
		await().until(() -> heard.records().size() == 5);
		await().during(Duration.ofMillis(500)).until(() -> heard.records().size() == 5);
	}

	@Test
	void ignoresSettlementsOfPartitionsThatWereTakenAway() {
		createTopics(4);
		sendKeys(40);
		Heard heard = new Heard();
		KafkaReader reader = open(this.link, heard);
		reader.ask(40);
		await().until(() -> heard.records().size() == 40);
		Heard otherHeard = new Heard();
		KafkaReader other = open(this.link, otherHeard);
		await().until(() -> reader.partitions() == 2 && other.partitions() == 2);
		accept(reader, heard.records());
		await().until(() -> committed().size() == 2);
		List<Integer> kept = committed().keySet().stream().map(TopicPartition::partition).toList();
		other.ask(40);
		long moved = this.server.read(this.name)
			.stream()
			.filter((record) -> !kept.contains(record.partition()))
			.count();
		await().until(() -> otherHeard.records().size() == moved);
		assertThat(reader.stale()).isEqualTo(moved);
		accept(other, otherHeard.records());
		await().until(() -> committed().values().stream().mapToLong(Long::longValue).sum() == 40);
	}

	// Offsets

	@Test
	void commitsUpToTheFirstThatIsNotSettled() {
		createTopics(1);
		sendKeys(5);
		Heard heard = new Heard();
		KafkaReader reader = open(this.link, heard);
		reader.ask(5);
		await().until(() -> heard.records().size() == 5);
		List<LinkRecord> records = heard.records();
		accept(reader, List.of(records.get(0), records.get(2), records.get(3), records.get(4)));
		await().until(() -> committed().containsValue(1L));
		accept(reader, records.subList(1, 2));
		await().until(() -> committed().containsValue(5L));
	}

	@Test
	void beginsWhereItIsToIfItsGroupIsNew() {
		createTopics(1);
		sendKeys(3);
		Instant between = Instant.ofEpochMilli(
				this.server.read(this.name).stream().mapToLong(ConsumerRecord::timestamp).max().orElseThrow() + 1);
		await().until(() -> Instant.now().isAfter(between));
		Heard latest = new Heard();
		KafkaReader atEnd = open(this.link.withSettings(Map.of("start", "latest", "group", this.name)), latest);
		// It is committed, so that a crash changes nothing.
		await().until(() -> this.server.committed(this.name).containsValue(3L));
		send(message("late"));
		Heard timed = new Heard();
		KafkaReader atTime = open(
				this.link.withSettings(Map.of("start", between.toString(), "group", this.name + "-t")), timed);
		Heard earliest = new Heard();
		KafkaReader atStart = open(this.link, earliest);
		List.of(atEnd, atTime, atStart).forEach((reader) -> reader.ask(10));
		await().until(() -> earliest.texts().contains("late") && latest.texts().contains("late")
				&& timed.texts().contains("late"));
		assertThat(latest.texts()).containsExactly("late");
		assertThat(timed.texts()).containsExactly("late");
		assertThat(earliest.texts()).containsExactly("m0", "m1", "m2", "late");
	}

	// Messages

	@Test
	void carriesKeysHeadersAndTombstones() {
		createTopics(1);
		LinkMessage full = message("text").withKey("schlüssel").withHeaders(Map.of("trace", "ä1"));
		LinkMessage gone = LinkMessage.gone("schlüssel");
		LinkMessage bare = message("bare");
		send(full, gone, bare);
		Heard heard = new Heard();
		open(this.link, heard).ask(3);
		await().until(() -> heard.records().size() == 3);
		assertThat(heard.records()).extracting(LinkRecord::message).containsExactly(full, gone, bare);
		assertThat(heard.records()).extracting(LinkRecord::position)
			.containsExactly(this.name + "-0-0", this.name + "-0-1", this.name + "-0-2");
	}

	@Test
	void keepsWhatIsRejectedWithWhereItWasAndWhy() {
		createTopics(1);
		send(message("text").withKey("key").withHeaders(Map.of("trace", "1")));
		Heard heard = new Heard();
		KafkaReader reader = open(this.link, heard);
		reader.ask(1);
		await().until(() -> heard.records().size() == 1);
		reader.settle(List.of(LinkSettlement.reject(heard.records().get(0), "can't be read")));
		await().until(() -> committed().containsValue(1L));
		// It was there before its offset was committed.
		assertThat(this.server.read(this.name + ".dead")).singleElement().satisfies((letter) -> {
			assertThat(letter.key()).asString().isEqualTo("key");
			assertThat(letter.value()).asString().isEqualTo("text");
			assertThat(letter.headers().lastHeader("trace").value()).asString().isEqualTo("1");
			assertThat(letter.headers().lastHeader(KafkaHeaders.DLT_ORIGINAL_TOPIC).value()).asString()
				.isEqualTo(this.name);
			assertThat(letter.headers().lastHeader(KafkaHeaders.DLT_EXCEPTION_MESSAGE).value()).asString()
				.isEqualTo("can't be read");
		});
	}

	@Test
	void refusesWhatIsTooLargeAndSendsTheRest() {
		createTopics(1);
		LinkWriter writer = openWriter(this.link, new Heard());
		CompletableFuture<Void> large = writer.send(LinkMessage.of(new byte[2_000_000])).toCompletableFuture();
		CompletableFuture<Void> small = writer.send(message("small")).toCompletableFuture();
		assertThat(large).failsWithin(Duration.ofMinutes(1))
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(RecordTooLargeException.class);
		assertThat(small).succeedsWithin(Duration.ofMinutes(1));
	}

	@Test
	void readsWhatIsLargerThanAFetch() {
		createTopics(1);
		send(LinkMessage.of(new byte[500_000]), message("small"));
		this.links = links(Map.of(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1000,
				ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 1000));
		Heard heard = new Heard();
		open(this.link, heard).ask(2);
		await().until(() -> heard.records().size() == 2);
		assertThat(heard.records()).extracting((record) -> payload(record).length).containsExactly(500_000, 5);
	}

	private static byte[] payload(LinkRecord record) {
		return Objects.requireNonNull(record.message().payload());
	}

	// Topics and rights

	@Test
	void failsIfATopicIsMissing() {
		Heard reading = new Heard();
		open(this.link, reading);
		Heard writing = new Heard();
		openWriter(this.link, writing);
		await().until(() -> !reading.failures().isEmpty() && !writing.failures().isEmpty());
		assertThat(reading.failures()).singleElement()
			.isInstanceOf(MissingTopicException.class)
			.hasToString("%s: link '%s': the broker has no topic %s, %s. Create it, or let it be created by the setting"
				.formatted(MissingTopicException.class.getName(), this.name, this.name, this.name + ".dead")
					+ " 'create-topics'");
		assertThat(writing.failures()).singleElement().isInstanceOf(MissingTopicException.class);
	}

	@Test
	void createsTopicsIfItIsAskedTo() {
		LinkDefinition created = this.link.withSettings(Map.of("create-topics", "true", "partitions", "3"));
		Heard heard = new Heard();
		KafkaReader reader = open(created, heard);
		await().until(() -> reader.partitions() == 3);
		assertThat(this.server.partitions(this.name + ".dead")).isEqualTo(3);
		assertThat(heard.failures()).isEmpty();
	}

	@Test
	void failsIfSigningInFails() {
		createTopics(1);
		this.links = new KafkaLinks(new DefaultKafkaConsumerFactory<>(this.server.signedIn(WRONG)),
				new DefaultKafkaProducerFactory<>(this.server.signedIn(WRONG)));
		Heard reading = new Heard();
		open(this.link, reading);
		Heard writing = new Heard();
		openWriter(this.link, writing);
		await().until(() -> !reading.failures().isEmpty() && !writing.failures().isEmpty());
		assertThat(reading.failures()).singleElement()
			.isInstanceOf(AuthenticationException.class)
			.asString()
			.contains("the receiving end of link '%s' can't sign in at the broker: ".formatted(this.name))
			.doesNotContain(WRONG);
		assertThat(writing.failures()).singleElement()
			.isInstanceOf(AuthenticationException.class)
			.asString()
			.contains("the sending end of link '%s' can't sign in at the broker: ".formatted(this.name))
			.doesNotContain(WRONG);
	}

	@Test
	void signsIn() {
		createTopics(1);
		this.links = new KafkaLinks(new DefaultKafkaConsumerFactory<>(this.server.signedIn(KafkaServer.PASSWORD)),
				new DefaultKafkaProducerFactory<>(this.server.signedIn(KafkaServer.PASSWORD)));
		sendKeys(1);
		Heard heard = new Heard();
		open(this.link, heard).ask(1);
		await().until(() -> heard.records().size() == 1);
	}

	// The broker

	@Test
	void losesNothingWhenTheBrokerIsKilled() {
		createTopics(4);
		Heard reading = new Heard();
		KafkaReader reader = open(this.link, reading);
		Heard writing = new Heard();
		LinkWriter writer = openWriter(this.link, writing);
		List<CompletableFuture<Void>> sent = new ArrayList<>();
		reader.ask(10_000);
		IntStream.range(0, 100).forEach((number) -> sent.add(send(writer, number)));
		await().until(() -> !reading.records().isEmpty());
		this.server.kill();
		try {
			IntStream.range(100, 200).forEach((number) -> sent.add(send(writer, number)));
			await().until(() -> reading.reports().contains("interrupted") && writing.reports().contains("interrupted"));
		}
		finally {
			this.server.restart();
		}
		IntStream.range(200, 300).forEach((number) -> sent.add(send(writer, number)));
		sent.forEach((confirmation) -> assertThat(confirmation).succeedsWithin(Duration.ofMinutes(1)));
		List<String> all = IntStream.range(0, 300).mapToObj((number) -> "m" + number).toList();
		await().until(() -> reading.texts().containsAll(all));
		await().until(() -> reading.reports().equals(List.of("interrupted", "recovered"))
				&& writing.reports().equals(List.of("interrupted", "recovered")));
		assertThat(reading.failures()).isEmpty();
		assertThat(writing.failures()).isEmpty();
	}

	private static CompletableFuture<Void> send(LinkWriter writer, int number) {
		return writer.send(message("m" + number).withKey("k" + number % 10)).toCompletableFuture();
	}

}
