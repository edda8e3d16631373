package io.genstage.kafka;

import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

import io.genstage.link.LinkReader;
import io.genstage.link.LinkSettlement;

/**
 * The receiving end of a link over Kafka, which passes all calls on to its loop.
 */
final class KafkaReader implements LinkReader {

	private final PollLoop loop;

	private KafkaReader(PollLoop loop) {
		this.loop = loop;
	}

	static KafkaReader open(KafkaClients clients, KafkaLinkSettings link, Listener listener) {
		PollLoop loop = new PollLoop(clients, link, listener);
		loop.start();
		return new KafkaReader(loop);
	}

	@Override
	public void ask(long messages) {
		if (messages < 1) {
			throw new IllegalArgumentException("expected to be asked for at least 1 message, not " + messages);
		}
		this.loop.ask(messages);
	}

	@Override
	public void settle(List<LinkSettlement> settlements) {
		Objects.requireNonNull(settlements, "settlements must not be null");
		this.loop.settle(settlements);
	}

	@Override
	public CompletionStage<Void> stop() {
		return this.loop.stop();
	}

	@Override
	public OptionalLong backlog() {
		return this.loop.backlog();
	}

	@Override
	public long stale() {
		return this.loop.stale();
	}

	@Override
	public void close() {
		this.loop.close();
	}

	// For tests

	/** Returns how many partitions it has. */
	int partitions() {
		return this.loop.partitions();
	}

}
