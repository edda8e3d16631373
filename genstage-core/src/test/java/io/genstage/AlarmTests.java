package io.genstage;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class AlarmTests {

	private final Dialogue dialogue = new Dialogue();

	private Alarm alarm;

	@BeforeEach
	void start() {
		this.dialogue.start("sleeper", new ConsumerStage<String>() {

			@Override
			public void onStart(StageContext context) {
				AlarmTests.this.alarm = new Alarm(context);
			}

			@Override
			public void handleEvents(List<String> events, Subscription from) {
			}

			@Override
			public void onInfo(Object message) {
				AlarmTests.this.dialogue.journal()
					.note(AlarmTests.this.alarm.isRungBy(message) ? "alarm" : "onInfo " + message);
			}

		});
	}

	@Test
	void goesOffWhenItIsSetFor() {
		this.dialogue.pass(Duration.ofSeconds(2));
		this.alarm.setFor(Duration.ofSeconds(5).toNanos());
		assertThat(this.dialogue.heard()).containsExactly("scheduled in PT3S");
		this.dialogue.runTimer();
		assertThat(this.dialogue.heard()).containsExactly("alarm");
	}

	@Test
	void goesOffAtOnceForATimeThatHasPassed() {
		this.dialogue.pass(Duration.ofSeconds(2));
		this.alarm.setFor(Duration.ofSeconds(1).toNanos());
		assertThat(this.dialogue.heard()).containsExactly("scheduled in PT0S");
	}

	@Test
	void startsNoTimerIfOneIsEarlyEnough() {
		this.alarm.setFor(5);
		this.alarm.setFor(5);
		this.alarm.setFor(6);
		assertThat(this.dialogue.heard()).containsExactly("scheduled in PT0.000000005S");
	}

	@Test
	void startsAnotherTimerForAnEarlierTime() {
		this.alarm.setFor(5);
		this.alarm.setFor(4);
		assertThat(this.dialogue.heard()).containsExactly("scheduled in PT0.000000005S", "scheduled in PT0.000000004S");
		this.dialogue.runTimer();
		assertThat(this.dialogue.heard()).containsExactly("alarm");
		this.alarm.setFor(6);
		assertThat(this.dialogue.heard()).as("the timer for 4 is still waiting").isEmpty();
	}

	@Test
	void canBeSetAgainWhenItHasGoneOff() {
		this.alarm.setFor(5);
		this.dialogue.runTimer();
		this.alarm.setFor(7);
		assertThat(this.dialogue.heard()).containsExactly("scheduled in PT0.000000005S", "alarm",
				"scheduled in PT0.000000002S");
	}

	@Test
	void worksWhenTheTimeOverflows() {
		this.alarm.setFor(Long.MAX_VALUE);
		this.alarm.setFor(Long.MIN_VALUE);
		assertThat(this.dialogue.heard()).as("the smallest number comes after the largest").hasSize(1);
	}

}
