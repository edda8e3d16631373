package io.genstage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.genstage.delivery.Delivery;
import io.genstage.delivery.Outcome;
import io.genstage.dispatch.Dispatchers;
import io.genstage.failure.EventRejectedException;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.Retries;
import io.genstage.simulation.SeededExecutor;
import io.genstage.source.EventQueue;
import io.genstage.source.Sources;
import io.genstage.task.TaskOptions;
import io.genstage.task.Tasks;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StageObserver}: when it is called, and what events carry.
 */
@Timeout(60)
class StageObserverTests {

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final SeededExecutor executor = new SeededExecutor(1);

	private final EventQueue<String> queue = new EventQueue<>(10);

	/** What is observed, in its order. */
	private final List<String> seen = new ArrayList<>();

	/** Who sends now. */
	private @Nullable String sender;

	/** Whether calls have a context of their own, which is named after them. */
	private boolean callsHaveContexts;

	private boolean observesAll = true;

	private @Nullable RuntimeException trouble;

	private final StageSystem system = StageSystem.builder()
		.executor(this.executor)
		.scheduler(this.executor)
		.observer(new Observer())
		.build();

	private StageRef source(ProducerStage<?> source) {
		return this.system.start("source", source);
	}

	private StageRef behind(StageRef producer, String name, Stage stage, StageOptions options) {
		StageRef started = this.system.start(name, stage, options);
		started.subscribeTo(producer, SubscribeOptions.defaults().withMaxDemand(10));
		this.executor.runReady();
		return started;
	}

	private StageRef behind(StageRef producer, String name, Stage stage) {
		return behind(producer, name, stage, StageOptions.defaults());
	}

	private void send(String sender, String event) {
		this.sender = sender;
		assertThat(this.queue.offer(event)).isTrue();
		this.sender = null;
	}

	private static FailurePolicy policy() {
		return FailurePolicy.defaults().withRetries(Retries.fixed(2, Duration.ofSeconds(1)));
	}

	private final class Observer implements StageObserver {

		@Override
		public boolean observesAll() {
			return StageObserverTests.this.observesAll;
		}

		@Override
		public Observed beginHandling(Call call) {
			String what = call.stage().name() + call.events();
			String carried = (call.context() != null) ? " with " + call.context()
					: call.links().isEmpty() ? "" : " with links " + call.links();
			return begin(what, "%s attempt %d%s".formatted(what, call.attempt(), carried),
					StageObserverTests.this.callsHaveContexts ? what : null);
		}

		@Override
		public Observed beginSending(StageRef queue, Object event) {
			return begin("send " + event, "send %s to %s".formatted(event, queue.name()),
					StageObserverTests.this.sender);
		}

		private Observed begin(String what, String description, @Nullable Object context) {
			StageObserverTests.this.seen.add(description);
			fail();
			return new Observed() {

				@Override
				public @Nullable Object context() {
					fail();
					return context;
				}

				@Override
				public void leave() {
					StageObserverTests.this.seen.add(what + " left");
					fail();
				}

				@Override
				public void end(@Nullable Throwable failure) {
					StageObserverTests.this.seen.add(what + ((failure != null) ? " failed: " + failure : " done"));
					fail();
				}

			};
		}

		private void fail() {
			if (StageObserverTests.this.trouble != null) {
				throw StageObserverTests.this.trouble;
			}
		}

	}

	@Nested
	class Calls {

		@ParameterizedTest
		@EnumSource
		void areSurroundedInEachForm(Form form) {
			List<String> handled = new ArrayList<>();
			behind(source(Sources.iterable(List.of("a"))), "s", form.stage(handled::add));
			StageObserverTests.this.executor.runReady();
			assertThat(handled).containsExactly("a");
			assertThat(seen()).containsExactly("s[a] attempt 1", "s[a] left", "s[a] done");
		}

		@ParameterizedTest
		@EnumSource
		void failInEachForm(Form form) {
			behind(source(Sources.iterable(List.of("a"))), "s", form.stage((event) -> {
				throw new IllegalStateException("bad");
			}));
			StageObserverTests.this.executor.runReady();
			assertThat(seen()).containsExactly("s[a] attempt 1", "s[a] left",
					"s[a] failed: java.lang.IllegalStateException: bad");
		}

		@ParameterizedTest
		@EnumSource
		void areNumberedByTheirAttempts(Form form) {
			List<String> tried = new ArrayList<>();
			behind(source(Sources.iterable(List.of("a"))), "s", form.stage((event) -> {
				tried.add(event);
				if (tried.size() < 3) {
					throw new IllegalStateException("bad");
				}
			}), StageOptions.defaults().withFailure(policy()));
			StageObserverTests.this.executor.advance(Duration.ofSeconds(5));
			assertThat(seen()).containsExactly("s[a] attempt 1", "s[a] left",
					"s[a] failed: java.lang.IllegalStateException: bad", "s[a] attempt 2", "s[a] left",
					"s[a] failed: java.lang.IllegalStateException: bad", "s[a] attempt 3", "s[a] left", "s[a] done");
		}

		@Test
		void areThoseOfATask() {
			List<String> tried = new ArrayList<>();
			PerEventConsumerStage<String> stage = (event, from) -> {
				tried.add(event);
				if (tried.size() == 1) {
					throw new IllegalStateException("bad");
				}
			};
			behind(source(Sources.iterable(List.of("a"))), "s", stage,
					StageOptions.defaults().withTasks(Tasks.of(TaskOptions.defaults())).withFailure(policy()));
			StageObserverTests.this.executor.advance(Duration.ofSeconds(5));
			assertThat(seen()).containsExactly("s[a] attempt 1", "s[a] left",
					"s[a] failed: java.lang.IllegalStateException: bad", "s[a] attempt 2", "s[a] left", "s[a] done");
		}

		@Test
		void areEachEventsOfAHandlerOfOne() {
			behind(source(Sources.iterable(List.of("a", "b"))), "s", Form.OF_ONE.stage((event) -> {
			}));
			StageObserverTests.this.executor.runReady();
			assertThat(seen()).contains("s[a] attempt 1", "s[b] attempt 1").hasSize(6);
		}

		@Test
		void areLeftBeforeWhatTheyHaveBegunIsOver() {
			CompletableFuture<Void> work = new CompletableFuture<>();
			AsyncConsumerStage<String> stage = (event, from) -> work;
			behind(source(Sources.iterable(List.of("a"))), "s", stage);
			StageObserverTests.this.executor.runReady();
			assertThat(seen()).containsExactly("s[a] attempt 1", "s[a] left");
			work.complete(null);
			StageObserverTests.this.executor.runReady();
			assertThat(seen()).endsWith("s[a] done").hasSize(3);
		}

		@Test
		void endWithTheirStage() {
			AsyncConsumerStage<String> stage = (event, from) -> new CompletableFuture<>();
			StageRef started = behind(source(Sources.iterable(List.of("a"))), "s", stage);
			StageObserverTests.this.executor.runReady();
			started.stop(ExitReason.SHUTDOWN);
			StageObserverTests.this.executor.runReady();
			assertThat(seen()).containsExactly("s[a] attempt 1", "s[a] left",
					"s[a] failed: java.util.concurrent.CancellationException: the stage has stopped");
		}

		@Test
		void goOnWhateverTheObserverThrows() {
			StageObserverTests.this.trouble = new IllegalStateException("no");
			List<String> handled = new ArrayList<>();
			StageRef source = source(StageObserverTests.this.queue);
			behind(source, "s", Form.OF_ONE.stage(handled::add));
			send("Ada", "a");
			StageObserverTests.this.executor.runReady();
			assertThat(handled).containsExactly("a");
			assertThat(StageObserverTests.this.log.read())
				.anyMatch((line) -> line.contains("observer io.genstage.StageObserverTests$Observer failed"));
		}

	}

	@Nested
	class Contexts {

		@ParameterizedTest
		@EnumSource
		void areThoseOfTheSender(Sending sending) throws Exception {
			StageRef source = source(StageObserverTests.this.queue);
			behind(source, "s", Form.OF_ONE.stage((event) -> {
			}));
			StageObserverTests.this.sender = "Ada";
			CompletableFuture<?> sent = sending.send(StageObserverTests.this.queue, "a");
			StageObserverTests.this.executor.runReady();
			assertThat(seen()).containsExactly("send a to source", "send a left", "send a done",
					"s[a] attempt 1 with Ada", "s[a] left", "s[a] done");
			assertThat(sent).isCompleted();
		}

		@Test
		void stayWithAnEventThroughAllOfItsAttempts() {
			List<String> tried = new ArrayList<>();
			StageRef source = source(StageObserverTests.this.queue);
			behind(source, "s", Form.OF_ONE.stage((event) -> {
				tried.add(event);
				if (tried.size() == 1) {
					throw new IllegalStateException("bad");
				}
			}), StageOptions.defaults().withFailure(policy()));
			send("Ada", "a");
			StageObserverTests.this.executor.advance(Duration.ofSeconds(5));
			assertThat(seen()).contains("s[a] attempt 1 with Ada", "s[a] attempt 2 with Ada");
		}

		@ParameterizedTest
		@EnumSource
		void goOverToWhatIsMadeOfAnEvent(Making making) {
			StageRef source = source(StageObserverTests.this.queue);
			StageRef first = behind(source, "first", making.stage());
			StageRef second = behind(first, "second", making.stage(),
					StageOptions.defaults().withDispatcher(Dispatchers.broadcast()));
			behind(second, "sink", Form.OF_ONE.stage((event) -> {
			}));
			behind(second, "other", Form.OF_ONE.stage((event) -> {
			}));
			send("Ada", "a");
			StageObserverTests.this.executor.runReady();
			assertThat(seen()).contains("first[a] attempt 1 with Ada", "second[aa] attempt 1 with Ada",
					"sink[aaaa] attempt 1 with Ada", "other[aaaa] attempt 1 with Ada");
		}

		@ParameterizedTest
		@EnumSource
		void areThoseOfTheCallThatHasMadeAnEvent(Making making) {
			StageObserverTests.this.callsHaveContexts = true;
			StageRef first = behind(source(Sources.iterable(List.of("a"))), "first", making.stage());
			behind(first, "sink", Form.OF_ONE.stage((event) -> {
			}));
			StageObserverTests.this.executor.runReady();
			assertThat(seen()).contains("first[a] attempt 1", "sink[aa] attempt 1 with first[a]");
		}

		@ParameterizedTest
		@EnumSource
		void areThoseOfTheCallForAnEventThatSomebodyWaitsFor(Making making) {
			StageObserverTests.this.callsHaveContexts = true;
			StageRef source = source(StageObserverTests.this.queue);
			StageRef first = behind(source, "first", making.stage());
			behind(first, "sink", Form.OF_ONE.stage((event) -> {
			}));
			CompletableFuture<Outcome> outcome = StageObserverTests.this.queue.deliver("a").toCompletableFuture();
			StageObserverTests.this.executor.runReady();
			assertThat(seen()).contains("first[a] attempt 1", "sink[aa] attempt 1 with first[a]");
			assertThat(outcome).isCompletedWithValue(Outcome.ACCEPTED);
		}

		@Test
		void ofSeveralEventsAreLinks() {
			StageRef source = source(StageObserverTests.this.queue);
			send("Ada", "a");
			send("Bob", "b");
			StageObserverTests.this.queue.offer("c");
			send("Ada", "d");
			behind(source, "s", Form.OF_LISTS.stage((event) -> {
			}));
			assertThat(seen()).contains("s[a, b, c, d] attempt 1 with links [Ada, Bob]");
		}

		@Test
		void thatAllEventsShareAreThoseOfTheirCall() {
			StageRef source = source(StageObserverTests.this.queue);
			send("Ada", "a");
			send("Ada", "b");
			behind(source, "s", Form.OF_LISTS.stage((event) -> {
			}));
			assertThat(seen()).contains("s[a, b] attempt 1 with Ada");
		}

		@Test
		void ofSeveralEventsDontGoOverToWhatIsMadeOfThemTogether() {
			StageRef source = source(StageObserverTests.this.queue);
			StageObserverTests.this.sender = "Ada";
			CompletableFuture<Outcome> one = StageObserverTests.this.queue.deliver("a").toCompletableFuture();
			StageObserverTests.this.sender = "Bob";
			CompletableFuture<Outcome> other = StageObserverTests.this.queue.deliver("b").toCompletableFuture();
			ProducerConsumerStage<String, String> together = (events, from) -> List.of(String.join("+", events));
			StageRef first = behind(source, "first", together);
			behind(first, "sink", Form.OF_ONE.stage((event) -> {
			}));
			assertThat(seen()).contains("first[a, b] attempt 1 with links [Ada, Bob]", "sink[a+b] attempt 1");
			assertThat(one).isCompletedWithValue(Outcome.ACCEPTED);
			assertThat(other).isCompletedWithValue(Outcome.ACCEPTED);
		}

		@Test
		void dontChangeHowADeliveryEnds() {
			StageObserverTests.this.callsHaveContexts = true;
			StageRef source = source(StageObserverTests.this.queue);
			StageRef first = behind(source, "first", Making.OF_ONE.stage());
			behind(first, "sink", Form.OF_ONE.stage((event) -> {
				throw new EventRejectedException("bad");
			}), StageOptions.defaults().withFailure(policy().withThen(FailurePolicy.Then.SKIP)));
			StageObserverTests.this.sender = "Ada";
			CompletableFuture<Outcome> outcome = StageObserverTests.this.queue.deliver("a").toCompletableFuture();
			StageObserverTests.this.executor.advance(Duration.ofSeconds(10));
			assertThat(outcome).isCompletedWithValue(Outcome.SKIPPED);
			assertThat(source.status().waiting().held()).isZero();
		}

		@Test
		void areNotLookedForAmongPlainEventsIfNobodyWants() {
			StageObserverTests.this.observesAll = false;
			StageRef source = source(StageObserverTests.this.queue);
			StageRef first = behind(source, "first", Making.OF_ONE.stage());
			List<Object> emitted = new ArrayList<>();
			behind(first, "sink", new TakingDeliveries(emitted));
			StageObserverTests.this.queue.offer("a");
			StageObserverTests.this.executor.runReady();
			assertThat(seen()).containsExactly("send a to source", "send a left", "send a done");
			assertThat(emitted).containsExactly("aa");
		}

		@Test
		void ofAnEventThatIsNotTakenAreForgotten() {
			source(StageObserverTests.this.queue);
			StageObserverTests.this.executor.runReady();
			for (int event = 0; event < 10; event++) {
				StageObserverTests.this.queue.offer("x");
			}
			assertThat(StageObserverTests.this.queue.offer("a")).isFalse();
			assertThat(seen()).endsWith("send a to source", "send a left",
					"send a failed: io.genstage.source.QueueFullException: the queue is full: 10 events wait in it");
		}

	}

	private List<String> seen() {
		return this.seen;
	}

	private static final class TakingDeliveries implements ConsumerStage<Delivery<String>> {

		private final List<Object> events;

		TakingDeliveries(List<Object> events) {
			this.events = events;
		}

		@Override
		public boolean takesDeliveries() {
			return true;
		}

		@Override
		public void handleEvents(List<Delivery<String>> events, Subscription from) {
			events.forEach((delivery) -> this.events
				.add((delivery.context() != null) ? delivery.context() : delivery.event()));
		}

	}

	private enum Sending {

		OFFER {
			@Override
			CompletableFuture<?> send(EventQueue<String> queue, String event) {
				return CompletableFuture.completedFuture(queue.offer(event));
			}
		},

		PUT {
			@Override
			CompletableFuture<?> send(EventQueue<String> queue, String event) throws Exception {
				queue.put(event);
				return CompletableFuture.completedFuture(null);
			}
		},

		SEND {
			@Override
			CompletableFuture<?> send(EventQueue<String> queue, String event) {
				return queue.send(event).toCompletableFuture();
			}
		},

		DELIVER {
			@Override
			CompletableFuture<?> send(EventQueue<String> queue, String event) {
				return queue.deliver(event).toCompletableFuture();
			}
		};

		abstract CompletableFuture<?> send(EventQueue<String> queue, String event) throws Exception;

	}

	private enum Form {

		OF_ONE {
			@Override
			Stage stage(Consumer<String> handler) {
				PerEventConsumerStage<String> stage = (event, from) -> handler.accept(event);
				return stage;
			}
		},

		OF_LISTS {
			@Override
			Stage stage(Consumer<String> handler) {
				ConsumerStage<String> stage = (events, from) -> events.forEach(handler);
				return stage;
			}
		},

		IN_FLIGHT {
			@Override
			Stage stage(Consumer<String> handler) {
				AsyncConsumerStage<String> stage = (event, from) -> {
					handler.accept(event);
					return CompletableFuture.completedFuture(null);
				};
				return stage;
			}
		},

		ACKNOWLEDGING {
			@Override
			Stage stage(Consumer<String> handler) {
				AcknowledgingConsumerStage<String> stage = (event, acknowledgement, from) -> {
					handler.accept(event);
					acknowledgement.accept();
					return CompletableFuture.completedFuture(null);
				};
				return stage;
			}
		};

		abstract Stage stage(Consumer<String> handler);

	}

	/** Stages that emit each event doubled. */
	private enum Making {

		OF_ONE {
			@Override
			Stage stage() {
				PerEventProducerConsumerStage<String, String> stage = (event, from, results) -> results
					.accept(event + event);
				return stage;
			}
		},

		OF_LISTS {
			@Override
			Stage stage() {
				ProducerConsumerStage<String, String> stage = (events,
						from) -> events.stream().map((event) -> event + event).toList();
				return stage;
			}
		},

		IN_FLIGHT {
			@Override
			Stage stage() {
				AsyncProducerConsumerStage<String, String> stage = (event, from) -> CompletableFuture
					.completedFuture(List.of(event + event));
				return stage;
			}
		};

		abstract Stage stage();

	}

}
