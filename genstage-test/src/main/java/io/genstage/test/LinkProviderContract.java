package io.genstage.test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkProvider;
import io.genstage.link.LinkReader;
import io.genstage.link.LinkRecord;
import io.genstage.link.LinkSettlement;
import io.genstage.link.LinkWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every {@link LinkProvider} promises, whatever engine it has. The test of a
 * provider extends it, with JUnit Jupiter and AssertJ on its class path:
 *
 * <pre>{@code
 * class MemoryLinksContractTests extends LinkProviderContract {
 *
 *     private final MemoryLinks links = new MemoryLinks();
 *
 *     protected LinkProvider provider() {
 *         return this.links;
 *     }
 *
 *     protected void interrupt() {
 *         this.links.interrupt(new IOException("gone"));
 *     }
 *
 *     protected void recover() {
 *         this.links.recover();
 *     }
 *
 *     protected List<LinkMessage> rejected(LinkDefinition link) {
 *         return this.links.rejected(link);
 *     }
 *
 * }
 * }</pre>
 *
 * Each test has a link of its own. At the end of each, all ends are closed, and it is
 * checked that no more was delivered than was asked for, that nobody was called
 * afterwards, two at a time, or in an order that makes no sense, and that no thread is
 * left.
 */
@Timeout(120)
public abstract class LinkProviderContract {

	private static final int BACKLOG = 20;

	private static final String END = "end";

	private LinkDefinition link = LinkDefinition.of("unset");

	private LinkDefinition other = LinkDefinition.of("unset");

	private Set<Thread> threadsBefore = Set.of();

	private final List<LinkRecorder> recorders = new ArrayList<>();

	private final List<LinkReader> readers = new ArrayList<>();

	private final List<LinkWriter> writers = new ArrayList<>();

	/** For those who extend it. */
	protected LinkProviderContract() {
	}

	// What a provider says of itself

	/**
	 * Returns the provider, the same one for all of a test.
	 * @return the provider
	 */
	protected abstract LinkProvider provider();

	/**
	 * Makes the engine unreachable, for the ends that are open and for new ones. Where
	 * that can't be done the test is given up by {@link Assumptions#abort(String)}.
	 */
	protected abstract void interrupt();

	/**
	 * Makes the engine reachable again.
	 */
	protected abstract void recover();

	/**
	 * Returns what was rejected: a message that its readers give up isn't lost.
	 * @param link the link
	 * @return its messages that are kept as failed ones, in any order; those that are
	 * still on their way there are waited for by the caller
	 */
	protected abstract List<LinkMessage> rejected(LinkDefinition link);

	/**
	 * Returns a link that nobody has used. Its topic or table is to be there.
	 * @param name a name that is new
	 * @return the link
	 */
	protected LinkDefinition newLink(String name) {
		return LinkDefinition.of(name);
	}

	/**
	 * Returns whether messages with the same key are delivered in the order in which they
	 * were sent.
	 * @return {@code true} by default
	 */
	protected boolean keepsOrder() {
		return true;
	}

	/**
	 * Returns whether the engine remembers of each message whether it was accepted. One
	 * that remembers a position only may deliver again what was accepted behind a message
	 * that isn't settled.
	 * @return {@code true} by default
	 */
	protected boolean remembersEach() {
		return true;
	}

	/**
	 * Returns whether the engine counts how often a message was delivered.
	 * @return {@code true} by default
	 */
	protected boolean countsAttempts() {
		return true;
	}

	/**
	 * Returns how long nothing has to come until it is believed that nothing will.
	 * @return 100 ms by default
	 */
	protected Duration quiet() {
		return Duration.ofMillis(100);
	}

	/**
	 * Returns how long something is waited for that has to come.
	 * @return 20 s by default
	 */
	protected Duration patience() {
		return Duration.ofSeconds(20);
	}

	/**
	 * Returns whether a thread may stay when all ends are closed, since it is shared or
	 * of the JVM.
	 * @param thread a thread that wasn't there before the test
	 * @return by default whether it is one of the JVM's pools for futures
	 */
	protected boolean mayStay(Thread thread) {
		return thread.getName().startsWith("ForkJoinPool") || thread.getName().startsWith("CompletableFuture")
				|| thread.getName().startsWith("junit");
	}

	// Around each test

	@BeforeEach
	final void prepare() {
		this.threadsBefore = Thread.getAllStackTraces().keySet();
		this.link = newLink("link-" + UUID.randomUUID());
		this.other = newLink("link-" + UUID.randomUUID());
	}

	@AfterEach
	final void leaveNothingBehind() throws InterruptedException {
		this.readers.forEach(LinkReader::close);
		this.writers.forEach(LinkWriter::close);
		this.recorders.forEach(LinkRecorder::close);
		Waiting.forQuiet(quiet());
		this.recorders.forEach(LinkRecorder::checkContract);
		Set<Thread> left = new HashSet<>(Thread.getAllStackTraces().keySet());
		left.removeAll(this.threadsBefore);
		left.removeIf(this::mayStay);
		for (Thread thread : left) {
			thread.join(patience().toMillis());
			assertThat(thread.isAlive()).as("%s is left when all ends are closed", thread).isFalse();
		}
	}

	private OpenReader open() {
		return open(this.link);
	}

	private OpenReader open(LinkDefinition link) {
		LinkRecorder recorder = new LinkRecorder(patience());
		this.recorders.add(recorder);
		LinkReader reader = provider().openReader(link, recorder);
		this.readers.add(reader);
		return new OpenReader(reader, recorder);
	}

	private LinkWriter openWriter() {
		return openWriter(this.link, new LinkRecorder(patience()));
	}

	private LinkWriter openWriter(LinkDefinition link, LinkRecorder recorder) {
		this.recorders.add(recorder);
		LinkWriter writer = provider().openWriter(link, recorder);
		this.writers.add(writer);
		return writer;
	}

	private void confirm(CompletionStage<Void> sent) {
		assertThat(sent.toCompletableFuture()).as("the confirmation of a message").succeedsWithin(patience());
	}

	private void send(LinkDefinition link, List<LinkMessage> messages) {
		LinkWriter writer = openWriter(link, new LinkRecorder(patience()));
		messages.stream().map(writer::send).toList().forEach(this::confirm);
		writer.close();
	}

	private void send(int count) {
		send(this.link, numbered(count));
	}

	/** Messages of one key. */
	private static List<LinkMessage> numbered(int count) {
		return IntStream.range(0, count).mapToObj((number) -> message("m" + number).withKey("key")).toList();
	}

	private static LinkMessage message(String text) {
		return LinkMessage.of(text.getBytes(StandardCharsets.UTF_8));
	}

	private static String text(LinkRecord record) {
		byte[] payload = record.message().payload();
		return (payload != null) ? new String(payload, StandardCharsets.UTF_8) : "";
	}

	private static List<String> texts(List<LinkRecord> records) {
		return records.stream().map(LinkProviderContract::text).toList();
	}

	private static List<String> names(int from, int to) {
		return IntStream.range(from, to).mapToObj((number) -> "m" + number).toList();
	}

	/** Compares what was delivered, in order if there is one. */
	private void assertDelivered(List<LinkRecord> records, List<String> expected) {
		if (keepsOrder()) {
			assertThat(texts(records)).containsExactlyElementsOf(expected);
		}
		else {
			assertThat(texts(records)).containsExactlyInAnyOrderElementsOf(expected);
		}
	}

	/**
	 * Closes a reader, and returns what the next one gets: until a message that is sent
	 * now has come, however long the engine takes to give the rest back, and shortly
	 * after it.
	 */
	private List<LinkRecord> leftBy(OpenReader reader) throws InterruptedException {
		reader.close();
		send(this.link, List.of(message(END).withKey("key")));
		OpenReader next = open();
		next.ask(2 * BACKLOG);
		Waiting.until(patience(), "the message is delivered that was sent last",
				() -> texts(next.recorder().records()).contains(END));
		next.recorder().awaitQuiet(quiet());
		return next.recorder().records().stream().filter((record) -> !text(record).equals(END)).toList();
	}

	// Demand

	@Test
	final void deliversNoMoreThanWasAskedFor() throws InterruptedException {
		send(BACKLOG);
		OpenReader reader = open();
		reader.recorder().awaitQuiet(quiet());
		assertThat(reader.recorder().records()).as("nothing was asked for").isEmpty();
		reader.ask(7);
		reader.recorder().awaitQuiet(quiet());
		assertDelivered(reader.await(7), names(0, 7));
		reader.ask(3);
		reader.recorder().awaitQuiet(quiet());
		assertDelivered(reader.await(10), names(0, 10));
	}

	@Test
	final void deliversNoMoreForWhatIsSettled() throws InterruptedException {
		send(BACKLOG);
		OpenReader reader = open();
		reader.ask(5);
		reader.accept(reader.await(5));
		reader.recorder().awaitQuiet(quiet());
		assertThat(reader.recorder().records()).hasSize(5);
	}

	@Test
	final void addsUpWhatSeveralThreadsAskFor() throws InterruptedException {
		send(2 * BACKLOG);
		OpenReader reader = open();
		List<CompletableFuture<Void>> asking = IntStream.range(0, 4)
			.mapToObj((thread) -> CompletableFuture
				.runAsync(() -> IntStream.range(0, 8).forEach((time) -> reader.ask(1))))
			.toList();
		asking.forEach(CompletableFuture::join);
		reader.await(32);
		reader.recorder().awaitQuiet(quiet());
		assertThat(reader.recorder().records()).hasSize(32);
	}

	@Test
	final void deliversWhatIsSentLater() throws InterruptedException {
		OpenReader reader = open();
		reader.ask(5);
		List<LinkMessage> messages = numbered(8);
		send(this.link, messages.subList(0, 3));
		assertDelivered(reader.await(3), names(0, 3));
		send(this.link, messages.subList(3, 8));
		reader.await(5);
		reader.recorder().awaitQuiet(quiet());
		assertDelivered(reader.recorder().records(), names(0, 5));
	}

	// What travels

	@Test
	final void carriesAMessageAsItIs() throws InterruptedException {
		byte[] bytes = new byte[256];
		for (int index = 0; index < bytes.length; index++) {
			bytes[index] = (byte) index;
		}
		List<LinkMessage> messages = List.of(LinkMessage.of(bytes).withKey("süß, \u20ac"), LinkMessage.of(new byte[0]),
				message("headers").withHeaders(Map.of("content-type", "application/json", "empty", "")),
				message("long").withKey("k".repeat(100)));
		send(this.link, messages);
		OpenReader reader = open();
		reader.ask(BACKLOG);
		assertThat(reader.await(messages.size())).extracting(LinkRecord::message)
			.containsExactlyInAnyOrderElementsOf(messages);
	}

	@Test
	final void carriesNothingOrRefusesIt() throws InterruptedException {
		LinkMessage nothing = LinkMessage.gone("gone");
		LinkWriter writer = openWriter();
		CompletableFuture<Void> sent = writer.send(nothing).toCompletableFuture();
		boolean carried = sent.handle((confirmed, failure) -> failure == null).join();
		confirm(writer.send(message("m0").withKey("gone")));
		OpenReader reader = open();
		reader.ask(BACKLOG);
		List<LinkMessage> expected = carried ? List.of(nothing, message("m0").withKey("gone"))
				: List.of(message("m0").withKey("gone"));
		assertThat(reader.await(expected.size())).extracting(LinkRecord::message)
			.containsExactlyInAnyOrderElementsOf(expected);
	}

	@Test
	final void keepsTheOrderOfAKey() throws InterruptedException {
		Assumptions.assumeTrue(keepsOrder());
		Random random = new Random(1);
		Map<String, List<String>> sent = new LinkedHashMap<>();
		List<LinkMessage> messages = new ArrayList<>();
		for (int number = 0; number < 100; number++) {
			String key = "key-" + random.nextInt(5);
			sent.computeIfAbsent(key, (first) -> new ArrayList<>()).add("m" + number);
			messages.add(message("m" + number).withKey(key));
		}
		send(this.link, messages);
		OpenReader reader = open();
		reader.ask(50);
		reader.await(50);
		reader.ask(50);
		Map<String, List<String>> received = new LinkedHashMap<>();
		reader.await(100)
			.forEach((record) -> received
				.computeIfAbsent(String.valueOf(record.message().key()), (first) -> new ArrayList<>())
				.add(text(record)));
		assertThat(received).containsExactlyInAnyOrderEntriesOf(sent);
	}

	@Test
	final void givesEachMessageAPlaceOfItsOwn() throws InterruptedException {
		send(BACKLOG);
		OpenReader reader = open();
		reader.ask(BACKLOG);
		assertThat(reader.await(BACKLOG)).extracting(LinkRecord::position).doesNotHaveDuplicates();
	}

	@Test
	final void keepsLinksApart() throws InterruptedException {
		send(this.link, numbered(3));
		send(this.other, List.of(message("other")));
		OpenReader reader = open();
		OpenReader others = open(this.other);
		reader.ask(BACKLOG);
		others.ask(BACKLOG);
		reader.await(3);
		others.await(1);
		reader.recorder().awaitQuiet(quiet());
		assertDelivered(reader.recorder().records(), names(0, 3));
		assertDelivered(others.recorder().records(), List.of("other"));
	}

	@Test
	final void keepsWhatIsConfirmedWhenItsWriterIsClosed() throws InterruptedException {
		LinkWriter writer = openWriter();
		for (LinkMessage message : numbered(3)) {
			confirm(writer.send(message));
		}
		writer.close();
		OpenReader reader = open();
		reader.ask(BACKLOG);
		assertDelivered(reader.await(3), names(0, 3));
	}

	@Test
	final void takesMessagesOfSeveralWriters() throws InterruptedException {
		LinkWriter one = openWriter();
		LinkWriter two = openWriter();
		confirm(one.send(message("m0")));
		confirm(two.send(message("m1")));
		one.close();
		confirm(two.send(message("m2")));
		OpenReader reader = open();
		reader.ask(BACKLOG);
		assertThat(texts(reader.await(3))).containsExactlyInAnyOrder("m0", "m1", "m2");
	}

	@Test
	final void givesAMessageToOneReader() throws InterruptedException {
		OpenReader one = open();
		OpenReader two = open();
		one.ask(BACKLOG);
		two.ask(BACKLOG);
		send(BACKLOG);
		Waiting.until(patience(), "all messages are delivered", () -> one.count() + two.count() >= BACKLOG);
		one.recorder().awaitQuiet(quiet());
		List<LinkRecord> all = new ArrayList<>(one.recorder().records());
		all.addAll(two.recorder().records());
		assertThat(texts(all)).containsExactlyInAnyOrderElementsOf(names(0, BACKLOG));
	}

	@Test
	final void givesWhatAReaderLeavesToAnother() throws InterruptedException {
		OpenReader one = open();
		OpenReader two = open();
		one.ask(BACKLOG);
		two.ask(BACKLOG);
		send(3);
		Waiting.until(patience(), "all messages are delivered", () -> one.count() + two.count() >= 3);
		int before = two.count();
		int missing = 3 - before;
		one.close();
		two.await(before + missing);
		assertThat(texts(two.recorder().records())).containsAll(names(0, 3));
	}

	// Settlements

	@Test
	final void deliversAgainWhatIsNotSettled() throws InterruptedException {
		send(BACKLOG);
		OpenReader reader = open();
		reader.ask(5);
		List<LinkRecord> first = reader.await(5);
		List<LinkRecord> again = leftBy(reader);
		assertDelivered(again, names(0, BACKLOG));
		assertThat(again).extracting(LinkRecord::position)
			.containsAll(first.stream().map(LinkRecord::position).toList());
	}

	@Test
	final void neverDeliversAgainWhatIsAccepted() throws InterruptedException {
		send(BACKLOG);
		OpenReader reader = open();
		reader.ask(10);
		reader.accept(reader.await(10).subList(0, 5));
		assertDelivered(leftBy(reader), names(5, BACKLOG));
	}

	@Test
	final void acceptsAllThatThereIs() throws InterruptedException {
		send(BACKLOG);
		OpenReader reader = open();
		reader.ask(BACKLOG);
		reader.accept(reader.await(BACKLOG));
		assertThat(leftBy(reader)).isEmpty();
	}

	@Test
	final void takesSettlementsInAnyOrder() throws InterruptedException {
		for (long seed = 0; seed < 3; seed++) {
			this.link = newLink("link-" + UUID.randomUUID());
			send(BACKLOG);
			OpenReader reader = open();
			reader.ask(BACKLOG);
			List<LinkRecord> records = new ArrayList<>(reader.await(BACKLOG));
			Collections.shuffle(records, new Random(seed));
			List<LinkRecord> accepted = records.subList(0, BACKLOG / 2);
			accepted.forEach((record) -> reader.accept(List.of(record)));
			List<String> open = texts(records.subList(BACKLOG / 2, BACKLOG));
			List<LinkRecord> left = leftBy(reader);
			assertThat(texts(left)).as("seed %d", seed).containsAll(open);
			if (remembersEach()) {
				assertThat(texts(left)).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(open);
			}
		}
	}

	@Test
	final void takesSettlementsOfSeveralThreads() throws InterruptedException {
		send(BACKLOG);
		OpenReader reader = open();
		reader.ask(BACKLOG);
		List<LinkRecord> records = reader.await(BACKLOG);
		List<CompletableFuture<Void>> settling = records.stream()
			.map((record) -> CompletableFuture.runAsync(() -> reader.accept(List.of(record))))
			.toList();
		settling.forEach(CompletableFuture::join);
		assertThat(leftBy(reader)).isEmpty();
	}

	@Test
	final void countsTheFirstSettlement() throws InterruptedException {
		send(2);
		OpenReader reader = open();
		reader.ask(2);
		List<LinkRecord> records = reader.await(2);
		reader.accept(records);
		reader.settle(LinkSettlement.retry(records.get(0), Duration.ZERO, "too late"));
		reader.settle(LinkSettlement.reject(records.get(1), "too late"));
		assertThat(leftBy(reader)).isEmpty();
		assertThat(rejected(this.link)).isEmpty();
	}

	@Test
	final void deliversAgainWhatIsToBeRetried() throws InterruptedException {
		send(1);
		OpenReader reader = open();
		reader.ask(2);
		LinkRecord first = reader.await(1).get(0);
		reader.settle(LinkSettlement.retry(first, Duration.ZERO, "failed"));
		LinkRecord second = reader.await(2).get(1);
		assertThat(second.message()).isEqualTo(first.message());
		assertThat(second.position()).isEqualTo(first.position());
		if (countsAttempts()) {
			assertThat(first.attempt()).isEqualTo(1);
			assertThat(second.attempt()).isEqualTo(2);
		}
	}

	@Test
	final void deliversARetryOnlyIfItIsAskedFor() throws InterruptedException {
		send(1);
		OpenReader reader = open();
		reader.ask(1);
		reader.settle(LinkSettlement.retry(reader.await(1).get(0), Duration.ZERO, "failed"));
		reader.recorder().awaitQuiet(quiet());
		assertThat(reader.recorder().records()).hasSize(1);
		reader.ask(1);
		reader.await(2);
	}

	@Test
	final void waitsAsLongAsARetryHasTo() throws InterruptedException {
		send(this.link, List.of(message("long").withKey("a"), message("short").withKey("b")));
		OpenReader reader = open();
		reader.ask(BACKLOG);
		for (LinkRecord record : reader.await(2)) {
			boolean isLong = text(record).equals("long");
			reader.settle(LinkSettlement.retry(record, isLong ? Duration.ofHours(1) : Duration.ofMillis(20), "failed"));
		}
		reader.await(3);
		reader.recorder().awaitQuiet(quiet());
		assertThat(texts(reader.recorder().records())).hasSize(3).endsWith("short");
	}

	@Test
	final void countsNoAttemptForWhatIsReleased() throws InterruptedException {
		send(1);
		OpenReader reader = open();
		reader.ask(1);
		reader.settle(LinkSettlement.release(reader.await(1).get(0), "stopping"));
		List<LinkRecord> again = leftBy(reader);
		assertDelivered(again, names(0, 1));
		if (countsAttempts()) {
			assertThat(again.get(0).attempt()).isEqualTo(1);
		}
	}

	@Test
	final void keepsWhatIsNotedOfAHeldMessageIfItKeepsRetries() throws InterruptedException {
		Assumptions.assumeTrue(provider().keepsRetries(), "it is never asked to hold a message");
		send(1);
		OpenReader reader = open();
		reader.ask(1);
		LinkRecord first = reader.await(1).get(0);
		assertThat(first.note()).isNull();
		reader.settle(LinkSettlement.hold(first, Duration.ZERO, "failed", "2 attempts"));
		LinkRecord held = leftBy(reader).get(0);
		assertThat(held.message()).isEqualTo(first.message());
		assertThat(held.note()).isEqualTo("2 attempts");
		if (countsAttempts()) {
			assertThat(held.attempt()).as("holding it is no attempt of its reader").isEqualTo(1);
		}
	}

	@Test
	final void forgetsWhatIsNotedWhenAMessageIsRetried() throws InterruptedException {
		Assumptions.assumeTrue(provider().keepsRetries(), "it is never asked to hold a message");
		send(1);
		OpenReader reader = open();
		reader.ask(3);
		reader.settle(LinkSettlement.hold(reader.await(1).get(0), Duration.ZERO, "failed", "2 attempts"));
		reader.settle(LinkSettlement.retry(reader.await(2).get(1), Duration.ZERO, "failed"));
		LinkRecord retried = reader.await(3).get(2);
		assertThat(retried.note()).isNull();
		if (countsAttempts()) {
			assertThat(retried.attempt()).isEqualTo(2);
		}
	}

	@Test
	final void keepsWhatIsRejectedAndDeliversItNoMore() throws InterruptedException {
		send(3);
		OpenReader reader = open();
		reader.ask(3);
		List<LinkRecord> records = reader.await(3);
		reader.settle(LinkSettlement.reject(records.get(1), "can't be read"));
		reader.accept(List.of(records.get(0), records.get(2)));
		assertThat(leftBy(reader)).isEmpty();
		Waiting.until(patience(), "the rejected message is kept", () -> !rejected(this.link).isEmpty());
		assertThat(rejected(this.link)).extracting(LinkMessage::payload)
			.containsExactly(records.get(1).message().payload());
	}

	@Test
	final void goesOnBehindARejectedMessage() throws InterruptedException {
		send(3);
		OpenReader reader = open();
		reader.ask(1);
		reader.settle(LinkSettlement.reject(reader.await(1).get(0), "can't be read"));
		reader.ask(2);
		assertDelivered(reader.await(3), names(0, 3));
	}

	@Test
	final void seesWhatWaitsIfItKnows() throws InterruptedException {
		send(BACKLOG);
		OpenReader reader = open();
		reader.ask(7);
		reader.await(7);
		if (reader.reader().backlog().isPresent() || !provider().isLasting()) {
			Waiting.until(patience(), "the backlog is what isn't delivered",
					() -> reader.reader().backlog().orElse(-1) == BACKLOG - 7);
		}
	}

	// Ends

	@Test
	final void deliversNothingWhenItIsStopped() throws InterruptedException {
		send(BACKLOG);
		OpenReader reader = open();
		reader.ask(2 * BACKLOG);
		reader.await(1);
		assertThat(reader.reader().stop().toCompletableFuture()).succeedsWithin(patience());
		int delivered = reader.count();
		LinkWriter writer = openWriter();
		confirm(writer.send(message("late").withKey("key")));
		reader.ask(BACKLOG);
		reader.recorder().awaitQuiet(quiet());
		assertThat(reader.count()).isEqualTo(delivered);
	}

	@Test
	final void takesSettlementsWhenItIsStopped() throws InterruptedException {
		send(3);
		OpenReader reader = open();
		reader.ask(3);
		List<LinkRecord> records = reader.await(3);
		assertThat(reader.reader().stop().toCompletableFuture()).succeedsWithin(patience());
		reader.accept(records);
		assertThat(leftBy(reader)).isEmpty();
	}

	@Test
	final void doesNothingWhenItIsClosed() throws InterruptedException {
		send(3);
		OpenReader reader = open();
		reader.ask(1);
		List<LinkRecord> records = reader.await(1);
		reader.close();
		reader.recorder().close();
		reader.accept(records);
		reader.ask(2);
		assertThat(reader.reader().stop().toCompletableFuture()).succeedsWithin(patience());
		reader.close();
		OpenReader next = open();
		next.ask(BACKLOG);
		assertDelivered(next.await(3), names(0, 3));
	}

	@Test
	final void failsWhatIsSentWhenItIsClosed() {
		LinkWriter writer = openWriter();
		writer.close();
		writer.close();
		assertThat(writer.send(message("late")).toCompletableFuture()).failsWithin(patience())
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(IllegalStateException.class);
	}

	// Interruptions

	@Test
	final void reportsAnInterruptionAndItsEndOnce() throws InterruptedException {
		OpenReader reader = open();
		LinkRecorder writer = new LinkRecorder(patience());
		openWriter(this.link, writer);
		reader.ask(1);
		interrupt();
		reader.recorder().awaitInterruptions(1);
		writer.awaitInterruptions(1);
		reader.recorder().awaitQuiet(quiet());
		recover();
		reader.recorder().awaitRecoveries(1);
		writer.awaitRecoveries(1);
		reader.recorder().awaitQuiet(quiet());
		assertThat(reader.recorder().interruptions()).isEqualTo(1);
		assertThat(writer.interruptions()).isEqualTo(1);
		interrupt();
		reader.recorder().awaitInterruptions(2);
		recover();
		reader.recorder().awaitRecoveries(2);
	}

	@Test
	final void opensWhileTheEngineIsAway() throws InterruptedException {
		send(1);
		interrupt();
		OpenReader reader = open();
		LinkRecorder recorder = new LinkRecorder(patience());
		LinkWriter writer = openWriter(this.link, recorder);
		reader.ask(2);
		CompletionStage<Void> sent = writer.send(message("m1").withKey("key"));
		reader.recorder().awaitInterruptions(1);
		recorder.awaitInterruptions(1);
		recover();
		confirm(sent);
		assertDelivered(reader.await(2), names(0, 2));
	}

	@Test
	final void deliversAgainAfterAnInterruptionWhatWasAskedFor() throws InterruptedException {
		OpenReader reader = open();
		reader.ask(2);
		interrupt();
		reader.recorder().awaitInterruptions(1);
		reader.ask(3);
		recover();
		reader.recorder().awaitRecoveries(1);
		send(BACKLOG);
		reader.await(5);
		reader.recorder().awaitQuiet(quiet());
		assertDelivered(reader.recorder().records(), names(0, 5));
	}

	@Test
	final void losesNothingThatIsUnsettledInAnInterruption() throws InterruptedException {
		send(3);
		OpenReader reader = open();
		reader.ask(3);
		List<LinkRecord> records = reader.await(3);
		interrupt();
		reader.recorder().awaitInterruptions(1);
		reader.accept(records.subList(0, 1));
		recover();
		reader.recorder().awaitRecoveries(1);
		// The first may come again or not, the others have to.
		assertThat(texts(leftBy(reader))).containsAll(names(1, 3));
	}

	@Test
	final void keepsWhatIsSentWhileTheEngineIsAway() throws InterruptedException {
		LinkRecorder recorder = new LinkRecorder(patience());
		LinkWriter writer = openWriter(this.link, recorder);
		interrupt();
		recorder.awaitInterruptions(1);
		List<CompletableFuture<Void>> sent = numbered(5).stream()
			.map(writer::send)
			.map(CompletionStage::toCompletableFuture)
			.toList();
		Waiting.forQuiet(quiet());
		assertThat(sent).as("nothing is confirmed or refused").noneMatch(CompletableFuture::isDone);
		recover();
		sent.forEach(this::confirm);
		OpenReader reader = open();
		reader.ask(BACKLOG);
		assertThat(texts(reader.await(5))).containsAll(names(0, 5));
	}

	@Test
	final void closesWhileTheEngineIsAway() throws InterruptedException {
		send(3);
		OpenReader reader = open();
		LinkWriter writer = openWriter();
		reader.ask(1);
		reader.await(1);
		interrupt();
		reader.recorder().awaitInterruptions(1);
		CompletableFuture<Void> sent = writer.send(message("late").withKey("key")).toCompletableFuture();
		writer.close();
		reader.close();
		assertThat(sent).failsWithin(patience())
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(IllegalStateException.class);
		recover();
		OpenReader next = open();
		next.ask(BACKLOG);
		next.await(3);
		assertThat(texts(next.recorder().records())).containsAll(names(0, 3));
	}

	/**
	 * A reader, and what it delivers.
	 */
	private record OpenReader(LinkReader reader, LinkRecorder recorder) {

		void ask(long messages) {
			this.recorder.asked(messages);
			this.reader.ask(messages);
		}

		List<LinkRecord> await(int count) throws InterruptedException {
			return this.recorder.await(count);
		}

		int count() {
			return this.recorder.records().size();
		}

		void accept(List<LinkRecord> records) {
			this.reader.settle(records.stream().map(LinkSettlement::accept).toList());
		}

		void settle(LinkSettlement settlement) {
			this.reader.settle(List.of(settlement));
		}

		void close() {
			this.reader.close();
			this.recorder.close();
		}

	}

}
