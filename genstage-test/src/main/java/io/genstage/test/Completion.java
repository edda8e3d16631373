package io.genstage.test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.genstage.StageStatus;
import io.genstage.pipeline.EdgeStatus;
import io.genstage.pipeline.InstanceStatus;
import io.genstage.pipeline.ManagedStageStatus;
import io.genstage.pipeline.Pipeline;
import io.genstage.pipeline.PipelineState;
import io.genstage.pipeline.PipelineStatus;

/**
 * Waits until pipelines with real threads have done all that they had to do.
 */
public final class Completion {

	private Completion() {
	}

	/**
	 * Waits until a pipeline has completed.
	 * @param pipeline a pipeline that was started and has an end
	 * @param timeout how long to wait at most
	 * @throws AssertionError if it doesn't complete in time, or ends otherwise; the
	 * message shows where each stage and each edge stands
	 */
	public static void await(Pipeline pipeline, Duration timeout) {
		await(pipeline.whenEnded(), () -> List.of(pipeline.status()), timeout);
	}

	/**
	 * Waits until a pipeline has completed that is known by a registry only.
	 * @param ended completes with its last state
	 * @param pipelines returns how it and others stand
	 * @param timeout how long to wait at most
	 * @throws AssertionError if it doesn't complete in time, or ends otherwise; the
	 * message shows where each stage and each edge stands
	 */
	public static void await(CompletionStage<PipelineState> ended, Supplier<List<PipelineStatus>> pipelines,
			Duration timeout) {
		PipelineState last = last(ended, pipelines, timeout);
		if (last != PipelineState.COMPLETED) {
			throw new AssertionError("has ended without completing: " + describe(pipelines.get()));
		}
	}

	private static PipelineState last(CompletionStage<PipelineState> ended, Supplier<List<PipelineStatus>> pipelines,
			Duration timeout) {
		try {
			return ended.toCompletableFuture().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			throw new AssertionError("has not completed within %s: %s".formatted(timeout, describe(pipelines.get())),
					ex);
		}
		catch (ExecutionException ex) {
			throw new AssertionError("can't end: " + describe(pipelines.get()), ex.getCause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError("interrupted while waiting: " + describe(pipelines.get()), ex);
		}
	}

	private static String describe(List<PipelineStatus> pipelines) {
		return pipelines.stream().map(Completion::describe).collect(Collectors.joining("%n".formatted()));
	}

	private static String describe(PipelineStatus pipeline) {
		return "pipeline '%s' is %s%n%s%n%s".formatted(pipeline.name(), pipeline.state(),
				pipeline.stages().stream().map(Completion::describe).collect(Collectors.joining("%n".formatted())),
				pipeline.edges().stream().map(Completion::describe).collect(Collectors.joining("%n".formatted())));
	}

	private static String describe(ManagedStageStatus stage) {
		return "  %s '%s' is %s%s%s".formatted(stage.kind(), stage.name(), stage.state(),
				stage.started().map(Completion::describe).orElse(""), causes(stage));
	}

	private static String describe(StageStatus numbers) {
		return ": %d in, %d out, %d held, %d discarded".formatted(numbers.in(), numbers.out(), numbers.held(),
				numbers.discarded());
	}

	private static String causes(ManagedStageStatus stage) {
		return stage.instances()
			.stream()
			.map(InstanceStatus::cause)
			.filter((cause) -> cause != null && !cause.isClean())
			.map((cause) -> ", " + cause)
			.collect(Collectors.joining());
	}

	private static String describe(EdgeStatus edge) {
		return "  %s > %s: %d wanted, %d sent, %d under way".formatted(edge.producer(), edge.consumer(), edge.demand(),
				edge.sent(), edge.inFlight());
	}

}
