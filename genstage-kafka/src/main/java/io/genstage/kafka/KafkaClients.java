package io.genstage.kafka;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.GroupProtocol;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.ConsumerPostProcessor;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.core.ProducerPostProcessor;

/**
 * Makes clients as the application's factories say, with what a link needs. The clients
 * are made here and not by the factories, as an application may give those
 * (de)serializers as objects, which no setting overrides.
 */
final class KafkaClients {

	private static final int FETCH_BYTES = 4 * 1024 * 1024;

	private static final int PARTITION_FETCH_BYTES = 256 * 1024;

	private static final int POLL_RECORDS = 100;

	/** More than this many batches in flight can't be kept in order. */
	private static final int MOST_IN_FLIGHT = 5;

	/** How long a call of a producer may wait for the broker; it is made again. */
	private static final int LONGEST_CALL_MS = 500;

	private static final Set<String> NOT_OF_ADMINS = notOfAdmins();

	/** Of this JVM, so that no two clients have the same name. */
	private static final AtomicInteger numbers = new AtomicInteger();

	private final ConsumerFactory<?, ?> consumers;

	private final ProducerFactory<?, ?> producers;

	KafkaClients(ConsumerFactory<?, ?> consumers, ProducerFactory<?, ?> producers) {
		this.consumers = consumers;
		this.producers = producers;
	}

	private static Set<String> notOfAdmins() {
		Set<String> names = new HashSet<>(ConsumerConfig.configNames());
		names.addAll(ProducerConfig.configNames());
		names.removeAll(AdminClientConfig.configNames());
		return Set.copyOf(names);
	}

	void refuseAutoCommit(String link) {
		Object value = this.consumers.getConfigurationProperties().get(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG);
		if (value != null && Boolean.parseBoolean(value.toString().strip())) {
			throw new IllegalArgumentException(
					"link '%s' can't be read with spring.kafka.consumer.enable-auto-commit".formatted(link)
							+ " (enable.auto.commit) set to true: it would lose what is not handled when it ends."
							+ " Remove the setting, or set it to false");
		}
	}

	Client<Consumer<byte[], byte[]>> consumer(KafkaLinkSettings link) {
		Map<String, Object> configuration = new HashMap<>(this.consumers.getConfigurationProperties());
		configuration.put(ConsumerConfig.GROUP_ID_CONFIG, link.group());
		configuration.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
		configuration.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
		configuration.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, link.start().reset());
		configuration.putIfAbsent(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
		configuration.putIfAbsent(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, PARTITION_FETCH_BYTES);
		configuration.putIfAbsent(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLL_RECORDS);
		if (!isNewProtocol(configuration)) {
			configuration.putIfAbsent(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
					List.of(CooperativeStickyAssignor.class));
		}
		String id = clientId(configuration, link);
		Consumer<byte[], byte[]> consumer = process(
				new KafkaConsumer<>(configuration, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
		return new Client<>(consumer, listenedTo(id, consumer));
	}

	/** In the newer protocol the broker assigns. */
	private static boolean isNewProtocol(Map<String, Object> configuration) {
		Object protocol = configuration.get(ConsumerConfig.GROUP_PROTOCOL_CONFIG);
		return protocol != null && GroupProtocol.CONSUMER.name().equalsIgnoreCase(protocol.toString());
	}

	@SuppressWarnings("unchecked") // they are for consumers of any types
	private Consumer<byte[], byte[]> process(Consumer<byte[], byte[]> consumer) {
		Consumer<byte[], byte[]> processed = consumer;
		for (ConsumerPostProcessor<?, ?> processor : this.consumers.getPostProcessors()) {
			processed = ((ConsumerPostProcessor<byte[], byte[]>) processor).apply(processed);
		}
		return processed;
	}

	@SuppressWarnings("unchecked") // they are for consumers of any types
	private Runnable listenedTo(String id, Consumer<byte[], byte[]> consumer) {
		List<ConsumerFactory.Listener<byte[], byte[]>> listeners = List
			.copyOf((List<ConsumerFactory.Listener<byte[], byte[]>>) (List<?>) this.consumers.getListeners());
		listeners.forEach((listener) -> listener.consumerAdded(id, consumer));
		return () -> listeners.forEach((listener) -> listener.consumerRemoved(id, consumer));
	}

	Client<Producer<byte[], byte[]>> producer(KafkaLinkSettings link) {
		Map<String, Object> configuration = new HashMap<>(this.producers.getConfigurationProperties());
		configuration.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
		configuration.put(ProducerConfig.ACKS_CONFIG, "all");
		configuration.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
		configuration.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE);
		configuration.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
		configuration.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, LONGEST_CALL_MS);
		configuration.computeIfPresent(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
				(name, value) -> Math.min(MOST_IN_FLIGHT, Integer.parseInt(value.toString().strip())));
		String id = clientId(configuration, link);
		Producer<byte[], byte[]> producer = process(
				new KafkaProducer<>(configuration, new ByteArraySerializer(), new ByteArraySerializer()));
		return new Client<>(producer, listenedTo(id, producer));
	}

	@SuppressWarnings("unchecked") // they are for producers of any types
	private Producer<byte[], byte[]> process(Producer<byte[], byte[]> producer) {
		Producer<byte[], byte[]> processed = producer;
		for (ProducerPostProcessor<?, ?> processor : this.producers.getPostProcessors()) {
			processed = ((ProducerPostProcessor<byte[], byte[]>) processor).apply(processed);
		}
		return processed;
	}

	@SuppressWarnings("unchecked") // they are for producers of any types
	private Runnable listenedTo(String id, Producer<byte[], byte[]> producer) {
		List<ProducerFactory.Listener<byte[], byte[]>> listeners = List
			.copyOf((List<ProducerFactory.Listener<byte[], byte[]>>) (List<?>) this.producers.getListeners());
		listeners.forEach((listener) -> listener.producerAdded(id, producer));
		return () -> listeners.forEach((listener) -> listener.producerRemoved(id, producer));
	}

	Admin adminOfConsumers(KafkaLinkSettings link) {
		return admin(this.consumers.getConfigurationProperties(), link);
	}

	Admin adminOfProducers(KafkaLinkSettings link) {
		return admin(this.producers.getConfigurationProperties(), link);
	}

	private static Admin admin(Map<String, Object> properties, KafkaLinkSettings link) {
		Map<String, Object> configuration = new HashMap<>(properties);
		configuration.keySet().removeAll(NOT_OF_ADMINS);
		clientId(configuration, link);
		return Admin.create(configuration);
	}

	private static String clientId(Map<String, Object> configuration, KafkaLinkSettings link) {
		Object prefix = configuration.getOrDefault(CommonClientConfigs.CLIENT_ID_CONFIG, "genstage");
		String id = "%s.%s-%d".formatted(prefix, link.link(), numbers.incrementAndGet());
		configuration.put(CommonClientConfigs.CLIENT_ID_CONFIG, id);
		return id;
	}

	/**
	 * A client, and what is to be done when it is closed.
	 *
	 * @param <C> its type
	 * @param client the client
	 * @param whenClosed to be called when it is closed
	 */
	record Client<C>(C client, Runnable whenClosed) {
	}

}
