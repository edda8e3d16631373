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
import io.genstage.kafka.broker.KafkaServer;
import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkOptions;
import io.genstage.link.LinkReceiver;
import org.awaitility.Awaitility;

/**
 * Reads a link, and writes a line for each event that it handles: when, and which one. It
 * leaves politely when its input ends. It may have a last line, behind which it waits to
 * be killed.
 */
final class ReadingApplication {

	private ReadingApplication() {
	}

	public static void main(String[] arguments) throws Exception {
		KafkaLinks links = new KafkaLinks(KafkaServer.consumers(arguments[0], Map.of()),
				KafkaServer.producers(arguments[0]));
		Semaphore lines = new Semaphore(Integer.parseInt(arguments[3]));
		try (StageSystem system = StageSystem.create();
				BufferedWriter file = Files.newBufferedWriter(Path.of(arguments[2]))) {
			LinkReceiver receiver = new LinkReceiver(links, LinkDefinition.of(arguments[1]), LinkOptions.defaults());
			StageRef received = system.start("received", receiver,
					StageOptions.defaults().withMaxUnsettled(KilledReaderTests.MAX_UNSETTLED));
			PerEventConsumerStage<LinkMessage> write = (message, from) -> {
				lines.acquireUninterruptibly();
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
				continue;
			}
			end(received);
			end(written);
			Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> receiver.unsettled() == 0);
		}
	}

	private static void end(StageRef stage) throws Exception {
		stage.drain();
		stage.whenStopped().toCompletableFuture().get(1, TimeUnit.MINUTES);
	}

}
