package io.genstage.boot.actuate;

import java.util.List;

import io.genstage.EventCounts;
import io.genstage.StageStatus;
import io.genstage.boot.StageRegistry;
import io.genstage.boot.actuate.GenStageEndpoint.FailureDescriptor;
import io.genstage.boot.actuate.GenStageEndpoint.PropertyDescriptor;
import io.genstage.pipeline.ManagedStageStatus;
import org.jspecify.annotations.Nullable;

/**
 * What is shown of a stage to somebody who asks for this one only. None of it is asked of
 * the stage itself, which may be busy or stuck.
 *
 * @param unsettled number of events that it has emitted and whose sources have not heard
 * of their outcome
 * @param late how many outcomes came for events that were already settled
 * @param overdue what takes longer now than it should
 * @param lastFailure what one of its runs was last ended by, {@code null} if there was
 * nothing
 * @param instances what its instances spend their time on
 * @param properties what its own properties set
 * @param link the end of a link that it belongs to, {@code null} if there is none
 * @param settings all that is in force, each with who says so
 */
record StageDetails(long unsettled, long late, List<OverdueDescriptor> overdue, @Nullable FailureDescriptor lastFailure,
		List<InstanceDescriptor> instances, List<PropertyDescriptor> properties, @Nullable LinkDescriptor link,
		List<SettingDescriptor> settings) {

	private static final int MOST_OVERDUE = 20;

	static StageDetails of(ManagedStageStatus stage, StageRegistry registry, @Nullable FailureDescriptor lastFailure,
			List<PropertyDescriptor> properties, List<SettingDescriptor> settings) {
		return new StageDetails(registry.unsettled(stage.name()),
				stage.started().map(StageStatus::counts).orElse(EventCounts.NONE).late(),
				stage.started()
					.stream()
					.flatMap((numbers) -> numbers.overdue().stream())
					.limit(MOST_OVERDUE)
					.map(OverdueDescriptor::of)
					.toList(),
				lastFailure, InstanceDescriptor.of(stage, registry.window(stage.name())), properties,
				LinkDescriptor.of(stage.name(), registry), settings);
	}

}
