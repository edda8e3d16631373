package io.genstage.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkProvider;
import io.genstage.test.LinkProviderContract;
import io.genstage.trial.broker.KafkaServer;
import org.junit.jupiter.api.AfterEach;

/**
 * The contract of all links, with a real broker and a network that can be cut.
 */
class KafkaLinksContractTests extends LinkProviderContract {

	private final KafkaServer server = KafkaServer.shared();

	private final KafkaLinks links = new KafkaLinks(KafkaServer.consumers(this.server.addressByNetwork(), Map.of()),
			KafkaServer.producers(this.server.addressByNetwork()));

	@AfterEach
	void mend() {
		this.server.network().mend();
	}

	@Override
	protected LinkProvider provider() {
		return this.links;
	}

	@Override
	protected void interrupt() {
		this.server.network().cut();
	}

	@Override
	protected void recover() {
		this.server.network().mend();
	}

	@Override
	protected List<LinkMessage> rejected(LinkDefinition link) {
		return this.server.read(link.destination() + ".dead").stream().map(Messages::of).toList();
	}

	@Override
	protected LinkDefinition newLink(String name) {
		this.server.createTopics(3, name, name + ".dead");
		return LinkDefinition.of(name);
	}

	@Override
	protected boolean remembersEach() {
		return false;
	}

	@Override
	protected Duration quiet() {
		return Duration.ofMillis(150);
	}

}
