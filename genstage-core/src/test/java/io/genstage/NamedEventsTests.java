package io.genstage;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.intake.InFlight;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The listener of a stage gets to know which events it has handled and emitted.
 */
class NamedEventsTests {

	private final Dialogue dialogue = new Dialogue();

	private final Probe p = this.dialogue.probe("p");

	private final List<String> heard = new ArrayList<>();

	private final StageOptions options = StageOptions.defaults().withListener(new StageListener() {

		@Override
		public void onHandle(Subscription subscription, List<?> events) {
			NamedEventsTests.this.heard.add("%s of %s".formatted(events, subscription.producer().name()));
		}

		@Override
		public void onEmit(StageRef stage, List<?> events) {
			NamedEventsTests.this.heard.add("%s by %s".formatted(events, stage.name()));
		}

		@Override
		public void onDiscard(StageRef stage, Discard discard) {
			NamedEventsTests.this.heard.add("%s lost".formatted(discard.events()));
		}

	});

	private StageRef start(Stage stage, StageOptions options) {
		StageRef started = this.dialogue.start("s", stage, options);
		Dialogue.subscribe(started, this.p.ref(), 10, 5);
		return started;
	}

	@Nested
	class Handled {

		@Test
		void areThoseOfEachCall() {
			start(new Reader("none", 0), options);
			p.send("a", "b");
			p.send("c");
			assertThat(heard).containsExactly("[a, b] of p", "[c] of p");
		}

		@Test
		void areNotThoseThatTheStageGivesUp() {
			start(new Reader("b", 0), options);
			p.send("a", "b", "c");
			assertThat(heard).containsExactly("[b] lost", "[a, c] of p");
		}

		@Test
		void areThoseThatAreReportedAndThenTheOthers() {
			start(new Reader("b", 1), options);
			p.send("a", "b", "c", "d");
			assertThat(heard).containsExactly("[b] lost", "[a] of p", "[c, d] of p");
		}

		@Test
		void areThoseOfEachSubscriptionInABatch() {
			Probe q = dialogue.probe("q");
			StageRef stage = start(new Reader("c", 0),
					options.withBatching(Batching.of(BatchOptions.defaults().withSize(5))));
			Dialogue.subscribe(stage, q.ref(), 10, 5);
			p.send("a");
			q.send("b", "c", "d");
			p.send("e");
			assertThat(heard).containsExactly("[c] lost", "[a] of p", "[b, d] of q", "[e] of p");
		}

		@Test
		void areFinishedInFlight() {
			CompletableFuture<Void> second = new CompletableFuture<>();
			AsyncConsumerStage<String> reader = (event, from) -> event.equals("b") ? second
					: CompletableFuture.completedFuture(null);
			start(reader, options.withInFlight(InFlight.of(2)));
			p.send("a", "b");
			assertThat(heard).containsExactly("[a] of p");
			second.complete(null);
			assertThat(heard).containsExactly("[a] of p", "[b] of p");
		}

	}

	@Nested
	class Emitted {

		private final ProducerConsumerStage<String, String> upper = (events,
				from) -> events.stream().map((event) -> event.toUpperCase(Locale.ROOT)).toList();

		@Test
		void areMadeOfThoseThatAreHandled() {
			Probe consumer = dialogue.probe("c");
			StageRef stage = start(this.upper, options);
			consumer.subscribeAndAsk(stage, 3);
			p.send("a", "b");
			assertThat(heard).containsExactly("[a, b] of p", "[A, B] by s");
		}

		@Test
		void areThoseOfAProducer() {
			StageRef stage = dialogue.start("s", (ProducerStage<String>) (demand) -> List.of("a", "b"), options);
			dialogue.probe("c").subscribeAndAsk(stage, 1);
			assertThat(heard).containsExactly("[a, b] by s");
		}

		@Test
		void areOfOneStageOnly() {
			StageRef stage = dialogue.start("other", (ProducerStage<String>) (demand) -> List.of("a"));
			dialogue.probe("c").subscribeAndAsk(stage, 1);
			assertThat(heard).isEmpty();
		}

	}

	@Nested
	class EmittedInTheNameOfAStage {

		private StageRef stage;

		@BeforeEach
		void start() {
			this.stage = dialogue.start("s", (ProducerStage<String>) (demand) -> List.of(), options);
		}

		@Test
		void goWhereItsOwnGo() {
			Probe consumer = dialogue.probe("c");
			OpenSubscription link = consumer.subscribeAndAsk(this.stage, 1);
			dialogue.skip();
			this.stage.emit(List.of("a", "b"));
			assertThat(dialogue.heard()).containsExactly("c <- events [a]");
			Probe.ask(link, 1);
			assertThat(dialogue.heard()).containsExactly("c <- events [b]");
			assertThat(heard).containsExactly("[a, b] by s");
		}

		@Test
		void areLostWhenItHasStopped() {
			this.stage.stop(ExitReason.NORMAL);
			this.stage.emit(List.of("a"));
			assertThat(heard).containsExactly("[a] lost");
			assertThat(this.stage.status().discarded()).isOne();
		}

		@Test
		void areRefusedByAConsumer() {
			StageRef consumer = dialogue.start("reader", new Reader("none", 0));
			assertThatIllegalArgumentException().isThrownBy(() -> consumer.emit(List.of("a")))
				.withMessage("stage 'reader' is a consumer, which emits nothing");
		}

	}

	/**
	 * Gives one event up and reports some as handled.
	 */
	private static final class Reader implements ConsumerStage<String> {

		private final String unwanted;

		private final int reported;

		private StageContext context;

		Reader(String unwanted, int reported) {
			this.unwanted = unwanted;
			this.reported = reported;
		}

		@Override
		public void onStart(StageContext context) {
			this.context = context;
		}

		@Override
		public void handleEvents(List<String> events, Subscription from) {
			int place = events.indexOf(this.unwanted);
			if (place >= 0) {
				this.context.discard(this.context.source(place), List.of(events.get(place)), "unwanted", null);
			}
			this.context.handled(from, events.subList(0, this.reported));
		}

	}

}
