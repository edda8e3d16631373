package io.genstage.kafka;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

import io.genstage.link.LinkMessage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.kafka.support.KafkaHeaders;

/**
 * Messages as records, and back. Keys and headers are UTF-8; a message of nothing is a
 * tombstone.
 */
final class Messages {

	private Messages() {
	}

	static LinkMessage of(ConsumerRecord<byte[], byte[]> record) {
		byte[] key = record.key();
		return new LinkMessage((key != null) ? text(key) : null, record.value(), headers(record.headers().toArray()));
	}

	/** Of several headers with the same name the last one counts. */
	private static Map<String, String> headers(Header[] all) {
		Map<String, String> headers = new HashMap<>(2 * all.length);
		for (Header header : all) {
			if (header.value() != null) {
				headers.put(header.key(), text(header.value()));
			}
		}
		return headers;
	}

	static ProducerRecord<byte[], byte[]> record(String topic, LinkMessage message) {
		String key = message.key();
		ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, (key != null) ? bytes(key) : null,
				message.payload());
		message.headers().forEach((name, value) -> record.headers().add(name, bytes(value)));
		return record;
	}

	/**
	 * Returns a record for where rejected ones are kept: the same bytes, and where it was
	 * and why it is here, in the headers that Spring Kafka uses for it.
	 */
	static ProducerRecord<byte[], byte[]> rejected(String topic, ConsumerRecord<byte[], byte[]> record,
			@Nullable String reason) {
		ProducerRecord<byte[], byte[]> letter = new ProducerRecord<>(topic, null, record.key(), record.value(),
				record.headers());
		Headers headers = letter.headers();
		set(headers, KafkaHeaders.DLT_ORIGINAL_TOPIC, bytes(record.topic()));
		set(headers, KafkaHeaders.DLT_ORIGINAL_PARTITION,
				ByteBuffer.allocate(Integer.BYTES).putInt(record.partition()).array());
		set(headers, KafkaHeaders.DLT_ORIGINAL_OFFSET,
				ByteBuffer.allocate(Long.BYTES).putLong(record.offset()).array());
		if (reason != null) {
			set(headers, KafkaHeaders.DLT_EXCEPTION_MESSAGE, bytes(reason));
		}
		return letter;
	}

	private static void set(Headers headers, String name, byte[] value) {
		headers.remove(name);
		headers.add(name, value);
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
