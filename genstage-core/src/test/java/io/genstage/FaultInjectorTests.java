package io.genstage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.genstage.failure.FailurePolicy;
import io.genstage.failure.Retries;
import io.genstage.task.TaskOptions;
import io.genstage.task.Tasks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FaultInjector}.
 */
class FaultInjectorTests {

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final Probe p = this.dialogue.probe("p");

	private final List<String> handled = new ArrayList<>();

	/** What the injector was asked about. */
	private final List<String> asked = new ArrayList<>();

	/** How many calls are to fail. */
	private int faults;

	private final FaultInjector injector = (stage, events) -> {
		this.asked.add(stage.name() + events);
		if (this.faults-- > 0) {
			throw new IllegalStateException("no " + events);
		}
	};

	private StageRef start(Stage stage, StageOptions options) {
		StageRef started = this.dialogue.start("s", stage, options.withListener(this.injector));
		Dialogue.subscribe(started, this.p.ref(), 10, 5);
		this.dialogue.skip();
		return started;
	}

	@ParameterizedTest
	@EnumSource
	void letsACallFailAndTheNextOneNot(Form form) {
		this.faults = 1;
		StageRef stage = start(form.stage(this.handled), StageOptions.defaults()
			.withFailure(FailurePolicy.defaults().withRetries(Retries.fixed(1, Duration.ofSeconds(1)))));
		this.p.send("a");
		assertThat(this.handled).isEmpty();
		assertThat(stage.status().counts().retried()).isOne();
		this.dialogue.runTimer();
		assertThat(this.handled).containsExactly("a");
		assertThat(this.asked).containsExactly("s[a]", "s[a]");
	}

	@ParameterizedTest
	@EnumSource
	void letsAStageFailThatHasNoPolicy(Form form) {
		this.faults = 1;
		StageRef stage = start(form.stage(this.handled), StageOptions.defaults());
		this.p.send("a");
		assertThat(this.handled).isEmpty();
		assertThat(stage.status().exit()).isInstanceOfSatisfying(ExitReason.Failure.class,
				(failure) -> assertThat(failure.cause()).hasMessage("no [a]"));
	}

	@Test
	void letsATaskFail() {
		this.faults = 1;
		Tasks<String> tasks = Tasks.of(TaskOptions.defaults().withExecutor(Runnable::run));
		start(Form.OF_ONE.stage(this.handled), StageOptions.defaults().withTasks(tasks));
		this.p.send("a", "b");
		assertThat(this.handled).containsExactly("b");
		assertThat(this.asked).containsExactly("s[a]", "s[b]");
	}

	@Test
	void isAskedForEachEventOfAHandlerOfOne() {
		start(Form.OF_ONE.stage(this.handled), StageOptions.defaults());
		this.p.send("a", "b");
		assertThat(this.asked).containsExactly("s[a]", "s[b]");
	}

	@Test
	void isAskedOnceForAList() {
		start(Form.OF_LISTS.stage(this.handled), StageOptions.defaults());
		this.p.send("a", "b");
		assertThat(this.asked).containsExactly("s[a, b]");
	}

	private enum Form {

		OF_ONE {
			@Override
			Stage stage(List<String> handled) {
				PerEventConsumerStage<String> stage = (event, from) -> handled.add(event);
				return stage;
			}
		},

		OF_LISTS {
			@Override
			Stage stage(List<String> handled) {
				ConsumerStage<String> stage = (events, from) -> handled.addAll(events);
				return stage;
			}
		},

		IN_FLIGHT {
			@Override
			Stage stage(List<String> handled) {
				AsyncConsumerStage<String> stage = (event, from) -> CompletableFuture
					.completedFuture(handled.add(event));
				return stage;
			}
		},

		ACKNOWLEDGING {
			@Override
			Stage stage(List<String> handled) {
				AcknowledgingConsumerStage<String> stage = (event, acknowledgement, from) -> {
					handled.add(event);
					acknowledgement.accept();
					return CompletableFuture.completedFuture(null);
				};
				return stage;
			}
		};

		abstract Stage stage(List<String> handled);

	}

}
