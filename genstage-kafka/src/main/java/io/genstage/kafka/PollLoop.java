package io.genstage.kafka;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import io.genstage.dispatch.Demand;
import io.genstage.link.LinkReader.Listener;
import io.genstage.link.LinkRecord;
import io.genstage.link.LinkSettlement;
import io.genstage.log.StageLog;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a topic, on a thread of its own, which is the only one that touches the consumer.
 * Others put commands into a queue.
 * <p>
 * Each turn takes the commands, hands out what there is credit for, commits what is due,
 * and polls. While there is no credit, and something waits for it, all partitions are
 * paused, and polled nevertheless: a member that doesn't poll is put out of its group.
 */
final class PollLoop {

	private static final System.Logger logger = StageLog.of(PollLoop.class);

	private static final Duration LONGEST_POLL = Duration.ofMillis(200);

	/** A member of a group hears an answer to its heartbeats much sooner. */
	private static final Duration LONGEST_SILENCE = Duration.ofSeconds(15);

	private static final Duration BACKLOG_INTERVAL = Duration.ofSeconds(2);

	/** How long the broker may take for what is asked in passing. */
	private static final Duration LONGEST_QUESTION = Duration.ofSeconds(1);

	/** How long the broker may take for what is to be done before something ends. */
	private static final Duration LONGEST_FAREWELL = Duration.ofSeconds(5);

	/** A retry beyond it is one that nobody waits for. */
	private static final Duration LONGEST_DELAY = Duration.ofDays(365);

	private final KafkaClients clients;

	private final KafkaLinkSettings link;

	private final Listener listener;

	private final Standing standing;

	private final Thread thread;

	private final BlockingQueue<Runnable> commands = new LinkedBlockingQueue<>();

	/** Whether the consumer waits for records, or is about to, and may be woken once. */
	private final AtomicBoolean polling = new AtomicBoolean();

	private volatile @Nullable Consumer<byte[], byte[]> waking;

	private volatile boolean closing;

	private volatile boolean ended;

	private final CompletableFuture<Void> whenStopped = new CompletableFuture<>();

	// What others may look at

	private volatile long backlog = -1;

	private volatile long stale;

	private volatile int partitions;

	// Of the thread alone

	private final Assignment assignment;

	private @Nullable ProducerEnd deadLetters;

	private long credit;

	private boolean stopped;

	/** How many rejected records are on their way to their topic. */
	private int rejecting;

	private boolean committing;

	private long committedAt;

	private long backlogAt;

	private final Map<TopicPartition, Position> positions = new HashMap<>();

	PollLoop(KafkaClients clients, KafkaLinkSettings link, Listener listener) {
		this.clients = clients;
		this.link = link;
		this.listener = listener;
		this.standing = new Standing(listener);
		this.assignment = new Assignment(link.options().maxAhead());
		this.thread = new Thread(this::run, "genstage-kafka-from-" + link.topic());
		// No daemon: a JVM that ends by itself waits until what was settled is committed.
		this.thread.setDaemon(false);
	}

	void start() {
		this.thread.start();
	}

	// From any thread

	void ask(long messages) {
		command(() -> this.credit = Demand.add(this.credit, messages), true);
	}

	void settle(List<LinkSettlement> settlements) {
		List<LinkSettlement> all = List.copyOf(settlements);
		boolean isUrgent = false;
		for (LinkSettlement settlement : all) {
			TrackedRecord.Token unused = tokenOf(settlement.record());
			isUrgent |= settlement.action() != LinkSettlement.Action.ACCEPT;
		}
		command(() -> {
			all.forEach(this::settle);
			this.stale = this.assignment.stale();
		}, isUrgent);
	}

	CompletionStage<Void> stop() {
		command(() -> {
			this.stopped = true;
			this.whenStopped.complete(null);
		}, true);
		return this.whenStopped.minimalCompletionStage();
	}

	OptionalLong backlog() {
		long seen = this.backlog;
		return (seen >= 0) ? OptionalLong.of(seen) : OptionalLong.empty();
	}

	long stale() {
		return this.stale;
	}

	int partitions() {
		return this.partitions;
	}

	void close() {
		command(() -> this.closing = true, true);
		if (Thread.currentThread() != this.thread) {
			Uninterruptible.join(this.thread);
		}
	}

	private void command(Runnable command, boolean isUrgent) {
		if (this.ended) {
			return;
		}
		this.commands.add(command);
		if (isUrgent) {
			Consumer<byte[], byte[]> consumer = this.waking;
			if (consumer != null && this.polling.compareAndSet(true, false)) {
				consumer.wakeup();
			}
		}
	}

	// The thread

	private void run() {
		try {
			if (areTopicsThere()) {
				read();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			fail(ex);
		}
		catch (RuntimeException ex) {
			fail(ex);
		}
		finally {
			this.ended = true;
			this.commands.clear();
			this.whenStopped.complete(null);
		}
	}

	private void fail(Exception cause) {
		if (this.closing) {
			logger.log(Level.WARNING, () -> "link '%s': messages that were settled last may be delivered again"
				.formatted(this.link.link()), cause);
		}
		else {
			this.standing.failed("the receiving end of link '%s'".formatted(this.link.link()), cause);
		}
	}

	private boolean areTopicsThere() throws InterruptedException {
		try (Admin admin = this.clients.adminOfConsumers(this.link)) {
			return Topics.await(admin, this.link, Set.of(this.link.topic(), this.link.deadLetterTopic()), this.standing,
					() -> {
						takeCommands();
						return this.closing;
					});
		}
	}

	private void read() throws InterruptedException {
		KafkaClients.Client<Consumer<byte[], byte[]>> client = this.clients.consumer(this.link);
		Consumer<byte[], byte[]> consumer = client.client();
		this.waking = consumer;
		try {
			consumer.subscribe(List.of(this.link.topic()), new Rebalances(consumer));
			ConnectionWatch watch = new ConnectionWatch(consumer.metrics(), "consumer-metrics", LONGEST_SILENCE,
					System.nanoTime());
			while (!this.closing) {
				turn(consumer, watch);
			}
			awaitRejected();
			commitBefore(consumer, this.assignment.partitions());
		}
		finally {
			this.waking = null;
			leave(client);
		}
	}

	private void leave(KafkaClients.Client<Consumer<byte[], byte[]>> client) {
		try {
			client.client().close(CloseOptions.timeout(farewell()));
		}
		finally {
			client.whenClosed().run();
			if (this.deadLetters != null) {
				this.deadLetters.close();
			}
		}
	}

	private void turn(Consumer<byte[], byte[]> consumer, ConnectionWatch watch) throws InterruptedException {
		takeCommands();
		long now = System.nanoTime();
		this.assignment.putBackWhatIsDue(now);
		deliver();
		commitIfDue(consumer, now);
		lookAtBacklog(consumer, now);
		this.standing.report(watch.look(now, true));
		pauseOrResume(consumer);
		poll(consumer, now);
	}

	private void takeCommands() {
		Runnable command = this.commands.poll();
		while (command != null) {
			command.run();
			command = this.commands.poll();
		}
	}

	private void deliver() {
		if (this.stopped || this.closing || this.credit == 0) {
			return;
		}
		List<LinkRecord> records = this.assignment.deliver(this.credit);
		if (!records.isEmpty()) {
			this.credit -= records.size();
			this.listener.delivered(records);
		}
	}

	private void pauseOrResume(Consumer<byte[], byte[]> consumer) {
		Set<TopicPartition> toPause = isWanting() ? this.assignment.full()
				: new HashSet<>(this.assignment.partitions());
		Set<TopicPartition> paused = consumer.paused();
		if (!paused.equals(toPause)) {
			Set<TopicPartition> toResume = new HashSet<>(paused);
			toResume.removeAll(toPause);
			consumer.resume(toResume);
			consumer.pause(toPause);
		}
	}

	/**
	 * Without demand it reads on until something waits, so that who asks next gets that
	 * at once, and the broker is asked for more meanwhile.
	 */
	private boolean isWanting() {
		return !this.stopped && (this.credit > 0 || this.assignment.undelivered() == 0);
	}

	private void poll(Consumer<byte[], byte[]> consumer, long now) throws InterruptedException {
		Duration patience = min(LONGEST_POLL, this.link.commitInterval());
		long dueIn = this.assignment.nextDueIn(now).orElse(Long.MAX_VALUE);
		this.polling.set(true);
		try {
			boolean isIdle = this.commands.isEmpty();
			ConsumerRecords<byte[], byte[]> read = consumer
				.poll(isIdle ? min(patience, Duration.ofNanos(Math.max(0, dueIn))) : Duration.ZERO);
			read.partitions().forEach((partition) -> this.assignment.add(partition, read.records(partition)));
		}
		catch (WakeupException ex) {
			// A command has come.
		}
		catch (RetriableException | RebalanceInProgressException ex) {
			logger.log(Level.WARNING,
					() -> "link '%s': reading has failed, and is tried again".formatted(this.link.link()), ex);
			// It only keeps the loop from turning too fast.
			Thread.sleep(patience.toMillis());
		}
		finally {
			this.polling.set(false);
		}
	}

	private static Duration min(Duration one, Duration other) {
		return (one.compareTo(other) < 0) ? one : other;
	}

	// Settlements

	private void settle(LinkSettlement settlement) {
		TrackedRecord record = this.assignment.endDelivery(tokenOf(settlement.record()));
		if (record == null) {
			return;
		}
		switch (settlement.action()) {
			case ACCEPT -> record.partition().settle(record);
			case RELEASE -> {
				record.forgetDelivery();
				record.partition().putBack(record);
			}
			// It keeps no retries, so it is asked to hold nothing.
			case RETRY, HOLD -> {
				if (settlement.delay().isZero()) {
					record.partition().putBack(record);
				}
				else {
					record.partition()
						.delay(record, System.nanoTime() + min(settlement.delay(), LONGEST_DELAY).toNanos());
				}
			}
			case REJECT -> reject(record, settlement.reason());
		}
	}

	private static TrackedRecord.Token tokenOf(LinkRecord record) {
		if (record.token() instanceof TrackedRecord.Token token) {
			return token;
		}
		throw new IllegalArgumentException(record + " was not delivered by this reader");
	}

	/** Its offset counts as settled when it is safe in its topic. */
	private void reject(TrackedRecord record, @Nullable String reason) {
		if (this.deadLetters == null) {
			this.deadLetters = ProducerEnd.open(this.clients, this.link, this.link.deadLetterTopic(), new Standing(
					new DeadLetterListener(this.link, (problem) -> command(() -> throwNotKept(problem), true))));
		}
		logger.log(Level.WARNING,
				() -> "link '%s': record %d of %s-%d is rejected and goes to %s: %s".formatted(this.link.link(),
						record.offset(), record.record().topic(), record.record().partition(),
						this.link.deadLetterTopic(), reason));
		this.rejecting++;
		CompletionStage<?> unused = this.deadLetters
			.send(Messages.rejected(this.link.deadLetterTopic(), record.record(), reason))
			.whenComplete((sent, problem) -> command(() -> rejected(record, problem), false));
	}

	private void rejected(TrackedRecord record, @Nullable Throwable problem) {
		this.rejecting--;
		if (problem == null) {
			this.assignment.settleIfCurrent(record);
		}
		else {
			throwNotKept(problem);
		}
	}

	private void throwNotKept(Throwable problem) {
		if (!this.closing) {
			throw new KafkaException("link '%s': a rejected message can't be kept in %s".formatted(this.link.link(),
					this.link.deadLetterTopic()), problem);
		}
	}

	/** Nothing is delivered any more, only what was rejected before is yet to be safe. */
	private void awaitRejected() throws InterruptedException {
		long start = System.nanoTime();
		takeCommands();
		while (this.rejecting > 0 && System.nanoTime() - start < farewell().toNanos()) {
			Runnable command = this.commands.poll(LONGEST_POLL.toMillis(), TimeUnit.MILLISECONDS);
			if (command != null) {
				command.run();
			}
		}
	}

	private Duration farewell() {
		return this.standing.isAway() ? LONGEST_QUESTION : LONGEST_FAREWELL;
	}

	// Commits

	private void commitIfDue(Consumer<byte[], byte[]> consumer, long now) {
		if (this.committing || now - this.committedAt < this.link.commitInterval().toNanos()) {
			return;
		}
		Map<TopicPartition, OffsetAndMetadata> offsets = this.assignment.toCommit(this.assignment.partitions());
		this.committedAt = now;
		if (!offsets.isEmpty()) {
			this.committing = true;
			consumer.commitAsync(offsets, (committed, problem) -> {
				this.committing = false;
				if (problem == null) {
					this.assignment.committed(committed);
				}
				else {
					// The next one covers it, or what isn't committed comes again.
					logger.log(Level.DEBUG, () -> "link '%s': a commit has failed".formatted(this.link.link()),
							problem);
				}
			});
		}
	}

	/** Commits what is settled of partitions that are about to be left. */
	private void commitBefore(Consumer<byte[], byte[]> consumer, Collection<TopicPartition> leaving) {
		Map<TopicPartition, OffsetAndMetadata> offsets = this.assignment.toCommit(leaving);
		if (offsets.isEmpty()) {
			return;
		}
		try {
			commit(consumer, offsets);
			this.assignment.committed(offsets);
		}
		catch (RetriableException | RebalanceInProgressException | CommitFailedException ex) {
			logger.log(Level.INFO,
					() -> "link '%s': the latest settlements could not be committed, and their messages are delivered again: %s"
						.formatted(this.link.link(), ex));
		}
	}

	private void commit(Consumer<byte[], byte[]> consumer, Map<TopicPartition, OffsetAndMetadata> offsets) {
		undisturbed(() -> {
			consumer.commitSync(offsets, farewell());
			return offsets;
		});
	}

	/** Makes a call again that was woken instead of the poll before it. */
	private static <T> T undisturbed(Supplier<T> call) {
		while (true) {
			try {
				return call.get();
			}
			catch (WakeupException ex) {
				// It is used up now, and there is one for each poll at most.
			}
		}
	}

	// The backlog

	private void lookAtBacklog(Consumer<byte[], byte[]> consumer, long now) {
		Set<TopicPartition> assigned = this.assignment.partitions();
		if (now - this.backlogAt >= BACKLOG_INTERVAL.toNanos() && !this.standing.isAway() && !assigned.isEmpty()) {
			askForEnds(consumer, Set.copyOf(assigned));
			this.backlogAt = System.nanoTime();
		}
		if (this.positions.keySet().containsAll(assigned)) {
			this.backlog = this.assignment.undelivered()
					+ assigned.stream().mapToLong((partition) -> lag(consumer, partition)).sum();
		}
	}

	private void askForEnds(Consumer<byte[], byte[]> consumer, Set<TopicPartition> assigned) {
		try {
			Map<TopicPartition, Long> found = undisturbed(() -> consumer.endOffsets(assigned, LONGEST_QUESTION));
			for (TopicPartition partition : assigned) {
				long position = undisturbed(() -> consumer.position(partition, LONGEST_QUESTION));
				this.positions.put(partition, new Position(position, found.getOrDefault(partition, position)));
			}
		}
		catch (RetriableException ex) {
			// The next look is soon enough.
			logger.log(Level.DEBUG, () -> "link '%s': the backlog is not known".formatted(this.link.link()), ex);
		}
	}

	private long lag(Consumer<byte[], byte[]> consumer, TopicPartition partition) {
		Position seen = Objects.requireNonNull(this.positions.get(partition));
		long read = Math.max(seen.read(), this.assignment.next(partition).orElse(0));
		return Math.max(Math.max(0, seen.end() - read), consumer.currentLag(partition).orElse(0));
	}

	/**
	 * Where reading was, and where the partition ended, when the broker was asked last.
	 *
	 * @param read the offset that was to be read next
	 * @param end behind the last record
	 */
	private record Position(long read, long end) {
	}

	/**
	 * What happens when partitions come and go; within a poll, or the close of the
	 * consumer.
	 */
	private final class Rebalances implements ConsumerRebalanceListener {

		private final Consumer<byte[], byte[]> consumer;

		Rebalances(Consumer<byte[], byte[]> consumer) {
			this.consumer = consumer;
		}

		@Override
		public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
			PollLoop.this.assignment.assign(assigned);
			PollLoop.this.partitions = PollLoop.this.assignment.partitions().size();
			if (!isWanting()) {
				// They come as if they had been resumed.
				this.consumer.pause(assigned);
			}
			StartPosition start = PollLoop.this.link.start();
			if (start.passesOver() && !assigned.isEmpty()) {
				begin(start, assigned);
			}
		}

		/**
		 * Decides where to begin, so that a crash before the first commit changes
		 * nothing.
		 */
		private void begin(StartPosition start, Collection<TopicPartition> assigned) {
			Map<TopicPartition, OffsetAndMetadata> committed = undisturbed(
					() -> this.consumer.committed(Set.copyOf(assigned)));
			Set<TopicPartition> fresh = new HashSet<>(assigned);
			fresh.removeIf((partition) -> committed.get(partition) != null);
			if (start.instant() != null) {
				long time = start.instant().toEpochMilli();
				Map<TopicPartition, Long> times = new HashMap<>();
				fresh.forEach((partition) -> times.put(partition, time));
				Map<TopicPartition, OffsetAndTimestamp> first = undisturbed(() -> this.consumer.offsetsForTimes(times));
				for (TopicPartition partition : fresh) {
					OffsetAndTimestamp offset = first.get(partition);
					if (offset != null) {
						this.consumer.seek(partition, offset.offset());
					}
					else {
						this.consumer.seekToEnd(Set.of(partition));
					}
				}
			}
			fresh.forEach((partition) -> PollLoop.this.assignment.beginAt(partition,
					undisturbed(() -> this.consumer.position(partition))));
		}

		@Override
		public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
			takeCommands();
			commitBefore(this.consumer, revoked);
			onPartitionsLost(revoked);
		}

		@Override
		public void onPartitionsLost(Collection<TopicPartition> lost) {
			PollLoop.this.assignment.revoke(lost);
			PollLoop.this.partitions = PollLoop.this.assignment.partitions().size();
			PollLoop.this.positions.keySet().removeAll(lost);
		}

	}

}
