package io.genstage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

import io.genstage.batch.BatchOptions;
import io.genstage.batch.Batching;
import io.genstage.deadletter.DeadLetterFilter;
import io.genstage.deadletter.MemoryDeadLetterStore;
import io.genstage.delivery.BatchFailure;
import io.genstage.delivery.Delivery;
import io.genstage.delivery.Outcome;
import io.genstage.delivery.Verdict;
import io.genstage.failure.Decision;
import io.genstage.failure.FailurePolicy;
import io.genstage.failure.Retries;
import io.genstage.task.TaskOptions;
import io.genstage.task.Tasks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link CallScope}, with one that keeps what its calls do only if they
 * succeed.
 */
class CallScopeTests {

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final Probe p = this.dialogue.probe("p");

	private final MemoryDeadLetterStore letters = new MemoryDeadLetterStore();

	private final List<Throwable> failures = new ArrayList<>();

	private final FailurePolicy policy = FailurePolicy.defaults()
		.withRetries(Retries.fixed(1, Duration.ofSeconds(1)))
		.withDeadLetters(this.letters)
		.withTimeout(Duration.ofSeconds(3))
		.withDecider((event, failure, attempt) -> {
			this.failures.add(failure);
			return Decision.byPolicy();
		});

	/** What a call has done that isn't kept yet. */
	private final List<String> work = new ArrayList<>();

	private final List<String> kept = new ArrayList<>();

	/** What the scope has done. */
	private final List<String> scopes = new ArrayList<>();

	private final List<Object> seen = new ArrayList<>();

	/** How often the end of a scope is to fail. */
	private int failingEnds;

	private boolean swallows;

	private final CallScope scope = (events, call) -> {
		List<Object> payloads = events.stream().map(Delivery::payload).toList();
		this.scopes.add("begin " + payloads);
		BitSet leftOut = new BitSet();
		for (int place = 0; place < payloads.size(); place++) {
			leftOut.set(place, this.seen.contains(payloads.get(place)));
		}
		try {
			call.make(leftOut);
			if (this.failingEnds > 0) {
				this.failingEnds--;
				throw new IllegalStateException("no commit");
			}
			this.kept.addAll(this.work);
			this.scopes.add("end");
			leftOut.stream().forEach((place) -> {
				if (events.get(place) instanceof Delivery<?> delivery) {
					delivery.settle(Verdict.skipped("seen"));
				}
			});
		}
		catch (Exception ex) {
			this.scopes.add("undo");
			if (!this.swallows) {
				throw ex;
			}
		}
		finally {
			this.work.clear();
		}
	};

	private StageRef start(Stage stage, StageOptions options) {
		StageRef started = this.dialogue.start("s", stage, options.withScope(this.scope));
		Dialogue.subscribe(started, this.p.ref(), 10, 0);
		this.dialogue.skip();
		return started;
	}

	private StageOptions options() {
		return StageOptions.defaults().withFailure(this.policy);
	}

	private List<String> letters() {
		return this.letters.oldestFirst(DeadLetterFilter.all(), 0, 100)
			.stream()
			.map((letter) -> String.valueOf(this.letters.event(letter.id()).orElseThrow()))
			.toList();
	}

	private ConsumerStage<String> lists() {
		return (events, from) -> events.forEach(this::work);
	}

	private PerEventConsumerStage<String> events() {
		return (event, from) -> work(event);
	}

	private void work(String event) {
		this.work.add(event);
		if (event.startsWith("bad")) {
			throw new IllegalStateException(event);
		}
	}

	@Test
	void surroundsAListOnce() {
		StageRef stage = start(lists(), options());
		this.p.send("a", "b");
		assertThat(this.scopes).containsExactly("begin [a, b]", "end");
		assertThat(this.kept).containsExactly("a", "b");
		assertThat(stage.status().counts().in()).isEqualTo(2);
	}

	@Test
	void surroundsABatchOnce() {
		start(lists(), options().withBatching(Batching.of(BatchOptions.defaults().withSize(2))));
		this.p.send("a", "b", "c", "d");
		assertThat(this.scopes).containsExactly("begin [a, b]", "end", "begin [c, d]", "end");
	}

	@Test
	void surroundsEachEventOfAHandlerOfOne() {
		StageRef stage = start(events(), options());
		this.p.send("a", "b");
		assertThat(this.scopes).containsExactly("begin [a]", "end", "begin [b]", "end");
		assertThat(stage.status().counts().in()).isEqualTo(2);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aFailureOfTheHandlerGoesThroughIt(boolean swallows) {
		this.swallows = swallows;
		start(events(), options());
		this.p.send("a", "bad", "c");
		this.dialogue.runTimer();
		assertThat(this.scopes).containsExactly("begin [a]", "end", "begin [bad]", "undo", "begin [c]", "end",
				"begin [bad]", "undo");
		assertThat(this.kept).containsExactly("a", "c");
		assertThat(letters()).containsExactly("bad");
		assertThat(this.failures).extracting(Throwable::getMessage).containsExactly("bad", "bad");
	}

	@ParameterizedTest
	@EnumSource
	void aFailureOfItsEndIsAFailedAttempt(Form form) {
		this.failingEnds = 1;
		start(form.stage(this), options());
		this.p.send("a");
		assertThat(this.kept).isEmpty();
		assertThat(this.failures).extracting(Throwable::getMessage).containsExactly("no commit");
		this.dialogue.runTimer();
		assertThat(this.kept).containsExactly("a");
		assertThat(letters()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void letsAStageFailThatHasNoPolicy(Form form) {
		this.failingEnds = 1;
		StageRef stage = start(form.stage(this), StageOptions.defaults());
		this.p.send("a");
		assertThat(stage.status().exit()).isInstanceOfSatisfying(ExitReason.Failure.class,
				(failure) -> assertThat(failure.cause()).hasMessage("no commit"));
	}

	@Test
	void whatABatchFailureAcceptsIsUndoneWithTheRest() {
		ConsumerStage<String> stage = (events, from) -> {
			this.work.addAll(events);
			if (events.contains("bad")) {
				throw BatchFailure.of("bad", new IllegalStateException("bad")).othersAccepted();
			}
		};
		StageRef started = start(stage, options());
		this.p.send("a", "bad", "c");
		assertThat(this.scopes).containsExactly("begin [a, bad, c]", "undo", "begin [a, c]", "end");
		assertThat(this.kept).containsExactly("a", "c");
		this.dialogue.runTimer();
		assertThat(letters()).containsExactly("bad");
		assertThat(started.status().counts().in()).isEqualTo(2);
	}

	@Test
	void aBatchFailureIsThatOfTheEventsThatTheHandlerGot() {
		this.seen.addAll(List.of("seen", "other"));
		ConsumerStage<String> stage = (events, from) -> {
			this.work.addAll(events);
			if (events.contains("bad")) {
				throw BatchFailure.of("bad", new IllegalStateException("bad"));
			}
		};
		start(stage, options());
		this.p.send("seen", "a", "other", "bad", "c");
		assertThat(this.scopes).containsExactly("begin [seen, a, other, bad, c]", "undo", "begin [seen, a, other, c]",
				"end");
		assertThat(this.kept).containsExactly("a", "c");
		this.dialogue.runTimer();
		assertThat(letters()).containsExactly("bad");
	}

	@Test
	void aFailureThatIsReportedGoesThroughIt() {
		PerEventConsumerStage<String> stage = new PerEventConsumerStage<>() {

			private StageContext context;

			@Override
			public void onStart(StageContext context) {
				this.context = context;
			}

			@Override
			public void handleEvent(String event, Subscription from) {
				CallScopeTests.this.work.add(event);
				if (event.equals("b")) {
					this.context.fail(new IllegalStateException("reported"));
				}
			}

		};
		start(stage, options());
		this.p.send("a", "b");
		assertThat(this.scopes).containsExactly("begin [a]", "end", "begin [b]", "undo");
		assertThat(this.kept).containsExactly("a");
		assertThat(this.failures).extracting(Throwable::getMessage).containsExactly("reported");
	}

	@ParameterizedTest
	@EnumSource
	void isUndoneWhenTheTimeOfTheCallIsOver(Form form) {
		Stage stage = form.stage((event) -> {
			this.work.add(event);
			this.dialogue.runTimer();
		});
		start(stage, options());
		this.p.send("a");
		assertThat(this.scopes).containsExactly("begin [a]", "undo");
		assertThat(this.failures).singleElement().isInstanceOf(TimeoutException.class);
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

	@ParameterizedTest
	@EnumSource
	void noInterruptIsLeftForItsEnd(Form form) {
		List<Boolean> interrupted = new ArrayList<>();
		CallScope looking = (events, call) -> {
			try {
				call.make(new BitSet());
			}
			finally {
				interrupted.add(Thread.currentThread().isInterrupted());
			}
		};
		StageRef started = this.dialogue.start("s", form.stage((event) -> {
			this.dialogue.runTimer();
			throw new IllegalStateException("interrupted");
		}), options().withScope(looking));
		Dialogue.subscribe(started, this.p.ref(), 10, 0);
		this.dialogue.skip();
		this.p.send("a");
		assertThat(interrupted).containsExactly(false);
		assertThat(this.failures).singleElement()
			.isInstanceOfSatisfying(TimeoutException.class,
					(failure) -> assertThat(failure.getCause()).isInstanceOf(IllegalStateException.class));
	}

	@Test
	void theHandlerDoesNotGetWhatIsLeftOut() {
		this.seen.addAll(List.of("b", "d"));
		Delivery<String> seen = delivery("b");
		Delivery<String> fresh = delivery("c");
		StageRef stage = start(lists(), options());
		Probe.sendBy(this.p.link(), List.of("a", seen, fresh, "d"));
		assertThat(this.kept).containsExactly("a", "c");
		assertThat(seen.end()).isCompletedWithValue(Outcome.SKIPPED);
		assertThat(fresh.end()).isCompletedWithValue(Outcome.ACCEPTED);
		assertThat(stage.status().counts().in()).isEqualTo(4);
	}

	@ParameterizedTest
	@EnumSource
	void theHandlerIsNotCalledForNothing(Form form) {
		this.seen.add("a");
		List<String> handled = new ArrayList<>();
		StageRef stage = start(form.stage(handled::add), options());
		this.p.send("a");
		assertThat(handled).isEmpty();
		assertThat(this.scopes).containsExactly("begin [a]", "end");
		assertThat(stage.status().counts().in()).isOne();
	}

	@Test
	void aCallIsMadeOnce() {
		StageRef twice = this.dialogue.start("twice", events(), StageOptions.defaults().withScope((events, call) -> {
			call.make(new BitSet());
			call.make(new BitSet());
		}));
		Dialogue.subscribe(twice, this.p.ref(), 10, 0);
		this.dialogue.skip();
		this.p.send("a");
		assertThat(twice.status().exit()).isInstanceOfSatisfying(ExitReason.Failure.class,
				(failure) -> assertThat(failure.cause()).hasMessage("the call was made before"));
		StageRef never = this.dialogue.start("never", lists(), StageOptions.defaults().withScope((events, call) -> {
		}));
		Dialogue.subscribe(never, this.p.ref(), 10, 0);
		this.dialogue.skip();
		this.p.send("a");
		assertThat(never.status().exit()).isInstanceOfSatisfying(ExitReason.Failure.class,
				(failure) -> assertThat(failure.cause()).hasMessageContaining("has not made the call"));
	}

	@Test
	void isForHandlersThatAreDoneWhenTheyReturn() {
		AsyncConsumerStage<String> async = (event, from) -> CompletableFuture.completedFuture(null);
		refuses(async, StageOptions.defaults(),
				"nothing can surround the calls of stage 's', since it is asynchronous");
		refuses(events(), StageOptions.defaults().withTasks(Tasks.of(TaskOptions.defaults())),
				"nothing can surround the calls of stage 's', since it has a task for each event");
		ConsumerStage<String> reporting = new ConsumerStage<>() {

			@Override
			public void handleEvents(List<String> events, Subscription from) {
			}

			@Override
			public boolean reportsHandled() {
				return true;
			}

		};
		refuses(reporting, StageOptions.defaults(),
				"nothing can surround the calls of stage 's', since it reports itself what it has handled");
		ConsumerStage<String> taking = new ConsumerStage<>() {

			@Override
			public void handleEvents(List<String> events, Subscription from) {
			}

			@Override
			public boolean takesDeliveries() {
				return true;
			}

		};
		refuses(taking, StageOptions.defaults(),
				"nothing can surround the calls of stage 's', since it takes deliveries");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> StageOptions.defaults().withScope(this.scope).checkFor("s", StageKind.PRODUCER_CONSUMER))
			.withMessageEndingWith("which has no option scope");
	}

	private void refuses(Stage stage, StageOptions options, String problem) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.dialogue.start("s", stage, options.withScope(this.scope)))
			.withMessageStartingWith(problem);
	}

	private static Delivery<String> delivery(String event) {
		return Delivery.of(event, (group, accepted, failed) -> {
		}, "group");
	}

	/**
	 * How a handler gets its events.
	 */
	enum Form {

		LIST {

			@Override
			Stage stage(java.util.function.Consumer<String> handler) {
				return (ConsumerStage<String>) (events, from) -> events.forEach(handler);
			}

		},

		ONE {

			@Override
			Stage stage(java.util.function.Consumer<String> handler) {
				return (PerEventConsumerStage<String>) (event, from) -> handler.accept(event);
			}

		};

		abstract Stage stage(java.util.function.Consumer<String> handler);

		Stage stage(CallScopeTests test) {
			return stage(test::work);
		}

	}

}
