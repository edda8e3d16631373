package io.genstage.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.genstage.ProducerStage;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.intake.InFlight;
import io.genstage.kafka.broker.KafkaServer;
import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkListener;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkProvider;
import io.genstage.link.LinkReader;
import io.genstage.link.LinkSender;
import io.genstage.link.LinkWriter;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
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

	private static final int WINDOW = 50;

	private static final int MORE = 500;

	private final KafkaServer server = KafkaServer.shared();

	private final String topic = "link-" + UUID.randomUUID();

	private final Counting links = new Counting(
			new KafkaLinks(KafkaServer.consumers(this.server.addressByNetwork(), Map.of()),
					KafkaServer.producers(this.server.addressByNetwork())));

	private final Source source = new Source(this.links);

	@AfterEach
	void release() {
		this.server.network().release();
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofMinutes(1));
	}

	// X8

	@Test
	void holdsItsSourceWhileNothingIsConfirmed() {
		this.server.createTopics(2, this.topic);
		try (StageSystem system = StageSystem.create()) {
			StageRef producing = system.start("source", this.source);
			StageRef sending = system.start("sending",
					new LinkSender<Integer>(this.links, LinkDefinition.of(this.topic),
							(number) -> LinkMessage.of(number.toString().getBytes(StandardCharsets.UTF_8))),
					StageOptions.defaults().withInFlight(InFlight.of(WINDOW)));
			sending.subscribeTo(producing, SubscribeOptions.defaults().withMaxDemand(WINDOW).withMinDemand(WINDOW - 1));
			await().until(() -> this.links.confirmed.get() > WINDOW);
			this.server.network().hold();
			await().until(() -> this.links.unconfirmed.get() == WINDOW
					&& this.source.emitted.get() == this.links.confirmed.get() + WINDOW);
			int all = this.source.emitted.get() + MORE;
			this.source.last.set(all);
			this.server.network().release();
			await().until(() -> this.links.confirmed.get() == all);
		}
		assertThat(this.links.most.get()).as("unconfirmed at once").isEqualTo(WINDOW);
		assertThat(this.source.most.get()).as("emitted and not confirmed, at once").isLessThanOrEqualTo(WINDOW);
		assertThat(this.server.read(this.topic))
			.extracting((record) -> new String(record.value(), StandardCharsets.UTF_8))
			.containsExactlyInAnyOrderElementsOf(
					IntStream.range(0, this.source.last.get()).mapToObj(Integer::toString).toList());
	}

	/**
	 * Makes what it is asked for, up to a last one, and counts what may fill the memory.
	 */
	private static final class Source implements ProducerStage<Integer> {

		private final Counting links;

		private final AtomicInteger emitted = new AtomicInteger();

		private final AtomicInteger last = new AtomicInteger(Integer.MAX_VALUE);

		private final AtomicInteger most = new AtomicInteger();

		Source(Counting links) {
			this.links = links;
		}

		@Override
		public List<Integer> handleDemand(long demand) {
			int from = this.emitted.get();
			int to = (int) Math.min(this.last.get(), from + demand);
			this.emitted.set(to);
			this.most.accumulateAndGet(to - this.links.confirmed.get(), Math::max);
			return IntStream.range(from, to).boxed().toList();
		}

	}

	/**
	 * Counts what is sent and not confirmed, before the stage hears of it.
	 */
	private static final class Counting implements LinkProvider {

		private final LinkProvider links;

		private final AtomicInteger unconfirmed = new AtomicInteger();

		private final AtomicInteger confirmed = new AtomicInteger();

		private final AtomicInteger most = new AtomicInteger();

		Counting(LinkProvider links) {
			this.links = links;
		}

		@Override
		public String type() {
			return this.links.type();
		}

		@Override
		public LinkReader openReader(LinkDefinition link, LinkReader.Listener listener) {
			return this.links.openReader(link, listener);
		}

		@Override
		public LinkWriter openWriter(LinkDefinition link, LinkListener listener) {
			LinkWriter writer = this.links.openWriter(link, listener);
			return new LinkWriter() {

				@Override
				public CompletionStage<Void> send(LinkMessage message) {
					Counting.this.most.accumulateAndGet(Counting.this.unconfirmed.incrementAndGet(), Math::max);
					return writer.send(message).thenRun(() -> {
						Counting.this.unconfirmed.decrementAndGet();
						Counting.this.confirmed.incrementAndGet();
					});
				}

				@Override
				public void close() {
					writer.close();
				}

			};
		}

	}

}
