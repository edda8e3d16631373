package io.genstage.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.genstage.ExitReason;
import io.genstage.StageScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The orderly end of a pipeline, from the moment when it is told to drain until that is
 * reported. Used under the pipeline's lock.
 */
final class Drain {

	private final String pipeline;

	private final Stages stages;

	private final StageScheduler scheduler;

	private final Guard guard;

	private final News news;

	private final List<StageDrain> drains = new ArrayList<>();

	private final CompletableFuture<DrainReport> reported = new CompletableFuture<>();

	private long began;

	private StageScheduler.@Nullable Timer deadline;

	private @Nullable DrainReport report;

	Drain(String pipeline, Stages stages, StageScheduler scheduler, Guard guard, News news) {
		this.pipeline = pipeline;
		this.stages = stages;
		this.scheduler = scheduler;
		this.guard = guard;
		this.news = news;
	}

	boolean isBegun() {
		return this.deadline != null;
	}

	/** Begins unless it has begun before. */
	void begin(Duration timeout) {
		if (!isBegun()) {
			this.began = this.scheduler.nanoTime();
			this.stages.all().stream().map(StageDrain::new).forEach(this.drains::add);
			this.deadline = this.scheduler.schedule(timeout, () -> this.guard.run(this::giveUp));
		}
	}

	private void giveUp() {
		if (this.report == null) {
			makeReport();
			this.stages.instances().forEach((instance) -> instance.giveUp(ExitReason.shutdown("not drained in time")));
		}
	}

	/** Called after each change of the pipeline. */
	void advance() {
		if (this.deadline != null && this.report == null) {
			Duration passed = passed();
			this.drains.forEach((drain) -> drain.noteEnd(passed));
			if (!this.stages.isAnyAlive()) {
				this.deadline.cancel();
				makeReport();
			}
		}
	}

	private Duration passed() {
		return Duration.ofNanos(this.scheduler.nanoTime() - this.began);
	}

	private void makeReport() {
		Duration passed = passed();
		DrainReport made = new DrainReport(this.pipeline,
				this.drains.stream().map((drain) -> drain.outcome(passed)).toList());
		this.report = made;
		this.news.tellDrained(made);
		this.guard.tell(() -> this.reported.complete(made));
	}

	/** Returns what became of the events under way, once that is known. */
	Optional<DrainReport> report() {
		return Optional.ofNullable(this.report);
	}

	CompletionStage<DrainReport> whenReported() {
		return this.reported.minimalCompletionStage();
	}

}
