package io.genstage.kafka;

import java.util.Objects;
import java.util.concurrent.CompletionStage;

import io.genstage.link.LinkListener;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkWriter;

/**
 * The sending end of a link over Kafka.
 */
final class KafkaWriter implements LinkWriter {

	private final String topic;

	private final ProducerEnd end;

	private KafkaWriter(String topic, ProducerEnd end) {
		this.topic = topic;
		this.end = end;
	}

	static KafkaWriter open(KafkaClients clients, KafkaLinkSettings link, LinkListener listener) {
		return new KafkaWriter(link.topic(), ProducerEnd.open(clients, link, link.topic(), new Standing(listener)));
	}

	@Override
	public CompletionStage<Void> send(LinkMessage message) {
		Objects.requireNonNull(message, "message must not be null");
		return this.end.send(Messages.record(this.topic, message));
	}

	@Override
	public void close() {
		this.end.close();
	}

}
