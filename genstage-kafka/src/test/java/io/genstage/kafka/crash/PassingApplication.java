package io.genstage.kafka.crash;

import java.io.BufferedWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.genstage.PerEventProducerConsumerStage;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.failure.FailurePolicy;
import io.genstage.intake.InFlight;
import io.genstage.kafka.KafkaLinks;
import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkOptions;
import io.genstage.link.LinkReceiver;
import io.genstage.link.LinkSender;
import io.genstage.trial.broker.KafkaServer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.awaitility.Awaitility;

/**
 * Passes events on from one link to another, and writes a line for each. It leaves
 * politely when its input ends. It may have a last line, behind which it waits to be
 * killed.
 */
final class PassingApplication {

	private PassingApplication() {
	}

	public static void main(String[] arguments) throws Exception {
		KafkaLinks links = new KafkaLinks(
				KafkaServer.consumers(arguments[0],
						Map.of(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, Integer.valueOf(arguments[4]))),
				KafkaServer.producers(arguments[0]));
		Semaphore lines = new Semaphore(Integer.parseInt(arguments[3]));
		StageOptions failing = StageOptions.defaults().withFailure(FailurePolicy.defaults());
		SubscribeOptions asking = SubscribeOptions.defaults().withMaxDemand(KilledReaderTests.MAX_UNSETTLED);
		try (StageSystem system = StageSystem.create();
				BufferedWriter file = Files.newBufferedWriter(Path.of(arguments[2]))) {
			LinkReceiver receiver = new LinkReceiver(links, LinkDefinition.of(arguments[1]), LinkOptions.defaults());
			StageRef received = system.start("received", receiver,
					StageOptions.defaults().withMaxUnsettled(KilledReaderTests.MAX_UNSETTLED));
			PerEventProducerConsumerStage<LinkMessage, LinkMessage> pass = (message, from, results) -> {
				lines.acquireUninterruptibly();
				byte[] payload = Objects.requireNonNull(message.payload());
				file.write("%d %s %s%n".formatted(System.nanoTime(), message.key(),
						new String(payload, StandardCharsets.UTF_8)));
				file.flush();
				results.accept(message);
			};
			StageRef passed = system.start("passed", pass, failing);
			StageRef sent = system.start("sent",
					new LinkSender<LinkMessage>(links, LinkDefinition.of(arguments[5]), (message) -> message),
					failing.withInFlight(InFlight.of(100)));
			sent.subscribeTo(passed, asking);
			passed.subscribeTo(received, asking);
			while (System.in.read() >= 0) {
				continue;
			}
			for (StageRef stage : new StageRef[] { received, passed, sent }) {
				stage.drain();
				stage.whenStopped().toCompletableFuture().get(1, TimeUnit.MINUTES);
			}
			Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> receiver.unsettled() == 0);
		}
	}

}
