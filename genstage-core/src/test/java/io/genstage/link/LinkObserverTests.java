package io.genstage.link;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.genstage.LogCapture;
import io.genstage.PerEventConsumerStage;
import io.genstage.StageObserver;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.delivery.Outcome;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.EventQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What events carry travels by links if an observer puts it into messages.
 */
@Timeout(60)
class LinkObserverTests {

	private static final LinkDefinition ORDERS = LinkDefinition.of("orders");

	@RegisterExtension
	private final LogCapture log = new LogCapture();

	private final SeededExecutor executor = new SeededExecutor(1);

	private final MemoryLinks links = new MemoryLinks(4, this.executor);

	private final EventQueue<String> queue = new EventQueue<>(10);

	private final List<String> seen = new ArrayList<>();

	private final List<Outcome> outcomes = new ArrayList<>();

	private void carry(StageObserver observer, String event) {
		carry(observer, event, this.links);
	}

	private void carry(StageObserver observer, String event, LinkProvider provider) {
		StageSystem system = StageSystem.builder()
			.executor(this.executor)
			.scheduler(this.executor)
			.observer(observer)
			.build();
		StageRef source = system.start("queue", this.queue);
		system
			.start("sender",
					new LinkSender<String>(provider, ORDERS,
							(text) -> LinkMessage.of(text.getBytes(StandardCharsets.UTF_8))),
					StageOptions.defaults())
			.subscribeTo(source, SubscribeOptions.defaults());
		StageRef receiver = system.start("receiver", new LinkReceiver(this.links, ORDERS, LinkOptions.defaults()));
		PerEventConsumerStage<LinkMessage> consumer = (message, from) -> this.seen
			.add(new String(message.payload(), StandardCharsets.UTF_8) + " " + message.headers());
		system.start("consumer", consumer).subscribeTo(receiver, SubscribeOptions.defaults());
		this.queue.deliver(event).whenComplete((outcome, failure) -> this.outcomes.add(outcome));
		this.executor.runReady();
	}

	@Test
	void travelsInHeaders() {
		Tracing observer = new Tracing();
		carry(observer, "a");
		assertThat(this.seen).containsExactly("a {trace=of a}");
		assertThat(this.outcomes).containsExactly(Outcome.HANDED_OVER);
		assertThat(observer.ends).containsExactly("sender orders: confirmed");
		assertThat(observer.calls).containsExactly("sender null", "consumer receiver orders: of a");
	}

	@Test
	void hearsThatAMessageCouldNotBeSent() {
		Tracing observer = new Tracing();
		carry(observer, "a", new Refusing(this.links));
		assertThat(observer.ends).containsExactly("sender orders: java.lang.IllegalStateException: too large");
	}

	@Test
	void doesNotDisturb() {
		carry(new Broken(), "a");
		assertThat(this.seen).containsExactly("a {}");
		assertThat(this.outcomes).containsExactly(Outcome.HANDED_OVER);
		assertThat(this.log.read().stream().filter((line) -> line.contains("Broken")).count()).isEqualTo(2);
	}

	@Test
	void doesNotDisturbAtTheEndOfAMessage() {
		carry(new BrokenSending(), "a");
		assertThat(this.seen).containsExactly("a {}");
		assertThat(this.outcomes).containsExactly(Outcome.HANDED_OVER);
	}

	@Test
	void mayBeOneThatKnowsNothingOfLinks() {
		carry(new Watching(), "a");
		assertThat(this.seen).containsExactly("a {}");
	}

	/**
	 * Knows nothing of links.
	 */
	private static class Watching implements StageObserver {

		final List<String> calls = new ArrayList<>();

		@Override
		public @Nullable Observed beginHandling(Call call) {
			this.calls.add(call.stage().name() + " " + call.context());
			return null;
		}

		@Override
		public @Nullable Observed beginSending(StageRef queue, Object event) {
			return null;
		}

	}

	/**
	 * Makes a trace of the payload.
	 */
	private static final class Tracing extends Watching implements LinkObserver {

		private final List<String> ends = new ArrayList<>();

		@Override
		public Sending beginSending(StageRef sender, LinkDefinition link, LinkMessage message) {
			return new Sending() {

				@Override
				public LinkMessage message() {
					return message
						.withHeaders(Map.of("trace", "of " + new String(message.payload(), StandardCharsets.UTF_8)));
				}

				@Override
				public void end(@Nullable Throwable failure) {
					Tracing.this.ends.add("%s %s: %s".formatted(sender.name(), link.name(),
							(failure != null) ? failure : "confirmed"));
				}

			};
		}

		@Override
		public Object received(StageRef receiver, LinkDefinition link, LinkMessage message) {
			return "%s %s: %s".formatted(receiver.name(), link.name(), message.headers().get("trace"));
		}

	}

	/**
	 * Throws where it is asked.
	 */
	private static final class Broken extends Watching implements LinkObserver {

		@Override
		public Sending beginSending(StageRef sender, LinkDefinition link, LinkMessage message) {
			throw new IllegalStateException("for the test");
		}

		@Override
		public Object received(StageRef receiver, LinkDefinition link, LinkMessage message) {
			throw new IllegalStateException("for the test");
		}

	}

	/**
	 * Throws at the end.
	 */
	private static final class BrokenSending extends Watching implements LinkObserver {

		@Override
		public Sending beginSending(StageRef sender, LinkDefinition link, LinkMessage message) {
			return new Sending() {

				@Override
				public LinkMessage message() {
					throw new IllegalStateException("for the test");
				}

				@Override
				public void end(@Nullable Throwable failure) {
					throw new IllegalStateException("for the test");
				}

			};
		}

		@Override
		public @Nullable Object received(StageRef receiver, LinkDefinition link, LinkMessage message) {
			return null;
		}

	}

	/**
	 * Refuses what is sent.
	 *
	 * @param links read what was sent before
	 */
	private record Refusing(MemoryLinks links) implements LinkProvider {

		@Override
		public String type() {
			return "refusing";
		}

		@Override
		public LinkReader openReader(LinkDefinition link, LinkReader.Listener listener) {
			return this.links.openReader(link, listener);
		}

		@Override
		public LinkWriter openWriter(LinkDefinition link, LinkListener listener) {
			return new LinkWriter() {

				@Override
				public CompletionStage<Void> send(LinkMessage message) {
					return CompletableFuture.failedFuture(new IllegalStateException("too large"));
				}

				@Override
				public void close() {
				}

			};
		}

	}

}
