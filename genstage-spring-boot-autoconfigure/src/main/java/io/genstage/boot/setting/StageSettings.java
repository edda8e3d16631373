package io.genstage.boot.setting;

import java.util.List;
import java.util.function.Supplier;

import io.genstage.Stage;
import io.genstage.StageOptions;
import io.genstage.boot.declaration.StageDeclaration;
import io.genstage.boot.declaration.WiringProblem;
import io.genstage.boot.table.SettingTable;
import io.genstage.boot.table.SettingValues;
import io.genstage.failure.FailureDecider;
import io.genstage.failure.FailurePolicy;
import io.genstage.pipeline.EdgeDefinition;
import io.genstage.pipeline.RestartPolicy;
import io.genstage.pipeline.StageDefinition;
import org.jspecify.annotations.Nullable;

/**
 * What is in force for one stage.
 *
 * @param values the settings that have a value, by their rows
 * @param options the options of the stage
 * @param edges its subscriptions
 * @param restarts what is done after failures
 * @param partitions the number of partitions of its events, {@code null} if it doesn't
 * partition them
 * @param withoutFailure what is wrong with what is set for its failures if it can have no
 * policy for them, {@code null} if nothing is set for this very stage
 * @param inForce all that is in force, each with who says so
 */
public record StageSettings(SettingValues values, StageOptions options, List<EdgeDefinition> edges,
		RestartPolicy restarts, @Nullable Integer partitions, @Nullable WiringProblem withoutFailure,
		SettingsInForce inForce) {

	/** Returns the number of instances. */
	public int concurrency() {
		return this.values.required(SettingTable.CONCURRENCY);
	}

	/** Returns the same for a stage that fails with its handler. */
	public StageSettings failing() {
		return new StageSettings(this.values, this.options.withFailure(null), this.edges, this.restarts,
				this.partitions, null, this.inForce.withoutFailure());
	}

	/** Returns the same with somebody who decides about failures first. */
	public StageSettings decidedBy(FailureDecider decider) {
		FailurePolicy policy = this.options.failure();
		return (policy == null) ? this
				: new StageSettings(this.values, this.options.withFailure(policy.withDecider(decider)), this.edges,
						this.restarts, this.partitions, this.withoutFailure, this.inForce);
	}

	/**
	 * Defines the stage.
	 * @param declaration what is declared
	 * @param stages makes the stage of each run of each instance
	 */
	public StageDefinition definition(StageDeclaration declaration, Supplier<Stage> stages) {
		return new StageDefinition(declaration.name(), declaration.kind(), stages, this.options, this.edges,
				this.values.required(SettingTable.AUTO_STARTUP), concurrency(), this.restarts);
	}

}
