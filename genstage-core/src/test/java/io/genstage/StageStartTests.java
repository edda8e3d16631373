package io.genstage;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class StageStartTests {

	private static final ConsumerStage<String> STAGE = (events, from) -> {
	};

	private final List<StageRef> told = new ArrayList<>();

	private final StageSystem system = StageSystem.builder().executor(Runnable::run).build();

	@AfterEach
	void close() {
		this.system.close();
	}

	@Test
	@DisplayName("G58 a stage whose onStart throws is not started and leaves its name free")
	void failsWithTheStage() {
		assertThatExceptionOfType(StageStartException.class)
			.isThrownBy(() -> this.system.start("s", new Starting((context) -> {
				throw new IllegalStateException("oops");
			})))
			.withMessage("stage 's' could not start: java.lang.IllegalStateException: oops")
			.withCauseInstanceOf(IllegalStateException.class);
		assertThat(this.system.find("s")).isEmpty();
		this.system.start("s", STAGE);
	}

	@Test
	@DisplayName("a stage whose onStart throws an error leaves its name free too")
	void failsWithAnErrorOfTheStage() {
		assertThatExceptionOfType(StageStartException.class)
			.isThrownBy(() -> this.system.start("s", new Starting((context) -> {
				throw new NoClassDefFoundError("oops");
			})))
			.withMessage("stage 's' could not start: java.lang.NoClassDefFoundError: oops");
		assertThat(this.system.find("s")).isEmpty();
		this.system.start("s", STAGE);
	}

	@Test
	void answersWhatAStageWasToldThatDidNotStart() {
		assertThatExceptionOfType(StageStartException.class)
			.isThrownBy(() -> this.system.start("s", new Starting((context) -> {
				this.told.add(context.self());
				throw new IllegalStateException("oops");
			})));
		assertThat(this.told.get(0).whenStopped().toCompletableFuture()).isCompletedWithValueMatching(
				(reason) -> reason.toString().equals("failure (java.lang.IllegalStateException: oops)"));
		assertThat(this.told.get(0).stop(ExitReason.NORMAL).toCompletableFuture()).isCompleted();
	}

	@Test
	@DisplayName("a stage may stop while it starts")
	void mayStopWhileItStarts() {
		StageRef stage = this.system.start("s", new Starting((context) -> context.stop(ExitReason.of("enough"))));
		assertThat(stage.status().exit()).isEqualTo(ExitReason.of("enough"));
		assertThat(this.system.find("s")).isEmpty();
	}

	@Test
	void isRefusedOnceTheSystemIsClosed() {
		this.system.close();
		assertThatIllegalStateException().isThrownBy(() -> this.system.start("s", STAGE))
			.withMessage("stage 's' can't be started: the stage system is closed");
	}

	/**
	 * Does something when it starts.
	 */
	private record Starting(Consumer<StageContext> task) implements ConsumerStage<String> {

		@Override
		public void onStart(StageContext context) {
			this.task.accept(context);
		}

		@Override
		public void handleEvents(List<String> events, Subscription from) {
		}

	}

}
