package io.genstage;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

class LossLogTests {

	@RegisterExtension
	final LogCapture log = new LogCapture();

	private final Dialogue dialogue = new Dialogue();

	private final TestProducer producer = new TestProducer(this.dialogue);

	private StageRef stage;

	@BeforeEach
	void start() {
		this.stage = this.dialogue.start("p", this.producer);
	}

	private void lose(String reason) {
		this.producer.context.discard(List.of("event"), reason, null);
	}

	/** Returns the lines since the last look, such as {@code 2 late}. */
	private List<String> lines() {
		return this.log.read()
			.stream()
			.map((line) -> line.replaceAll("WARNING stage 'p' has discarded (\\d+) events: ", "$1 "))
			.toList();
	}

	@Test
	void logsTheFirstLossForEachReasonAtOnce() {
		lose("late");
		lose("late");
		lose("torn");
		assertThat(lines()).containsExactly("1 late", "1 torn");
	}

	@Test
	void logsFurtherLossesOnceAMinuteEachUnderItsOwnReason() {
		lose("late");
		this.dialogue.pass(Duration.ofSeconds(30));
		lose("torn");
		lose("late");
		lose("torn");
		lose("torn");
		lines();
		this.dialogue.runTimer();
		assertThat(lines()).containsExactly("1 late");
		lose("late");
		this.dialogue.runTimer();
		assertThat(lines()).containsExactly("2 torn");
		this.dialogue.runTimer();
		assertThat(lines()).containsExactly("1 late");
		assertThat(this.dialogue.timers()).isZero();
	}

	@Test
	void logsALossAtOnceAfterAMinuteWithoutOneForItsReason() {
		lose("late");
		this.dialogue.pass(LossLog.PAUSE);
		lose("late");
		assertThat(lines()).containsExactly("1 late", "1 late");
		assertThat(this.dialogue.timers()).isZero();
	}

	@Test
	void logsTheRestWhenTheStageStops() {
		lose("late");
		lose("torn");
		lose("torn");
		lose("late");
		lose("late");
		lines();
		this.stage.stop(ExitReason.SHUTDOWN);
		assertThat(lines()).containsExactly("2 late", "1 torn");
		assertThat(this.dialogue.timers()).isZero();
	}

	@Test
	void doesNotTellApartMoreReasonsThanItHasRoomFor() {
		for (int reason = 0; reason < LossLog.REASONS + 3; reason++) {
			lose("reason " + reason);
		}
		assertThat(lines()).hasSize(LossLog.REASONS + 1).endsWith("1 " + LossLog.OTHERS);
		this.stage.stop(ExitReason.SHUTDOWN);
		assertThat(lines()).containsExactly("2 " + LossLog.OTHERS);
	}

	@Test
	void hasRoomForNewReasonsWhenTheOldOnesAreOver() {
		for (int reason = 0; reason < LossLog.REASONS; reason++) {
			lose("old " + reason);
		}
		this.dialogue.pass(LossLog.PAUSE);
		lines();
		lose("new");
		assertThat(lines()).containsExactly("1 new");
	}

}
