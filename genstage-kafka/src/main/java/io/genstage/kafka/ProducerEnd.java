package io.genstage.kafka;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.genstage.log.StageLog;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Sends records to a topic, from a thread of its own: a producer's call may block, for
 * one that knows its topic not yet, or has no memory left.
 */
final class ProducerEnd {

	private static final System.Logger logger = StageLog.of(ProducerEnd.class);

	private static final Duration LONGEST_SILENCE = Duration.ofSeconds(15);

	private static final Duration LOOK = Duration.ofMillis(200);

	/** How long a topic isn't known until it is looked whether it is there at all. */
	private static final Duration LONGEST_UNKNOWN = Duration.ofSeconds(5);

	private final KafkaClients clients;

	private final KafkaLinkSettings link;

	private final String topic;

	private final Standing standing;

	private final Thread thread;

	/** What is to be sent; an empty one wakes the thread. */
	private final BlockingQueue<Optional<Sending>> queue = new LinkedBlockingQueue<>();

	private final AtomicInteger numbers = new AtomicInteger();

	private final Set<Sending> unconfirmed = ConcurrentHashMap.newKeySet();

	// Of the thread alone

	/** What it has taken out of the queue. */
	private final Deque<Optional<Sending>> taken = new ArrayDeque<>();

	private volatile boolean closed;

	/** What no further try will change. */
	private volatile @Nullable Exception fatal;

	private ProducerEnd(KafkaClients clients, KafkaLinkSettings link, String topic, Standing standing) {
		this.clients = clients;
		this.link = link;
		this.topic = topic;
		this.standing = standing;
		this.thread = new Thread(this::run, "genstage-kafka-to-" + topic);
		this.thread.setDaemon(true);
	}

	static ProducerEnd open(KafkaClients clients, KafkaLinkSettings link, String topic, Standing standing) {
		ProducerEnd end = new ProducerEnd(clients, link, topic, standing);
		end.thread.start();
		return end;
	}

	CompletionStage<Void> send(ProducerRecord<byte[], byte[]> record) {
		Sending sending = new Sending(this.numbers.getAndIncrement(), record);
		this.unconfirmed.add(sending);
		if (this.closed) {
			sending.end(closedException());
		}
		else {
			this.queue.add(Optional.of(sending));
		}
		return sending.confirmation.minimalCompletionStage();
	}

	void close() {
		this.closed = true;
		this.queue.add(Optional.empty());
		if (Thread.currentThread() != this.thread) {
			Uninterruptible.join(this.thread);
		}
		// What was sent while this was closed may have missed the end of the thread.
		this.unconfirmed.forEach((sending) -> sending.end(closedException()));
	}

	private static IllegalStateException closedException() {
		return new IllegalStateException("the writer of the link was closed before the message was confirmed");
	}

	// On the thread

	private void run() {
		try {
			if (isTopicThere()) {
				produce();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			fail(ex);
		}
		catch (RuntimeException ex) {
			fail(ex);
		}
	}

	private void fail(Exception cause) {
		if (!this.closed) {
			this.standing.failed("the sending end of link '%s'".formatted(this.link.link()), cause);
		}
	}

	private boolean isTopicThere() throws InterruptedException {
		try (Admin admin = this.clients.adminOfProducers(this.link)) {
			return Topics.await(admin, this.link, Set.of(this.topic), this.standing, () -> this.closed);
		}
	}

	private void produce() throws InterruptedException {
		KafkaClients.Client<Producer<byte[], byte[]>> client = this.clients.producer(this.link);
		try (Producer<byte[], byte[]> producer = client.client()) {
			try {
				sendAll(producer);
			}
			finally {
				producer.close(Duration.ZERO);
			}
		}
		finally {
			client.whenClosed().run();
		}
	}

	private void sendAll(Producer<byte[], byte[]> producer) throws InterruptedException {
		ConnectionWatch watch = new ConnectionWatch(producer.metrics(), "producer-metrics", LONGEST_SILENCE,
				System.nanoTime());
		long lookedAt = System.nanoTime();
		@Nullable Sending current = null;
		@Nullable Long unknownSince = null;
		while (!this.closed) {
			if (current == null) {
				current = next();
			}
			if (current != null) {
				if (current.isTakenBy(producer)) {
					current = null;
					unknownSince = null;
				}
				else if (unknownSince == null) {
					unknownSince = System.nanoTime();
				}
			}
			long now = System.nanoTime();
			if (now - lookedAt >= LOOK.toNanos()) {
				lookedAt = now;
				this.standing.report(watch.look(now, !this.unconfirmed.isEmpty()));
			}
			if (unknownSince != null && !this.standing.isAway() && now - unknownSince >= LONGEST_UNKNOWN.toNanos()) {
				unknownSince = null;
				isTopicThere();
			}
			Exception problem = this.fatal;
			if (problem != null) {
				logger.log(Level.DEBUG,
						() -> "the producer of %s can't be used any more, and is replaced".formatted(this.topic),
						problem);
				fail(problem);
				return;
			}
		}
	}

	/** Returns what is to be sent next, or {@code null} after a while without any. */
	private @Nullable Sending next() throws InterruptedException {
		if (this.taken.isEmpty() && this.queue.drainTo(this.taken) == 0) {
			Optional<Sending> awaited = this.queue.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
			return (awaited != null) ? awaited.orElse(null) : null;
		}
		return this.taken.remove().orElse(null);
	}

	/**
	 * A record, until it is confirmed.
	 */
	private final class Sending {

		/** Of this end, as its hash: the one of an object takes longer to find out. */
		private final int number;

		private final ProducerRecord<byte[], byte[]> record;

		private final CompletableFuture<Void> confirmation = new CompletableFuture<>();

		/** Whether the call itself has failed; only its thread looks at it. */
		private boolean inCall;

		private boolean timedOut;

		Sending(int number, ProducerRecord<byte[], byte[]> record) {
			this.number = number;
			this.record = record;
		}

		// Each is one of its own.

		@Override
		@SuppressWarnings("EqualsHashCode")
		public boolean equals(@Nullable Object other) {
			return this == other;
		}

		@Override
		public int hashCode() {
			return this.number;
		}

		/** Returns whether the producer has it now, or has refused it. */
		boolean isTakenBy(Producer<byte[], byte[]> producer) {
			this.inCall = true;
			this.timedOut = false;
			Future<?> unused = producer.send(this.record, (metadata, problem) -> done(problem));
			this.inCall = false;
			return !this.timedOut;
		}

		/**
		 * Called within the call if it has failed, else by the thread of the producer.
		 */
		private void done(@Nullable Exception problem) {
			if (problem == null) {
				ProducerEnd.this.unconfirmed.remove(this);
				this.confirmation.complete(null);
			}
			else if (problem instanceof TimeoutException && isInCall()) {
				this.timedOut = true;
			}
			else if (ProducerEnd.this.closed) {
				end(closedException());
			}
			else if (problem instanceof AuthenticationException || problem instanceof AuthorizationException) {
				// No fault of the message; the end fails, and it with it when that is
				// closed.
				ProducerEnd.this.fatal = problem;
			}
			else {
				end(problem);
			}
		}

		private boolean isInCall() {
			return Thread.currentThread() == ProducerEnd.this.thread && this.inCall;
		}

		void end(Exception problem) {
			ProducerEnd.this.unconfirmed.remove(this);
			this.confirmation.completeExceptionally(problem);
		}

	}

}
