package io.genstage.trial.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

import io.genstage.trial.process.FreePort;
import io.genstage.trial.process.ServerProcess;
import io.genstage.trial.process.SharedServer;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;

import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;

/**
 * A broker in a process of its own. There is one for all tests of this JVM; it ends with
 * it, however it ends, and its folder is removed.
 */
public final class KafkaServer {

	/** The password of the only user. */
	public static final String PASSWORD = "right-" + UUID.randomUUID();

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	/** As it is on the class path, it is always found. */
	private static final SharedServer<KafkaServer> shared = new SharedServer<>("Kafka", KafkaServer::new,
			KafkaServer::close);

	/** It is to be as fast as it can be, and not soon there. */
	private static final boolean MEASURED = Boolean.getBoolean("test.links.rates");

	private final Path folder;

	private final int port = FreePort.find();

	private final int signedInPort = FreePort.find();

	private final Network network;

	private final ServerKeys keys;

	private ServerProcess process;

	private KafkaServer() {
		try {
			this.folder = Files.createTempDirectory("genstage-kafka");
			this.keys = ServerKeys.make(this.folder);
			int controller = FreePort.find();
			int behindNetwork = FreePort.find();
			this.network = new Network(behindNetwork);
			Path properties = this.folder.resolve("server.properties");
			Files.writeString(properties,
					"""
							process.roles=broker,controller
							node.id=1
							controller.quorum.voters=1@127.0.0.1:%2$d
							listeners=PLAINTEXT://127.0.0.1:%1$d,CUT://127.0.0.1:%3$d,SIGNED://127.0.0.1:%6$d,CONTROLLER://127.0.0.1:%2$d
							advertised.listeners=PLAINTEXT://127.0.0.1:%1$d,CUT://127.0.0.1:%4$d,SIGNED://127.0.0.1:%6$d
							listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CUT:PLAINTEXT,SIGNED:SASL_SSL,CONTROLLER:PLAINTEXT
							listener.name.signed.sasl.enabled.mechanisms=PLAIN
							listener.name.signed.plain.sasl.jaas.config=%7$s
							listener.name.signed.ssl.keystore.type=%8$s
							listener.name.signed.ssl.keystore.location=%9$s
							listener.name.signed.ssl.keystore.password=%10$s
							listener.name.signed.ssl.key.password=%10$s
							inter.broker.listener.name=PLAINTEXT
							controller.listener.names=CONTROLLER
							log.dirs=%5$s/data
							offsets.topic.replication.factor=1
							offsets.topic.num.partitions=4
							transaction.state.log.replication.factor=1
							transaction.state.log.min.isr=1
							share.coordinator.state.topic.replication.factor=1
							share.coordinator.state.topic.min.isr=1
							group.initial.rebalance.delay.ms=0
							group.min.session.timeout.ms=1000
							group.consumer.min.session.timeout.ms=1000
							group.consumer.session.timeout.ms=5000
							group.consumer.heartbeat.interval.ms=1000
							group.consumer.min.heartbeat.interval.ms=500
							auto.create.topics.enable=false
							num.partitions=2
							log.segment.bytes=16777216
							log.cleaner.dedupe.buffer.size=16777216
							"""
						.formatted(this.port, controller, behindNetwork, this.network.port(), this.folder,
								this.signedInPort, jaas(PASSWORD) + " user_shop=\"%s\";".formatted(PASSWORD),
								this.keys.type(), this.keys.keyStore(), this.keys.password()));
			format(properties);
			this.process = start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Returns the broker of this JVM, which is running.
	 * @return the broker
	 */
	public static KafkaServer shared() {
		return shared.get();
	}

	private void format(Path properties) throws IOException {
		List<String> command = java("-Xmx128m", "kafka.tools.StorageTool", "format", "--cluster-id",
				Uuid.randomUuid().toString(), "--config", properties.toString());
		Process formatting = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(this.folder.resolve("format.log").toFile())
			.start();
		try {
			if (formatting.waitFor() != 0) {
				throw new IllegalStateException(Files.readString(this.folder.resolve("format.log")));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("interrupted while storage was formatted", ex);
		}
	}

	private static List<String> java(String heap, String... arguments) {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), heap));
		if (!MEASURED) {
			command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
		}
		command.addAll(List.of("-cp", System.getProperty("java.class.path")));
		command.addAll(List.of(arguments));
		return command;
	}

	private ServerProcess start() throws IOException {
		ServerProcess started = ServerProcess.start(this.folder, "KILL",
				java("-Xmx384m", "kafka.Kafka", this.folder.resolve("server.properties").toString()));
		Awaitility.await().atMost(PATIENCE).until(() -> isOpen(started));
		return started;
	}

	private boolean isOpen(ServerProcess started) {
		if (!started.isRunning()) {
			throw new IllegalStateException("the broker has ended: " + started.log());
		}
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port));
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/** Kills the broker. */
	public void kill() {
		this.process.kill();
	}

	/** Starts the broker again when it was killed, where it was. */
	public void restart() {
		try {
			this.process = start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void close() {
		try {
			this.process.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Returns where the broker is.
	 * @return its address
	 */
	public String address() {
		return "127.0.0.1:" + this.port;
	}

	/**
	 * Returns where the broker is for those who reach it by the network.
	 * @return its address
	 */
	public String addressByNetwork() {
		return "127.0.0.1:" + this.network.port();
	}

	/**
	 * Returns how to reach the broker as one who has to sign in, over TLS.
	 * @param password the password, which should be {@link #PASSWORD}
	 * @return the settings
	 */
	public Map<String, Object> signedIn(String password) {
		Map<String, Object> configuration = configuration(signedInAddress());
		configuration.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, "SASL_SSL");
		configuration.put(SaslConfigs.SASL_MECHANISM, "PLAIN");
		configuration.put(SaslConfigs.SASL_JAAS_CONFIG, jaas(password) + ";");
		configuration.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, this.keys.type());
		configuration.put(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG, this.keys.trustStore().toString());
		configuration.put(SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG, this.keys.password());
		return configuration;
	}

	/**
	 * Returns where the broker is for those who have to sign in, over TLS.
	 * @return its address
	 */
	public String signedInAddress() {
		return "127.0.0.1:" + this.signedInPort;
	}

	/**
	 * Returns what clients trust who sign in.
	 * @return a store of keys with a certificate
	 */
	public Path trustStore() {
		return this.keys.trustStore();
	}

	/**
	 * Returns the password of all stores of keys.
	 * @return the password
	 */
	public String trustStorePassword() {
		return this.keys.password();
	}

	private static String jaas(String password) {
		return "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"shop\" password=\"%s\""
			.formatted(password);
	}

	/**
	 * Returns how many partitions a topic has.
	 * @param topic its name
	 * @return the number
	 */
	public int partitions(String topic) {
		try (Admin admin = Admin.create(configuration(address()))) {
			return Objects
				.requireNonNull(admin.describeTopics(List.of(topic))
					.allTopicNames()
					.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
					.get(topic))
				.partitions()
				.size();
		}
		catch (InterruptedException | ExecutionException | TimeoutException ex) {
			throw new IllegalStateException("could not describe " + topic, ex);
		}
	}

	/**
	 * Returns how many partitions each member of a group has.
	 * @param group its name
	 * @return the numbers; none while it isn't settled who has which, or if there is no
	 * such group
	 */
	public List<Integer> sharesOf(String group) {
		try (Admin admin = Admin.create(configuration(address()))) {
			ConsumerGroupDescription description = Objects.requireNonNull(admin.describeConsumerGroups(List.of(group))
				.all()
				.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
				.get(group));
			return (description.groupState() == GroupState.STABLE) ? description.members()
				.stream()
				.map((member) -> member.assignment().topicPartitions().size())
				.toList() : List.of();
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof GroupIdNotFoundException) {
				return List.of();
			}
			throw new IllegalStateException("could not describe " + group, ex);
		}
		catch (InterruptedException | TimeoutException ex) {
			throw new IllegalStateException("could not describe " + group, ex);
		}
	}

	/**
	 * Returns what can be cut.
	 * @return the network
	 */
	public Network network() {
		return this.network;
	}

	/**
	 * Creates topics, and waits until the broker leads all their partitions. Before that
	 * it may refuse the first batches of a producer and take a later one, after which it
	 * refuses the first ones for good, as being out of order.
	 * @param partitions how many partitions each of them gets
	 * @param names their names
	 */
	public void createTopics(int partitions, String... names) {
		Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
		for (String name : names) {
			IntStream.range(0, partitions)
				.forEach((partition) -> ends.put(new TopicPartition(name, partition), OffsetSpec.latest()));
		}
		try (Admin admin = Admin.create(configuration(address()))) {
			admin
				.createTopics(List.of(names).stream().map((name) -> new NewTopic(name, partitions, (short) 1)).toList())
				.all()
				.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
			Awaitility.await().atMost(PATIENCE).until(() -> areLed(admin, ends));
		}
		catch (InterruptedException | ExecutionException | TimeoutException ex) {
			throw new IllegalStateException("could not create " + List.of(names), ex);
		}
	}

	/** Returns whether each partition has a leader, who alone knows where it ends. */
	private static boolean areLed(Admin admin, Map<TopicPartition, OffsetSpec> ends)
			throws InterruptedException, TimeoutException {
		try {
			admin.listOffsets(ends).all().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
			return true;
		}
		catch (ExecutionException ex) {
			// The topic isn't known yet, and this is asked again.
			return false;
		}
	}

	/**
	 * Returns what is in a topic now.
	 * @param topic its name
	 * @return its records, partition by partition
	 */
	public List<ConsumerRecord<byte[], byte[]>> read(String topic) {
		Map<String, Object> configuration = configuration(address());
		configuration.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
		try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(configuration, new ByteArrayDeserializer(),
				new ByteArrayDeserializer())) {
			List<TopicPartition> partitions = consumer.partitionsFor(topic)
				.stream()
				.map((partition) -> new TopicPartition(topic, partition.partition()))
				.toList();
			consumer.assign(partitions);
			Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
			List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
			while (partitions.stream()
				.anyMatch((partition) -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
				consumer.poll(Duration.ofMillis(100)).forEach(records::add);
			}
			return records;
		}
	}

	/**
	 * Returns what a group has committed.
	 * @param group its name
	 * @return the offsets by partition
	 */
	public Map<TopicPartition, Long> committed(String group) {
		try (Admin admin = Admin.create(configuration(address()))) {
			Map<TopicPartition, Long> offsets = new HashMap<>();
			admin.listConsumerGroupOffsets(group)
				.partitionsToOffsetAndMetadata()
				.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
				.forEach((partition, offset) -> Optional.ofNullable(offset)
					.ifPresent((committed) -> offsets.put(partition, committed.offset())));
			return offsets;
		}
		catch (InterruptedException | ExecutionException | TimeoutException ex) {
			throw new IllegalStateException("could not read what is committed by " + group, ex);
		}
	}

	/**
	 * Returns the settings of a client.
	 * @param address where the broker is
	 * @return the settings, which may be changed
	 */
	public static Map<String, Object> configuration(String address) {
		Map<String, Object> configuration = new HashMap<>();
		configuration.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, address);
		return configuration;
	}

	/**
	 * Returns a factory of consumers, as Boot makes one, that soon notices the death of a
	 * member, and waits for no records longer than a test has to.
	 * @param address where the broker is
	 * @param settings further settings
	 * @return the factory
	 */
	public static DefaultKafkaConsumerFactory<Object, Object> consumers(String address, Map<String, Object> settings) {
		Map<String, Object> configuration = configuration(address);
		configuration.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 3000);
		configuration.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 200);
		configuration.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50);
		configuration.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 200);
		configuration.putAll(settings);
		return new DefaultKafkaConsumerFactory<>(configuration);
	}

	/**
	 * Returns a factory of producers, as Boot makes one.
	 * @param address where the broker is
	 * @return the factory
	 */
	public static DefaultKafkaProducerFactory<Object, Object> producers(String address) {
		Map<String, Object> configuration = configuration(address);
		configuration.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 200);
		return new DefaultKafkaProducerFactory<>(configuration);
	}

}
