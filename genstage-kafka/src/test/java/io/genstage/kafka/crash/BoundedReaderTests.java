package io.genstage.kafka.crash;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import io.genstage.kafka.KafkaLinks;
import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkWriter;
import io.genstage.trial.broker.KafkaServer;
import io.genstage.trial.link.BoundedProcess;
import io.genstage.trial.link.Deaf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process with a small heap, and more at the broker than fits into it. Another process,
 * which may have everything in hand, shows that it doesn't.
 */
@EnabledIfSystemProperty(named = "test.kafka.scenarios", matches = "true", disabledReason = "run by hand")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class BoundedReaderTests {

	private static final int HANDLED = 2000;

	/** The fetch.max.bytes of a link. */
	private static final long FETCH = 4 * 1024 * 1024;

	private final KafkaServer server = KafkaServer.shared();

	private final String topic = "link-" + UUID.randomUUID();

	@TempDir
	private Path folder;

	private BoundedProcess start(String group, int window) throws IOException {
		return BoundedProcess.start(this.folder.resolve(group), window, HANDLED, BoundedApplication.class,
				this.server.address(), this.topic, group);
	}

	private void sendAll() {
		KafkaLinks links = new KafkaLinks(KafkaServer.consumers(this.server.address(), Map.of()),
				KafkaServer.producers(this.server.address()));
		try (LinkWriter writer = links.openWriter(LinkDefinition.of(this.topic), new Deaf())) {
			BoundedProcess.sendAll(writer);
		}
	}

	// X7

	@Test
	void holdsItsWindowAndLeavesTheRestAtTheBroker() throws Exception {
		this.server.createTopics(4, this.topic, this.topic + ".dead");
		sendAll();
		try (BoundedProcess unbounded = start("unbounded", BoundedProcess.UNBOUNDED);
				BoundedProcess bounded = start("bounded", BoundedProcess.WINDOW)) {
			// What the documentation shows.
			System.out.println("KAFKA " + bounded.awaitBounded(FETCH));
			unbounded.awaitOutOfMemory();
		}
	}

}
