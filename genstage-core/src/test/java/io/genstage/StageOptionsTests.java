package io.genstage;

import io.genstage.buffer.BufferKeep;
import java.util.List;

import io.genstage.dispatch.Dispatchers;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class StageOptionsTests {

	private static final ProducerStage<String> PRODUCER = (demand) -> List.of();

	private static final ProducerConsumerStage<String, String> PRODUCER_CONSUMER = (events, from) -> events;

	private static final ConsumerStage<String> CONSUMER = (events, from) -> {
	};

	private final StageOptions defaults = StageOptions.defaults();

	@Test
	@DisplayName("G58 refuses a negative buffer size")
	void refusesANegativeBufferSize() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.defaults.withBufferSize(-1))
			.withMessage("bufferSize must be >= 0, was -1");
	}

	@Test
	@DisplayName("G58 allows a producer everything")
	void allowsAProducerEverything() {
		start(PRODUCER, all());
	}

	@Test
	@DisplayName("G83 allows a producer-consumer everything but a demand mode")
	void allowsAProducerConsumerNoDemandMode() {
		start(PRODUCER_CONSUMER, this.defaults.withBufferSize(0).withDispatcher(Dispatchers.broadcast()));
		assertThatIllegalArgumentException().isThrownBy(() -> start(PRODUCER_CONSUMER, all()))
			.withMessage("stage 's' is a producer-consumer, which has no option demandMode");
	}

	@Test
	@DisplayName("G69 allows a consumer none of them")
	void allowsAConsumerNone() {
		start(CONSUMER, this.defaults);
		assertThatIllegalArgumentException().isThrownBy(() -> start(CONSUMER, all()))
			.withMessage("stage 's' is a consumer, which has no option demandMode, dispatcher, bufferSize, bufferKeep");
	}

	@Test
	void keepsWhatIsNotChanged() {
		StageOptions options = all();
		assertThat(options.demandMode()).isEqualTo(DemandMode.ACCUMULATE);
		assertThat(options.bufferSize()).isEqualTo(3);
		assertThat(options.bufferKeep()).isEqualTo(BufferKeep.FIRST);
		assertThat(options.dispatcher()).isNotNull();
	}

	private StageOptions all() {
		return this.defaults.withDemandMode(DemandMode.ACCUMULATE)
			.withDispatcher(Dispatchers.broadcast())
			.withBufferSize(3)
			.withBufferKeep(BufferKeep.FIRST);
	}

	private static void start(Stage stage, StageOptions options) {
		try (StageSystem system = StageSystem.builder().executor(Runnable::run).build()) {
			system.start("s", stage, options);
		}
	}

}
