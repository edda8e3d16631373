package io.genstage.kafka;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import io.genstage.link.LinkDefinition;
import io.genstage.trial.broker.KafkaServer;
import io.genstage.trial.link.HeldSending;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A stage that has more than the broker confirms. Its answers are held back: the broker
 * is there, and has what was sent.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class HeldSenderTests {

	private final KafkaServer server = KafkaServer.shared();

	private final String topic = "link-" + UUID.randomUUID();

	private final HeldSending sending = new HeldSending(
			new KafkaLinks(KafkaServer.consumers(this.server.addressByNetwork(), Map.of()),
					KafkaServer.producers(this.server.addressByNetwork())),
			LinkDefinition.of(this.topic));

	@AfterEach
	void release() {
		this.server.network().release();
	}

	// X8

	@Test
	void holdsItsSourceWhileNothingIsConfirmed() {
		this.server.createTopics(2, this.topic);
		List<String> sent = this.sending.run(this.server.network()::hold, this.server.network()::release);
		assertThat(this.server.read(this.topic))
			.extracting((record) -> new String(record.value(), StandardCharsets.UTF_8))
			.containsExactlyInAnyOrderElementsOf(sent);
	}

}
