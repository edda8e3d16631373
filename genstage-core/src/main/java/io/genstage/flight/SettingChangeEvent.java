package io.genstage.flight;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * A live value that was changed.
 */
@Name("genstage.SettingChange")
@Label("Setting Change")
@Category("GenStage")
@Description("Somebody has changed a setting of a stage that runs")
@StackTrace(false)
final class SettingChangeEvent extends Event {

	@Label("Pipeline")
	final String pipeline;

	@Label("Stage")
	final String stage;

	@Label("Setting")
	@Description("demand, concurrency, rate, batch or all")
	final String setting;

	@Label("Value")
	final String value;

	SettingChangeEvent(String pipeline, String stage, String setting, String value) {
		this.pipeline = pipeline;
		this.stage = stage;
		this.setting = setting;
		this.value = value;
	}

}
