package io.genstage.kafka;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

import io.genstage.log.StageLog;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether the topics of a link are there, since a client that waits for one that
 * isn't never says so.
 */
final class Topics {

	private static final System.Logger logger = StageLog.of(Topics.class);

	/** How long a broker may take to hear of a topic that another one has created. */
	private static final Duration LONGEST_RUMOUR = Duration.ofSeconds(3);

	/** How long an answer may take until the broker counts as away. */
	private static final Duration LONGEST_ANSWER = Duration.ofSeconds(2);

	/** How long to wait for partitions without a leader; then the others are used. */
	private static final Duration LONGEST_ELECTION = Duration.ofSeconds(5);

	private static final int REQUEST_MS = 10_000;

	/** Less than an answer may take, since it is asked again. */
	private static final int LEADERS_MS = 1000;

	private static final long LOOK_MS = 50;

	private final Admin admin;

	private final KafkaLinkSettings link;

	private final Standing standing;

	private final BooleanSupplier closing;

	private Topics(Admin admin, KafkaLinkSettings link, Standing standing, BooleanSupplier closing) {
		this.admin = admin;
		this.link = link;
		this.standing = standing;
		this.closing = closing;
	}

	/**
	 * Waits until the broker can be reached and all topics are there.
	 * @param admin to ask the broker
	 * @param link whose topics they are
	 * @param names the topics
	 * @param standing gets whether the broker can be reached
	 * @param closing whether to give up, as the end is being closed
	 * @return whether they are there; {@code false} if it was given up
	 * @throws MissingTopicException if one isn't
	 * @throws KafkaException if the broker won't say
	 */
	static boolean await(Admin admin, KafkaLinkSettings link, Set<String> names, Standing standing,
			BooleanSupplier closing) throws InterruptedException {
		return new Topics(admin, link, standing, closing).await(names);
	}

	private boolean await(Set<String> names) throws InterruptedException {
		Long missingSince = null;
		while (!this.closing.getAsBoolean()) {
			Set<String> missing = new TreeSet<>(names);
			Map<TopicPartition, OffsetSpec> found = new HashMap<>();
			if (!isAnswered(() -> find(names, found))) {
				continue;
			}
			found.keySet().forEach((partition) -> missing.remove(partition.topic()));
			if (missing.isEmpty()) {
				awaitLeaders(found);
				return !this.closing.getAsBoolean();
			}
			if (this.link.options().createTopics()) {
				isAnswered(() -> create(missing));
			}
			else if (missingSince == null) {
				missingSince = System.nanoTime();
			}
			else if (System.nanoTime() - missingSince >= LONGEST_RUMOUR.toNanos()) {
				throw new MissingTopicException(this.link.link(), missing);
			}
			pause();
		}
		return false;
	}

	private boolean isAnswered(Question question) throws InterruptedException {
		try {
			question.ask();
			this.standing.back();
			return true;
		}
		catch (AwayException ex) {
			this.standing.away(ex.reason);
			pause();
			return false;
		}
	}

	// It only sleeps between two looks at a broker, on the thread of this end.
	private static void pause() throws InterruptedException {
		Thread.sleep(LOOK_MS);
	}

	/** Finds the ends of all partitions of those topics that are there. */
	private void find(Set<String> names, Map<TopicPartition, OffsetSpec> found)
			throws InterruptedException, AwayException {
		Map<String, KafkaFuture<TopicDescription>> topics = this.admin
			.describeTopics(names, new DescribeTopicsOptions().timeoutMs(REQUEST_MS))
			.topicNameValues();
		for (Map.Entry<String, KafkaFuture<TopicDescription>> topic : topics.entrySet()) {
			try {
				await(topic.getValue()).partitions()
					.forEach((partition) -> found.put(new TopicPartition(topic.getKey(), partition.partition()),
							OffsetSpec.latest()));
			}
			catch (ExecutionException ex) {
				KafkaException problem = problemIn(ex);
				if (!(problem instanceof UnknownTopicOrPartitionException)) {
					throw problem;
				}
			}
		}
	}

	/**
	 * Waits until each partition has a leader, which alone says where its end is. Before
	 * that, a broker may refuse the first batches that a producer sends to a new topic
	 * and take a later one; then it refuses the first ones for ever, as they are out of
	 * order.
	 */
	private void awaitLeaders(Map<TopicPartition, OffsetSpec> ends) throws InterruptedException {
		long start = System.nanoTime();
		boolean waits = true;
		while (waits && !this.closing.getAsBoolean() && System.nanoTime() - start < LONGEST_ELECTION.toNanos()) {
			waits = !haveLeaders(ends);
			if (waits) {
				pause();
			}
		}
	}

	private boolean haveLeaders(Map<TopicPartition, OffsetSpec> ends) throws InterruptedException {
		try {
			KafkaFuture<?> answer = this.admin.listOffsets(ends, new ListOffsetsOptions().timeoutMs(LEADERS_MS)).all();
			// What is wrong otherwise is found out by who uses the topics.
			return !(problemOf(answer) instanceof UnknownTopicOrPartitionException);
		}
		catch (AwayException ex) {
			return false;
		}
	}

	private void create(Set<String> missing) throws InterruptedException, AwayException {
		List<NewTopic> topics = missing.stream()
			.map((name) -> new NewTopic(name, Optional.ofNullable(this.link.options().partitions()), Optional.empty()))
			.toList();
		KafkaException problem = problemOf(
				this.admin.createTopics(topics, new CreateTopicsOptions().timeoutMs(REQUEST_MS)).all());
		if (problem == null) {
			logger.log(Level.INFO, () -> "created %s for link '%s'".formatted(missing, this.link.link()));
		}
		else if (!(problem instanceof TopicExistsException)) {
			// Another end may create them at the same time.
			throw problem;
		}
	}

	/** Returns what is wrong, unless it will be better by itself. */
	private @Nullable KafkaException problemOf(KafkaFuture<?> answer) throws InterruptedException, AwayException {
		try {
			Object unused = await(answer);
			return null;
		}
		catch (ExecutionException ex) {
			return problemIn(ex);
		}
	}

	private static KafkaException problemIn(ExecutionException failure) throws AwayException {
		Throwable cause = failure.getCause();
		if (cause instanceof UnknownTopicOrPartitionException unknown) {
			return unknown;
		}
		if (cause instanceof RetriableException retriable) {
			throw new AwayException(retriable);
		}
		return (cause instanceof KafkaException problem) ? problem : new KafkaException(cause);
	}

	private <T> T await(KafkaFuture<T> answer) throws InterruptedException, ExecutionException, AwayException {
		long start = System.nanoTime();
		while (true) {
			try {
				return answer.get(LOOK_MS, TimeUnit.MILLISECONDS);
			}
			catch (TimeoutException ex) {
				if (this.closing.getAsBoolean()) {
					throw new AwayException(ex);
				}
				if (System.nanoTime() - start >= LONGEST_ANSWER.toNanos()) {
					this.standing.away(new org.apache.kafka.common.errors.TimeoutException(
							"no broker has answered for " + LONGEST_ANSWER.toSeconds() + " s", ex));
				}
			}
		}
	}

	@FunctionalInterface
	private interface Question {

		void ask() throws InterruptedException, AwayException;

	}

	/**
	 * The broker can't be reached for now, or the end is being closed.
	 */
	private static final class AwayException extends Exception {

		private static final long serialVersionUID = 1L;

		private final transient Throwable reason;

		AwayException(Throwable reason) {
			super(reason);
			this.reason = reason;
		}

	}

}
