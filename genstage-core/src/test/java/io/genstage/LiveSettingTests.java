package io.genstage;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LiveSettingTests {

	private final LiveSetting<String> setting = new LiveSetting<>("first");

	private final Dialogue dialogue = new Dialogue();

	@Test
	void canBeChangedBeforeAStageRuns() {
		this.setting.set("second");
		assertThat(this.setting.get()).isEqualTo("second");
	}

	@Test
	void tellsTheRunningStageAndNoOther() {
		LiveSetting<String> another = new LiveSetting<>("first");
		StageRef stage = this.dialogue.start("stage", new ConsumerStage<String>() {

			@Override
			public void onStart(StageContext context) {
				LiveSettingTests.this.setting.tellChangesTo(context.self());
				another.tellChangesTo(context.self());
			}

			@Override
			public void handleEvents(List<String> events, Subscription from) {
			}

			@Override
			public void onInfo(Object message) {
				if (LiveSettingTests.this.setting.isChangedBy(message)) {
					LiveSettingTests.this.dialogue.journal().note("changed to " + LiveSettingTests.this.setting.get());
				}
			}

		});
		this.setting.set("second");
		assertThat(this.dialogue.heard()).containsExactly("changed to second");
		another.set("second");
		stage.tell("second");
		assertThat(this.dialogue.heard()).isEmpty();
	}

}
