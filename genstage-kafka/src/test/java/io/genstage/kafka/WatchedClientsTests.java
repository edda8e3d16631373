package io.genstage.kafka;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkReader;
import io.genstage.link.LinkRecord;
import io.genstage.link.LinkSettlement;
import io.genstage.link.LinkWriter;
import io.genstage.trial.broker.KafkaServer;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How a link uses its clients, where what it delivers doesn't show it.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class WatchedClientsTests {

	private static final int MOST_RECORDS = 100;

	private final KafkaServer server = KafkaServer.shared();

	private final String name = "link-" + UUID.randomUUID();

	private final LinkDefinition link = LinkDefinition.of(this.name);

	/** How many records each poll has returned that returned any. */
	private final List<Integer> polled = new CopyOnWriteArrayList<>();

	/** Which partitions have come, and whether they were paused by then. */
	private final List<String> assigned = new CopyOnWriteArrayList<>();

	/** Completed when what a producer has sent may be confirmed. */
	private final CompletableFuture<Void> confirming = new CompletableFuture<>();

	private final DefaultKafkaConsumerFactory<Object, Object> consumers = KafkaServer.consumers(this.server.address(),
			Map.of());

	private final DefaultKafkaProducerFactory<Object, Object> producers = KafkaServer.producers(this.server.address());

	private final KafkaLinks links = new KafkaLinks(this.consumers, this.producers);

	private final List<AutoCloseable> ends = new ArrayList<>();

	@AfterEach
	void close() throws Exception {
		this.confirming.complete(null);
		for (AutoCloseable end : this.ends) {
			end.close();
		}
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofMinutes(1));
	}

	private KafkaReader open(Heard heard) {
		return open(this.links, heard);
	}

	private KafkaReader open(KafkaLinks links, Heard heard) {
		LinkReader reader = links.openReader(this.link, heard);
		this.ends.add(reader);
		return (KafkaReader) reader;
	}

	/** Whose clients nobody watches. */
	private KafkaLinks otherLinks() {
		return new KafkaLinks(KafkaServer.consumers(this.server.address(), Map.of()),
				KafkaServer.producers(this.server.address()));
	}

	/** Sends messages of as many keys, so that each partition gets some. */
	private void sendKeys(int count) {
		try (LinkWriter writer = otherLinks().openWriter(this.link, new Heard())) {
			assertThat(IntStream.range(0, count)
				.mapToObj((number) -> LinkMessage.of(("m" + number).getBytes(StandardCharsets.UTF_8))
					.withKey("k" + number))
				.map(writer::send)
				.toList()).allSatisfy((sent) -> assertThat(sent).succeedsWithin(Duration.ofMinutes(1)));
		}
	}

	private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
		try {
			return method.invoke(target, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getCause();
		}
	}

	@SuppressWarnings("unchecked") // it is what was given
	private Consumer<Object, Object> watched(Consumer<Object, Object> consumer) {
		return (Consumer<Object, Object>) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { Consumer.class }, (proxy, method, arguments) -> {
					if (method.getName().equals("subscribe")) {
						arguments[1] = watched((ConsumerRebalanceListener) arguments[1], consumer);
					}
					Object result = call(consumer, method, arguments);
					if (result instanceof ConsumerRecords<?, ?> records && !records.isEmpty()) {
						this.polled.add(records.count());
					}
					return result;
				});
	}

	private ConsumerRebalanceListener watched(ConsumerRebalanceListener listener, Consumer<?, ?> consumer) {
		return new ConsumerRebalanceListener() {

			@Override
			public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
				listener.onPartitionsAssigned(partitions);
				partitions.forEach((partition) -> WatchedClientsTests.this.assigned
					.add(consumer.paused().contains(partition) ? "paused" : "running"));
			}

			@Override
			public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
				listener.onPartitionsRevoked(partitions);
			}

			@Override
			public void onPartitionsLost(Collection<TopicPartition> partitions) {
				listener.onPartitionsLost(partitions);
			}

		};
	}

	@SuppressWarnings("unchecked") // it is what was given
	private Producer<Object, Object> held(Producer<Object, Object> producer) {
		return (Producer<Object, Object>) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { Producer.class }, (proxy, method, arguments) -> {
					if (method.getName().equals("send")) {
						Callback callback = (Callback) arguments[1];
						arguments[1] = (Callback) (metadata, problem) -> this.confirming
							.thenRun(() -> callback.onCompletion(metadata, problem));
					}
					return call(producer, method, arguments);
				});
	}

	@Test
	void readNoMoreThanOnePollBeyondWhatIsAskedFor() {
		this.server.createTopics(1, this.name, this.name + ".dead");
		sendKeys(10 * MOST_RECORDS);
		this.consumers.addPostProcessor(this::watched);
		Heard heard = new Heard();
		KafkaReader reader = open(heard);
		reader.ask(1);
		await().until(() -> heard.records().size() == 1);
		await().until(() -> reader.backlog().orElse(-1) == 10 * MOST_RECORDS - 1);
		assertThat(this.polled).containsExactly(MOST_RECORDS);
	}

	@Test
	void pausePartitionsThatComeWhileNothingIsWanted() {
		this.server.createTopics(2, this.name, this.name + ".dead");
		this.consumers.addPostProcessor(this::watched);
		KafkaReader reader = open(new Heard());
		await().until(() -> reader.partitions() == 2);
		assertThat(reader.stop()).succeedsWithin(Duration.ofMinutes(1));
		this.assigned.clear();
		KafkaReader other = open(otherLinks(), new Heard());
		await().until(() -> reader.partitions() == 1 && other.partitions() == 1);
		other.close();
		await().until(() -> !this.assigned.isEmpty());
		// It could be polled at once.
		assertThat(this.assigned).containsOnly("paused");
	}

	@Test
	void settleARejectedRecordOnlyWhenItIsConfirmedInItsTopic() {
		this.server.createTopics(2, this.name, this.name + ".dead");
		sendKeys(40);
		this.producers.addPostProcessor(this::held);
		Heard heard = new Heard();
		KafkaReader reader = open(heard);
		reader.ask(40);
		await().until(() -> heard.records().size() == 40);
		LinkRecord rejected = heard.records()
			.stream()
			.filter((record) -> record.position().equals(this.name + "-0-0"))
			.findFirst()
			.orElseThrow();
		reader.settle(List.of(LinkSettlement.reject(rejected, "can't be read")));
		reader.settle(
				heard.records().stream().filter((record) -> record != rejected).map(LinkSettlement::accept).toList());
		TopicPartition one = new TopicPartition(this.name, 0);
		TopicPartition other = new TopicPartition(this.name, 1);
		// What can be committed of all partitions is committed at once.
		await().until(() -> this.server.committed("genstage." + this.name).containsKey(other));
		assertThat(this.server.committed("genstage." + this.name)).doesNotContainKey(one);
		this.confirming.complete(null);
		await().until(() -> this.server.committed("genstage." + this.name)
			.values()
			.stream()
			.mapToLong(Long::longValue)
			.sum() == 40);
	}

}
