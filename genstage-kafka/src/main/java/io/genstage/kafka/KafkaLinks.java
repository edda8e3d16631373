package io.genstage.kafka;

import java.util.Objects;

import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkListener;
import io.genstage.link.LinkProvider;
import io.genstage.link.LinkReader;
import io.genstage.link.LinkWriter;

import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.ProducerFactory;

/**
 * Links over Kafka. The destination of a link is a topic, and the readers of a link are a
 * group, {@code genstage.} and its name. Messages with the same key are in the same
 * partition, and a partition is read by one reader at a time.
 *
 * <pre>{@code
 * LinkProvider links = new KafkaLinks(consumerFactory, producerFactory);
 * LinkDefinition orders = LinkDefinition.of("orders").withDestination("shop.orders");
 * }</pre>
 *
 * Addresses, security and whatever else the application has set for its consumers and
 * producers are taken from its factories when an end is opened. Set by a link are bytes
 * as keys and values, {@code acks=all} with idempotence, no automatic commits, its group,
 * and, where the application says nothing, smaller fetches than usual
 * ({@code fetch.max.bytes} 4 MiB, {@code max.partition.fetch.bytes} 256 KiB,
 * {@code max.poll.records} 100) and the cooperative sticky assignor.
 * <p>
 * A reader holds no more than was asked for, and as many records again as one poll
 * returns; the rest waits at the broker. Offsets are committed without a gap, so that
 * what was settled behind a record that is not settled comes again after a crash. A
 * rejected message is sent to a topic of its own before its offset counts as settled.
 * <p>
 * A link has these settings, each of which has a default in {@link KafkaLinkOptions}:
 * {@code group}, {@code start}, {@code commit-interval}, {@code max-ahead},
 * {@code dead-letter-topic}, {@code create-topics} and {@code partitions}.
 */
public final class KafkaLinks implements LinkProvider {

	/** The name by which links choose this provider: {@value}. */
	public static final String TYPE = "kafka";

	private final KafkaClients clients;

	private final KafkaLinkOptions options;

	/**
	 * Creates a provider with the default options.
	 * @param consumers says how consumers reach the broker
	 * @param producers says how producers reach the broker
	 */
	public KafkaLinks(ConsumerFactory<?, ?> consumers, ProducerFactory<?, ?> producers) {
		this(consumers, producers, KafkaLinkOptions.defaults());
	}

	/**
	 * Creates a provider.
	 * @param consumers says how consumers reach the broker
	 * @param producers says how producers reach the broker
	 * @param options what applies to links that say nothing else
	 */
	public KafkaLinks(ConsumerFactory<?, ?> consumers, ProducerFactory<?, ?> producers, KafkaLinkOptions options) {
		this.clients = new KafkaClients(Objects.requireNonNull(consumers, "consumers must not be null"),
				Objects.requireNonNull(producers, "producers must not be null"));
		this.options = Objects.requireNonNull(options, "options must not be null");
	}

	@Override
	public String type() {
		return TYPE;
	}

	@Override
	public void check(LinkDefinition link) {
		KafkaLinkSettings unused = KafkaLinkSettings.of(link, this.options);
	}

	/** Refuses automatic commits, which a sending end has nothing to do with. */
	@Override
	public void checkReading(LinkDefinition link) {
		this.clients.refuseAutoCommit(link.name());
	}

	/** Other groups get all messages of the same topic. */
	@Override
	public String sourceOf(LinkDefinition link) {
		KafkaLinkSettings settings = KafkaLinkSettings.of(link, this.options);
		return "the topic '%s' as the group '%s'".formatted(settings.topic(), settings.group());
	}

	/**
	 * Opens the receiving end of a link, with one thread of its own.
	 * @throws IllegalArgumentException if a setting of the link is unknown or wrong, or
	 * the application's consumers commit automatically
	 */
	@Override
	public LinkReader openReader(LinkDefinition link, LinkReader.Listener listener) {
		KafkaLinkSettings settings = KafkaLinkSettings.of(link, this.options);
		this.clients.refuseAutoCommit(link.name());
		return KafkaReader.open(this.clients, settings, listener);
	}

	/**
	 * Opens the sending end of a link, with one thread of its own.
	 * @throws IllegalArgumentException if a setting of the link is unknown or wrong
	 */
	@Override
	public LinkWriter openWriter(LinkDefinition link, LinkListener listener) {
		return KafkaWriter.open(this.clients, KafkaLinkSettings.of(link, this.options), listener);
	}

}
