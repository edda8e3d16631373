package io.genstage.kafka.rate;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;

import io.genstage.trial.broker.KafkaServer;
import io.genstage.trial.rate.Order;
import io.genstage.trial.rate.Progress;
import io.genstage.trial.rate.RateClient;
import io.genstage.trial.rate.Trial;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * A producer that sends the records which the link sends, and a consumer that polls,
 * handles and commits in one loop.
 *
 * @param address where the broker is
 */
record BareClient(String address) implements RateClient {

	private static final Duration COMMIT_INTERVAL = Duration.ofMillis(200);

	private static final JsonMapper mapper = JsonMapper.builder().build();

	@Override
	public void send(Trial trial, Progress progress) throws Exception {
		ObjectWriter writer = mapper.writerFor(Order.class);
		Map<String, Object> configuration = KafkaServer.configuration(this.address);
		configuration.put(ProducerConfig.ACKS_CONFIG, "all");
		Semaphore window = new Semaphore(trial.window());
		try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(configuration, new ByteArraySerializer(),
				new ByteArraySerializer())) {
			for (long number = 0; number < trial.events(); number++) {
				Order order = Order.of(number, trial.bytes());
				ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(trial.destination(),
						bytes(order.customer()), writer.writeValueAsBytes(order));
				record.headers()
					.add("content-type", bytes("application/json"))
					.add("genstage-event-id", bytes(UUID.randomUUID().toString()));
				progress.acquire(window);
				producer.send(record, (metadata, problem) -> {
					if (problem != null) {
						progress.fail(problem);
					}
					else {
						progress.add(1);
						window.release();
					}
				});
			}
			progress.await();
		}
	}

	@Override
	public void receive(Trial trial, Progress progress) {
		ObjectReader reader = mapper.readerFor(Order.class);
		Map<String, Object> configuration = KafkaServer.configuration(this.address);
		configuration.put(ConsumerConfig.GROUP_ID_CONFIG, trial.destination());
		configuration.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
		configuration.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
		configuration.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, trial.window());
		try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(configuration, new ByteArrayDeserializer(),
				new ByteArrayDeserializer())) {
			consumer.subscribe(List.of(trial.destination()));
			Map<TopicPartition, OffsetAndMetadata> settled = new HashMap<>();
			long committedAt = System.nanoTime();
			while (!progress.isDone()) {
				for (ConsumerRecord<byte[], byte[]> record : consumer.poll(COMMIT_INTERVAL)) {
					handle(reader.readValue(record.value()), progress);
					settled.put(new TopicPartition(record.topic(), record.partition()),
							new OffsetAndMetadata(record.offset() + 1));
				}
				if (System.nanoTime() - committedAt >= COMMIT_INTERVAL.toNanos()) {
					consumer.commitSync(settled);
					committedAt = System.nanoTime();
				}
			}
			consumer.commitSync(settled);
		}
	}

	private static void handle(Order order, Progress progress) {
		progress.add(1);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
