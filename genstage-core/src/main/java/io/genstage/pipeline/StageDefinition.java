package io.genstage.pipeline;

import java.util.ArrayList;
import java.util.List;

import io.genstage.Stage;
import io.genstage.StageKind;
import io.genstage.StageOptions;
import io.genstage.SubscribeOptions;

/**
 * One stage of a graph: what it is called, what it does, and where its events come from.
 *
 * <pre>{@code
 * StageDefinition.of("double", doubler).subscribeTo("count")
 * }</pre>
 *
 * @param name the name, unique in the graph
 * @param stage the stage
 * @param options the options it is started with; a producer always starts accumulating
 * and forwards when the whole graph is connected
 * @param producers the edges from its producers; none for a producer
 * @param autoStartup whether it starts with the pipeline (default) or on
 * {@link Pipeline#start(String) demand}
 */
public record StageDefinition(String name, Stage stage, StageOptions options, List<EdgeDefinition> producers,
		boolean autoStartup) {

	public StageDefinition {
		producers = List.copyOf(producers);
	}

	/**
	 * Defines a stage without producers and with default options.
	 * @param name the name, unique in the graph
	 * @param stage the stage
	 * @return the definition
	 */
	public static StageDefinition of(String name, Stage stage) {
		return new StageDefinition(name, stage, StageOptions.defaults(), List.of(), true);
	}

	/**
	 * Returns this definition with one more edge, with the default demand.
	 * @param producer the name of the stage to get events from
	 * @return the changed definition
	 */
	public StageDefinition subscribeTo(String producer) {
		return subscribeTo(producer, SubscribeOptions.defaults());
	}

	/**
	 * Returns this definition with one more edge.
	 * @param producer the name of the stage to get events from
	 * @param options the demand
	 * @return the changed definition
	 */
	public StageDefinition subscribeTo(String producer, SubscribeOptions options) {
		List<EdgeDefinition> edges = new ArrayList<>(this.producers);
		edges.add(new EdgeDefinition(producer, options));
		return new StageDefinition(this.name, this.stage, this.options, edges, this.autoStartup);
	}

	/**
	 * Returns this definition with other options.
	 * @param options the options of the stage
	 * @return the changed definition
	 */
	public StageDefinition withOptions(StageOptions options) {
		return new StageDefinition(this.name, this.stage, options, this.producers, this.autoStartup);
	}

	/**
	 * Returns this definition with or without a start together with the pipeline.
	 * @param autoStartup whether to start with the pipeline
	 * @return the changed definition
	 */
	public StageDefinition withAutoStartup(boolean autoStartup) {
		return new StageDefinition(this.name, this.stage, this.options, this.producers, autoStartup);
	}

	/**
	 * Returns the kind of the stage.
	 * @return the kind
	 */
	public StageKind kind() {
		return StageKind.of(this.stage);
	}

}
