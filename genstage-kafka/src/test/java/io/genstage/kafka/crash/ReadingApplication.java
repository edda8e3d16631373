package io.genstage.kafka.crash;

import java.io.BufferedWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.genstage.PerEventConsumerStage;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.failure.FailurePolicy;
import io.genstage.kafka.KafkaLinks;
import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkListener;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkOptions;
import io.genstage.link.LinkProvider;
import io.genstage.link.LinkReader;
import io.genstage.link.LinkReceiver;
import io.genstage.link.LinkWriter;
import io.genstage.trial.broker.KafkaServer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.awaitility.Awaitility;

/**
 * Reads a link, and writes a line for each event that it handles: when, and which one. It
 * leaves politely when its input ends, and says then how many settlements came too late.
 * It may have a last line, behind which it waits to be killed, or to get a letter. What
 * it does for an event may take so many milliseconds.
 */
final class ReadingApplication {

	private ReadingApplication() {
	}

	public static void main(String[] arguments) throws Exception {
		KafkaLinks links = new KafkaLinks(
				KafkaServer.consumers(arguments[0],
						Map.of(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, Integer.valueOf(arguments[4]))),
				KafkaServer.producers(arguments[0]));
		Semaphore lines = new Semaphore(Integer.parseInt(arguments[3]));
		long work = (arguments.length > 5) ? Long.parseLong(arguments[5]) : 0;
		try (StageSystem system = StageSystem.create();
				BufferedWriter file = Files.newBufferedWriter(Path.of(arguments[2]))) {
			Remembering remembering = new Remembering(links);
			// For the test, when the thread of the reader has ended, too.
			Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("stale: " + remembering.stale())));
			LinkReceiver receiver = new LinkReceiver(remembering, LinkDefinition.of(arguments[1]),
					LinkOptions.defaults());
			StageRef received = system.start("received", receiver,
					StageOptions.defaults().withMaxUnsettled(KilledReaderTests.MAX_UNSETTLED));
			PerEventConsumerStage<LinkMessage> write = (message, from) -> {
				lines.acquireUninterruptibly();
				// Stands for a service that takes its time.
				Thread.sleep(work);
				byte[] payload = message.payload();
				String event = (payload != null) ? new String(payload, StandardCharsets.UTF_8) : "";
				// The clock of the machine, which all processes on it have in common.
				file.write("%d %s %s%n".formatted(System.nanoTime(), message.key(), event));
				file.flush();
			};
			StageRef written = system.start("written", write,
					StageOptions.defaults().withFailure(FailurePolicy.defaults()));
			written.subscribeTo(received, SubscribeOptions.defaults().withMaxDemand(KilledReaderTests.MAX_UNSETTLED));
			while (System.in.read() >= 0) {
				lines.release(KilledReaderTests.EVENTS);
			}
			end(received);
			end(written);
			Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> receiver.unsettled() == 0);
		}
	}

	/**
	 * Keeps the only reader that it opens.
	 */
	private static final class Remembering implements LinkProvider {

		private final LinkProvider links;

		private volatile LinkReader reader;

		Remembering(LinkProvider links) {
			this.links = links;
		}

		long stale() {
			return this.reader.stale();
		}

		@Override
		public String type() {
			return this.links.type();
		}

		@Override
		public LinkReader openReader(LinkDefinition link, LinkReader.Listener listener) {
			this.reader = this.links.openReader(link, listener);
			return this.reader;
		}

		@Override
		public LinkWriter openWriter(LinkDefinition link, LinkListener listener) {
			return this.links.openWriter(link, listener);
		}

	}

	private static void end(StageRef stage) throws Exception {
		stage.drain();
		stage.whenStopped().toCompletableFuture().get(1, TimeUnit.MINUTES);
	}

}
